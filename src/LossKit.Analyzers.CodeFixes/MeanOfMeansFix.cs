using System.Composition;
using Microsoft.CodeAnalysis.Simplification;

namespace LossKit.Analyzers;

/// <summary>Merges costs before their mean is taken.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MeanOfMeansFix)), Shared]
public sealed class MeanOfMeansFix() : Fix(Rules.MeanOfMeans, "Merge the costs")
{
    /// <inheritdoc/>
    protected override (SyntaxNode Old, SyntaxNode New)? Replacement(
        SyntaxNode found, SemanticModel model, Document document)
    {
        ExpressionSyntax? merged = found switch
        {
            BinaryExpressionSyntax average => Sum(average, model),
            InvocationExpressionSyntax average => Aggregate(average, model),
            _ => null,
        };
        return merged is null ? null : (found, Mean(merged).WithTriviaFrom(found));
    }

    /// <summary>
    /// (a.Mean + b.Mean) / 2, or half of it: a + b. None if there is anything else in it, which would be lost.
    /// </summary>
    private static ParenthesizedExpressionSyntax? Sum(BinaryExpressionSyntax average, SemanticModel model)
    {
        (ExpressionSyntax sum, ExpressionSyntax count) = Bare(average.Left).IsKind(SyntaxKind.AddExpression)
            ? (average.Left, average.Right)
            : (average.Right, average.Left);
        ExpressionSyntax?[] costs = [.. Terms(sum).Select(term => CostOf(term, model))];
        return costs.Contains(null) || Constant.Number(model.GetConstantValue(count)) is null
            ? null
            : ParenthesizedExpression(costs.Aggregate(
                (left, right) => BinaryExpression(SyntaxKind.AddExpression, left!, right!))!);
    }

    /// <summary>costs.Average(cost => cost.Mean): costs.Aggregate(Cost.Add).</summary>
    private static InvocationExpressionSyntax? Aggregate(InvocationExpressionSyntax average, SemanticModel model) =>
        average.Expression is MemberAccessExpressionSyntax { Expression: var costs }
        && average.ArgumentList.Arguments.FirstOrDefault()?.Expression
            is SimpleLambdaExpressionSyntax { ExpressionBody: { } body } lambda
        && body is MemberAccessExpressionSyntax { Name.Identifier.Text: "Mean", Expression: IdentifierNameSyntax cost }
        && cost.Identifier.Text == lambda.Parameter.Identifier.Text
        && model.GetTypeInfo(cost).Type is { Name: "Cost" }
            ? InvocationExpression(
                Member(costs, "Aggregate"),
                ArgumentList(SingletonSeparatedList(Argument(Member(
                    ParseExpression("LossKit.Cost").WithAdditionalAnnotations(Simplifier.Annotation), "Add")))))
            : null;

    private static IEnumerable<ExpressionSyntax> Terms(ExpressionSyntax sum) =>
        Bare(sum) is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } both
            ? Terms(both.Left).Concat(Terms(both.Right))
            : [Bare(sum)];

    /// <summary>The cost whose mean it is.</summary>
    private static ExpressionSyntax? CostOf(ExpressionSyntax mean, SemanticModel model) =>
        mean is MemberAccessExpressionSyntax { Name.Identifier.Text: "Mean", Expression: var cost }
            ? model.GetTypeInfo(cost).Type switch
            {
                { Name: "Cost" } => cost.WithoutTrivia(),
                { Name: "CostAggregator" } => Member(cost.WithoutTrivia(), "Total"),
                _ => null,
            }
            : null;

    private static MemberAccessExpressionSyntax Mean(ExpressionSyntax cost) => Member(cost, "Mean");

    private static MemberAccessExpressionSyntax Member(ExpressionSyntax of, string name) =>
        MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, of, IdentifierName(name));

    private static ExpressionSyntax Bare(ExpressionSyntax expression) =>
        expression is ParenthesizedExpressionSyntax { Expression: var inner } ? Bare(inner) : expression;
}
