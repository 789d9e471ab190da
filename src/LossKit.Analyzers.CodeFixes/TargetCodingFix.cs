using System.Composition;

namespace LossKit.Analyzers;

/// <summary>Writes targets as the loss takes them.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(TargetCodingFix)), Shared]
public sealed class TargetCodingFix() : Fix(Rules.TargetCoding, "Write the targets as the loss takes them")
{
    /// <inheritdoc/>
    protected override (SyntaxNode Old, SyntaxNode New)? Replacement(
        SyntaxNode found, SemanticModel model, Document document)
    {
        SyntaxNode list = found.FirstAncestorOrSelf<SyntaxNode>(
            node => node is CollectionExpressionSyntax or InitializerExpressionSyntax) ?? found;
        double wrong = Number(found, model) ?? 0;
        ExpressionSyntax[] numbers =
        [
            .. list.DescendantNodesAndSelf(node => Number(node, model) is null).OfType<ExpressionSyntax>()
                .Where(node => Number(node, model) == wrong),
        ];
        return (list, list.ReplaceNodes(numbers, (number, _) => Other(number).WithTriviaFrom(number)));
    }

    /// <summary>0 for −1 and the other way round, with the suffix as it stands.</summary>
    private static ExpressionSyntax Other(ExpressionSyntax number)
    {
        string text = number.ToString();
        return ParseExpression(text.StartsWith("-", StringComparison.Ordinal)
            ? text.Substring(1).Replace('1', '0')
            : $"-1{text.TrimStart('0')}");
    }

    private static double? Number(SyntaxNode node, SemanticModel model) =>
        node is LiteralExpressionSyntax or PrefixUnaryExpressionSyntax
            && model.GetConstantValue(node) is { HasValue: true, Value: IConvertible and not string and var value }
            ? Convert.ToDouble(value, null)
            : null;
}
