using System.Composition;
using Microsoft.CodeAnalysis.Editing;

namespace LossKit.Analyzers;

/// <summary>Makes a formula readonly.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(NotReadonlyFix)), Shared]
public sealed class NotReadonlyFix() : Fix(Rules.NotReadonly, "Make it readonly")
{
    /// <inheritdoc/>
    protected override (SyntaxNode Old, SyntaxNode New)? Replacement(
        SyntaxNode found, SemanticModel model, Document document)
    {
        SyntaxGenerator generator = SyntaxGenerator.GetGenerator(document);
        return found.FirstAncestorOrSelf<TypeDeclarationSyntax>() is TypeDeclarationSyntax type
            ? (type, generator.WithModifiers(type, generator.GetModifiers(type).WithIsReadOnly(true)))
            : null;
    }
}
