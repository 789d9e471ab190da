using LossKit.Formulas;

namespace LossKit.CustomLoss.Tests;

/// <summary>Losses of groups and of labelled batches from a formula outside the library.</summary>
public sealed class GroupFormulaTests
{
    [Fact]
    public void A_formula_serves_groups_and_labelled_batches()
    {
        double[] rows = [1, 0.2, 0.9, 0.3, -0.5, 1, 0.1, -1];
        int[] labels = [7, 7, -2, -2];
        double[] gradient = new double[8];
        double[] expected = new double[8];
        Cost cost = Loss
            .FromInBatchFormula<double, Nearness, LogSumExpFold, LogSumExpFold>(new(2, 10, 0.5), dimension: 2)
            .ValueAndGradient(new() { Embeddings = rows, Labels = labels }, new() { Embeddings = gradient });
        cost.Should().Be(Loss.MultiSimilarity<double>(2, 2, 10).ValueAndGradient(
            new() { Embeddings = rows, Labels = labels }, new() { Embeddings = expected }));
        gradient.Should().Equal(expected);

        // Two anchors with three similarities each, of which one is their own.
        double[] similarities = [1, 0.8, 0.1, 0.8, 1, -0.4];
        double[] targets = [0.5, 1, 0, 1, 0.5, 0];
        double[] losses = new double[2];
        Loss.FromGroupFormula<double, Nearness, LogSumExpFold, LogSumExpFold>(new(2, 10, 0.5))
            .PerExample(similarities, targets, Groups.OfWidth(3), losses);
        losses[0].Should().BeApproximately(
            Math.Log(1 + Math.Exp(-0.6)) / 2 + Math.Log(1 + Math.Exp(-4)) / 10, 1e-12);
    }
}
