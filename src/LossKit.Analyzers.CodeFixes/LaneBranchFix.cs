using System.Composition;
using Microsoft.CodeAnalysis.Formatting;

namespace LossKit.Analyzers;

/// <summary>Makes a selection of a choice between two values by a comparison.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LaneBranchFix)), Shared]
public sealed class LaneBranchFix() : Fix(Rules.LaneBranch, "Select for each example")
{
    /// <inheritdoc/>
    protected override (SyntaxNode Old, SyntaxNode New)? Replacement(
        SyntaxNode found, SemanticModel model, Document document)
    {
        if (found.FirstAncestorOrSelf<ConditionalExpressionSyntax>() is not ConditionalExpressionSyntax choice
            || Bare(choice.Condition) is not BinaryExpressionSyntax comparison
            || found.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not MethodDeclarationSyntax method
            || LaneOf(method, model) is not string lane)
        {
            return null;
        }

        // Where both are equal, those with an equals sign take the first value: the other way round, the last.
        (ExpressionSyntax Greater, ExpressionSyntax Less, bool IsStrict)? sides = comparison.Kind() switch
        {
            SyntaxKind.GreaterThanExpression => (comparison.Left, comparison.Right, true),
            SyntaxKind.LessThanExpression => (comparison.Right, comparison.Left, true),
            SyntaxKind.GreaterThanOrEqualExpression => (comparison.Right, comparison.Left, false),
            SyntaxKind.LessThanOrEqualExpression => (comparison.Left, comparison.Right, false),
            _ => null,
        };
        if (sides is not var (greater, less, isStrict))
        {
            return null;
        }

        (ExpressionSyntax first, ExpressionSyntax last) = isStrict
            ? (choice.WhenTrue, choice.WhenFalse)
            : (choice.WhenFalse, choice.WhenTrue);
        ExpressionSyntax[] arguments = [greater, less, first, last];
        return (choice, InvocationExpression(
                MemberAccessExpression(
                    SyntaxKind.SimpleMemberAccessExpression, IdentifierName(lane), IdentifierName("SelectGreater")),
                ArgumentList(SeparatedList(arguments.Select(argument => Argument(Bare(argument).WithoutTrivia())))))
            .WithTriviaFrom(choice)
            .WithAdditionalAnnotations(Formatter.Annotation));
    }

    private static string? LaneOf(MethodDeclarationSyntax method, SemanticModel model) =>
        Library.Of(model.Compilation) is Library library && model.GetDeclaredSymbol(method) is IMethodSymbol symbol
            ? symbol.TypeParameters.FirstOrDefault(library.IsLane)?.Name
            : null;

    private static ExpressionSyntax Bare(ExpressionSyntax expression) =>
        expression is ParenthesizedExpressionSyntax { Expression: var inner } ? Bare(inner) : expression;
}
