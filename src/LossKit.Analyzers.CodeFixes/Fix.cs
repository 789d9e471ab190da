namespace LossKit.Analyzers;

/// <summary>A fix of one place by another node in place of the one found.</summary>
/// <param name="rule">What is fixed.</param>
/// <param name="title">What the fix does.</param>
public abstract class Fix(DiagnosticDescriptor rule, string title) : CodeFixProvider
{
    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; } = [rule.Id];

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode root = (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false))!;
        SemanticModel model =
            (await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false))!;
        SyntaxNode found = root.FindNode(context.Span, getInnermostNodeForTie: true);
        if (Replacement(found, model, context.Document) is (SyntaxNode old, SyntaxNode fixedNode))
        {
            Document changed = context.Document.WithSyntaxRoot(root.ReplaceNode(old, fixedNode));
            context.RegisterCodeFix(
                CodeAction.Create(title, _ => Task.FromResult(changed), rule.Id), context.Diagnostics);
        }
    }

    /// <summary>What takes the place of what; null if that cannot be said.</summary>
    protected abstract (SyntaxNode Old, SyntaxNode New)? Replacement(
        SyntaxNode found, SemanticModel model, Document document);
}
