namespace LossKit.CustomLoss.Tests;

/// <summary>Losses of classes, of pairs and of triplets from a formula outside the library.</summary>
public sealed class MarginFormulaTests
{
    private const double Lead = 0.5;

    [Fact]
    public void Of_classes_over_all_rivals_or_the_best()
    {
        double[] scores = [1, 0.25, 2];
        double[] gradient = new double[3];
        Loss.FromRivalFormula<double, SoftMargin>(new(Lead), 3, Rivals.All).ValueAndGradient(scores, [0], gradient).Mean
            .Should().BeApproximately((Soft(0.75) + Soft(-1)) / 3, 1e-12);
        gradient[1].Should().BeApproximately(Pull(0.75) / 3, 1e-12);
        Loss.FromRivalFormula<double, SoftMargin>(new(Lead), 3, Rivals.Best)
            .ValueAndGradient(scores, [0], gradient).Mean.Should().BeApproximately(Soft(-1), 1e-12);
        gradient.Should().Equal([-Pull(-1), 0, Pull(-1)], (left, right) => Math.Abs(left - right) < 1e-12);
        Action unknown = () => Loss.FromRivalFormula<double, SoftMargin>(new(Lead), 3, (Rivals)7);
        unknown.Should().Throw<ArgumentOutOfRangeException>().Which.ParamName.Should().Be("rivals");
    }

    [Fact]
    public void Of_pairs_given_or_of_a_batch()
    {
        double[] gradient = new double[2];
        Loss.PairFromDistanceFormula<double, Repulsion>(default, dimension: 2).ValueAndGradient(
            new() { First = [3, 4], Second = [0, 0], Labels = [0] }, new() { First = gradient }).Mean
            .Should().BeApproximately(Math.Exp(-5), 1e-12);
        gradient[0].Should().BeApproximately(-0.6 * Math.Exp(-5), 1e-12);

        // On a line: rows of one label at 0 and 1, another at 3.
        double[] rows = [0, 1, 3];
        double[] ofRows = new double[3];
        Loss.BatchPairFromDistanceFormula<double, Repulsion>(default, dimension: 1).ValueAndGradient(
            new() { Embeddings = rows, Labels = [5, 5, 6] },
            new() { Embeddings = ofRows },
            reduction: Reduction.Sum).Sum
            .Should().BeApproximately(2 * (1 + Math.Exp(-3) + Math.Exp(-2)), 1e-12);
        ofRows[2].Should().BeApproximately(-2 * (Math.Exp(-3) + Math.Exp(-2)), 1e-12);
    }

    [Theory]
    [InlineData(TripletMining.All, new[] { 2.0, 4, 1, 3 })]
    [InlineData(TripletMining.Active, new[] { 2.0, 4, 1, 3 })]
    [InlineData(TripletMining.Hardest, new[] { 2.0, 1 })]
    [InlineData(TripletMining.SemiHard, new[] { 8.0, 3 })]
    public void Of_triplets_of_a_batch(TripletMining mining, double[] margins)
    {
        // On a line: rows of one label at 0 and 1, others at 3 and 5, and so margins of 3 − 1, 5 − 1; 2 − 1, 4 − 1.
        double[] expected = [.. margins.Select(Soft)];
        MinedLoss<double> loss =
            Loss.BatchTripletFromMarginFormula<double, SoftMargin>(new(Lead), dimension: 1, mining);
        double[] losses = new double[loss.Losses(Batch())];
        loss.PerExample(Batch(), losses);

        // The last two have no positive.
        losses[..expected.Length].Should().Equal(expected, (left, right) => Math.Abs(left - right) < 1e-12);
        losses[expected.Length..].All(each => each == 0).Should().BeTrue();

        static Labelled<double> Batch() => new() { Embeddings = [0, 1, 3, 5], Labels = [7, 7, 8, 9] };
    }

    [Fact]
    public void An_unknown_choice_is_refused()
    {
        Action unknown = () => Loss.BatchTripletFromMarginFormula<double, SoftMargin>(new(Lead), 1, (TripletMining)9);
        unknown.Should().Throw<ArgumentOutOfRangeException>().Which.ParamName.Should().Be("mining");
    }

    private static double Soft(double margin) => Math.Log(1 + Math.Exp(Lead - margin));

    private static double Pull(double margin) => 1 / (1 + Math.Exp(margin - Lead));
}
