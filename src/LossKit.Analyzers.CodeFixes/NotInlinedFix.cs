using System.Composition;
using Microsoft.CodeAnalysis.Editing;

namespace LossKit.Analyzers;

/// <summary>Gives a method its attribute, or the one it has the option.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(NotInlinedFix)), Shared]
public sealed class NotInlinedFix() : Fix(Rules.NotInlined, "Have it inlined")
{
    private const string Services = "System.Runtime.CompilerServices.";

    /// <inheritdoc/>
    protected override (SyntaxNode Old, SyntaxNode New)? Replacement(
        SyntaxNode found, SemanticModel model, Document document)
    {
        if (found.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not MethodDeclarationSyntax method)
        {
            return null;
        }

        SyntaxGenerator generator = SyntaxGenerator.GetGenerator(document);
        SyntaxNode inlining = generator.MemberAccessExpression(Of("MethodImplOptions"), "AggressiveInlining");
        INamedTypeSymbol attribute = Type("MethodImplAttribute");
        AttributeData? given = model.GetDeclaredSymbol(method)!.GetAttributes().FirstOrDefault(
            one => SymbolEqualityComparer.Default.Equals(one.AttributeClass, attribute));
        if (given is null)
        {
            return (method, generator.AddAttributes(
                method, generator.Attribute(Of("MethodImplAttribute"), [inlining])));
        }

        // A method has one of them at most. Options that are written as a number, or stand elsewhere, are left alone.
        return given.ConstructorArguments.SingleOrDefault().Type?.Name == "MethodImplOptions"
            && given.ApplicationSyntaxReference?.GetSyntax() is AttributeSyntax syntax
            && method.Contains(syntax)
            && syntax.ArgumentList is { Arguments: { Count: 1 } arguments }
                ? (arguments[0].Expression, generator.BitwiseOrExpression(arguments[0].Expression, inlining))
                : null;

        SyntaxNode Of(string type) => generator.TypeExpression(Type(type), addImport: true);

        INamedTypeSymbol Type(string type) => model.Compilation.GetTypeByMetadataName(Services + type)!;
    }
}
