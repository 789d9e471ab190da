using System.Composition;
using Microsoft.CodeAnalysis.Editing;

namespace LossKit.Analyzers;

/// <summary>Gives a method its attribute.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(NotInlinedFix)), Shared]
public sealed class NotInlinedFix() : Fix(Rules.NotInlined, "Have it inlined")
{
    private const string Services = "System.Runtime.CompilerServices.";

    /// <inheritdoc/>
    protected override (SyntaxNode Old, SyntaxNode New)? Replacement(
        SyntaxNode found, SemanticModel model, Document document)
    {
        SyntaxGenerator generator = SyntaxGenerator.GetGenerator(document);
        return found.FirstAncestorOrSelf<MethodDeclarationSyntax>() is MethodDeclarationSyntax method
            ? (method, generator.AddAttributes(
                method,
                generator.Attribute(
                    Of("MethodImplAttribute"),
                    [generator.MemberAccessExpression(Of("MethodImplOptions"), "AggressiveInlining")])))
            : null;

        SyntaxNode Of(string type) =>
            generator.TypeExpression(model.Compilation.GetTypeByMetadataName(Services + type)!, addImport: true);
    }
}
