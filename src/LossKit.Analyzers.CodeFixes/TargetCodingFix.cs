using System.Composition;
using System.Text.RegularExpressions;

namespace LossKit.Analyzers;

/// <summary>Writes targets as the loss takes them.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(TargetCodingFix)), Shared]
public sealed class TargetCodingFix() : Fix(Rules.TargetCoding, "Write the targets as the loss takes them")
{
    private const string Zero = "0";

    private const string MinusOne = "-1";

    private static readonly Regex s_literal =
        new($@"^({Zero}|{MinusOne})((\.0+)?[fdml]?)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <inheritdoc/>
    protected override (SyntaxNode Old, SyntaxNode New)? Replacement(
        SyntaxNode found, SemanticModel model, Document document)
    {
        (SyntaxNode list, IEnumerable<SyntaxNode> all) = found.Parent switch
        {
            ExpressionElementSyntax { Parent: CollectionExpressionSyntax collection } =>
                (collection, collection.Elements.OfType<ExpressionElementSyntax>().Select(one => one.Expression)),
            InitializerExpressionSyntax initializer => (initializer, initializer.Expressions),
            _ => (found, (IEnumerable<SyntaxNode>)[found]),
        };

        // All or none: where one stays, as a name does that is used elsewhere too, targets would be of both codings.
        double? wrong = Number(found);
        SyntaxNode[] numbers = [.. all.Where(one => Number(one) == wrong)];
        return numbers.All(one => s_literal.IsMatch(one.ToString()))
            ? (list, list.ReplaceNodes(numbers, (number, _) => Other(number)))
            : null;

        double? Number(SyntaxNode node) => Constant.Number(model.GetConstantValue(node));
    }

    /// <summary>0 for −1 and the other way round, with decimals and suffix as they stand.</summary>
    private static ExpressionSyntax Other(SyntaxNode number)
    {
        GroupCollection parts = s_literal.Match(number.ToString()).Groups;
        string other = parts[1].Value == Zero ? MinusOne : Zero;
        return ParseExpression(other + parts[2].Value).WithTriviaFrom(number);
    }
}
