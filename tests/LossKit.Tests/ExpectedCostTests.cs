namespace LossKit.Tests;

/// <summary>Expected costs of decisions: in the tails, beside the decisions themselves, and what is refused.</summary>
[Trait("Category", "Formulas")]
public sealed class ExpectedCostTests
{
    private static readonly double[,] s_costs = { { 0, 1, 3 }, { 1, 0, 3 }, { 40, 41, 0.5 } };

    /// <summary>What is left of a right decision's cost is e⁻ᶻ times the other, not a difference from 1.</summary>
    [Theory]
    [InlineData(40.0)]
    [InlineData(80.0)]
    [InlineData(300.0)]
    [InlineData(700.0)]
    public void Tails_keep_their_digits(double logit)
    {
        double tail = Math.Exp(-logit);
        double[] gradient = new double[2];
        double[] hessian = new double[2];
        PointwiseLoss<double> loss = new DecisionCosts(3, 7).AsLoss<double>();
        loss.ValueGradientAndHessian([logit, -logit], [1, 0], gradient, hessian, reduction: Reduction.Sum)
            .Sum.Should().BeApproximately(10 * tail, 1e-13 * tail);
        Near(gradient, -7 * tail, 3 * tail);
        Near(hessian, 7 * tail, 3 * tail);
        Loss.ExpectedCostPerExample<double>().ValueGradientAndHessian(
            [logit, -logit], [1, 3, 7, 0, 0, 0, 3, 7, 0, 0], gradient, hessian, reduction: Reduction.Sum)
            .Sum.Should().BeApproximately(10 * tail, 1e-13 * tail);
        Near(gradient, -7 * tail, 3 * tail);
        Near(hessian, 7 * tail, 3 * tail);

        // A row that is sure of what costs least, and one that is sure of the dearest.
        double[] ofRow = new double[3];
        double[] bends = new double[3];
        RowLoss<double, int> rows = new CostMatrix(s_costs).AsLoss<double>();
        rows.ValueGradientAndHessian([logit, 0, -logit], [0], ofRow, bends).Sum
            .Should().BeApproximately(tail, 1e-13 * tail);
        Near(ofRow, -tail, tail, ofRow[2]);
        ofRow[2].Should().BeApproximately(3 * tail * tail, 1e-13 * tail * tail);
        Near(bends, tail, tail, bends[2]);
        rows.ValueGradientAndHessian([0, logit, 0], [2], ofRow, bends).Sum.Should().Be(41);
        Near(ofRow, -tail, 41.5 * tail, -40.5 * tail);
        Near(bends, -tail, -41.5 * tail, -40.5 * tail);

        static void Near(double[] actual, params double[] expected)
        {
            for (int i = 0; i < actual.Length; i++)
            {
                actual[i].Should().BeApproximately(expected[i], 2e-13 * Math.Abs(expected[i]), $"number {i}");
            }
        }
    }

    [Fact]
    public void Gross_logits_are_finite_and_cost_what_is_decided()
    {
        foreach (float logit in (float[])[1e4f, 1e20f, float.PositiveInfinity])
        {
            float[] gradient = new float[2];
            float[] hessian = new float[2];
            new DecisionCosts(3, 7, 1, 2).AsLoss<float>()
                .ValueGradientAndHessian([logit, -logit], [0, 1], gradient, hessian).Sum.Should().Be(10);
            gradient.Should().Equal(0, 0);
            hessian.Should().Equal(0, 0);
            Loss.ExpectedCostPerExample<float>().ValueGradientAndHessian(
                [logit, -logit], [0, 3, 7, 1, 2, 1, 3, 7, 1, 2], gradient, hessian).Sum.Should().Be(10);
            gradient.Should().Equal(0, 0);
        }

        foreach (float logit in (float[])[1e4f, 1e20f])
        {
            float[] gradient = new float[6];
            new CostMatrix(s_costs).AsLoss<float>().ValueAndGradient([logit, -logit, 0, -logit, logit, logit], [2, 0], gradient)
                .Sum.Should().Be(40 + 2);
            gradient.Should().Equal(0, 0, 0, 0, -0.25f, 0.25f);
        }
    }

    /// <summary>Sure decisions cost what the metrics of the same costs say.</summary>
    [Fact]
    public void Sure_decisions_are_those_of_the_metrics()
    {
        double[] scores = [-3, -1, 0.5, 2, 4, -2];
        double[] targets = [0, 1, 0, 1, -1, 1];
        double[] steep = [.. scores.Select(score => 1e4 * score)];
        DecisionCosts costs = new(3, 7, 0.5, -1);
        costs.AsLoss<double>().Value(steep, targets).Sum
            .Should().Be(costs.AtThreshold<double>(0).Value(steep, targets).Sum);
        costs.AsLoss<double>().ToString().Should().Be(
            "ExpectedCost(falsePositive=3, falseNegative=7, truePositive=0.5, trueNegative=-1)");

        CostMatrix matrix = new(s_costs);
        double[] rows = [9e4, 0, 0, 0, 0, 9e4, 0, 9e4, 0, 0, 9e4, 0];
        int[] labels = [0, 1, 2, 1];
        matrix.AsLoss<double>().Value(rows, labels).Sum
            .Should().Be(matrix.Value(decisions: [0, 2, 1, 1], labels).Sum);
        matrix.AsLoss<double>(ignoreIndex: 1).ToString().Should().Be(
            "ExpectedClassCost(classes=3, costs=[0, 1, 3, 1, 0, 3, 40, 41, 0.5], ignoreIndex=1)");
    }

    [Fact]
    public void Costs_of_the_label_are_costs_of_the_example()
    {
        double[] logits = [0.5, -1, 2, 0, 0.25, -0.5, 1, 1, -3];
        int[] labels = [2, 0, 1];
        double[] targets = [40, 41, 0.5, 0, 1, 3, 1, 0, 3];
        double[] weights = [2, 0.5, 3];
        double[] gradient = new double[9];
        double[] hessian = new double[9];
        double[] ofExamples = new double[9];
        double[] bends = new double[9];
        Cost cost = new CostMatrix(s_costs).AsLoss<double>().ValueGradientAndHessian(logits, labels, gradient, hessian, weights);
        Loss.ExpectedClassCostPerExample<double>(3)
            .ValueGradientAndHessian(logits, targets, ofExamples, bends, weights).Should().Be(cost);
        gradient.Should().Equal(ofExamples);
        hessian.Should().Equal(bends);

        // Of two classes, the costs of a yes-or-no decision about the difference of the logits.
        DecisionCosts costs = new(3, 7, 0.5, -1);
        double[] pairs = [0, 1.25, 0, -2];
        new CostMatrix(costs).AsLoss<double>().Value(pairs, [1, 0]).Sum
            .Should().BeApproximately(costs.AsLoss<double>().Value([1.25, -2], [1, 0]).Sum, 1e-15);
    }

    [Fact]
    public void A_masked_class_is_never_decided_for()
    {
        double[] gradient = new double[3];
        new CostMatrix(s_costs).AsLoss<double>()
            .ValueAndGradient([0, double.NegativeInfinity, 0], [2], gradient).Sum.Should().BeApproximately(20.25, 1e-14);
        gradient.Should().Equal(0.5 * 19.75, 0, -0.5 * 19.75);
        Loss.ExpectedClassCostPerExample<double>(2)
            .Value([double.NegativeInfinity, double.NegativeInfinity], [1, 2]).Sum.Should().Be(double.NaN);
    }

    [Fact]
    public void Rows_that_are_ignored_cost_nothing_whatever_they_hold()
    {
        RowLoss<double, int> loss = new CostMatrix(s_costs).AsLoss<double>(ignoreIndex: -1);
        double[] logits = [double.NaN, 1, 2, 0, 0, 0, 5, 1, 2];
        double[] losses = new double[3];
        double[] gradient = new double[9];
        Cost cost = loss.PerExample(logits, [-1, 0, -1], losses);
        losses[1].Should().BeApproximately(4.0 / 3, 1e-15);
        losses.Should().Equal(0, losses[1], 0);
        (cost.Sum, cost.Weight).Should().Be((losses[1], 1));
        loss.ValueAndGradient(logits, [-1, 0, -1], gradient).Should().Be(cost);
        gradient[..3].Concat(gradient[6..]).Should().AllBeEquivalentTo(0.0);
        gradient[3].Should().BeApproximately(-4.0 / 9, 1e-15);
    }

    [Fact]
    public void Costs_that_do_not_fit_are_refused()
    {
        Refuses(() => Loss.ExpectedClassCost<float>(3, [0, 1, 1, 0]), "*'costs' has 4 entries*9*");
        Refuses(() => Loss.ExpectedClassCost<float>(2, [0, 1, double.NaN, 0]), "*'costs[2]' must be finite*NaN*");
        Refuses(() => Loss.ExpectedClassCost<float>(2, [0, 1e300, 1, 0]), "*'costs[1]' must be*range of float*");
        Refuses(() => Loss.ExpectedClassCost<float>(1, [0]), "*'classes' must be between 2*");
        Refuses(() => Loss.ExpectedClassCostPerExample<float>(4097), "*'classes' must be between 2 and 4096*");
        Refuses(() => Loss.ExpectedCost<float>(double.PositiveInfinity, 1), "*'falsePositive' must be finite*");
        Refuses(() => new DecisionCosts(1, 1e300).AsLoss<float>(), "*'falseNegative' must be*range of float*");
        Refuses(
            () => new CostMatrix(s_costs).AsLoss<float>().Value([0, 0, 0], [3]), "The label of row 0 is 3*3 classes*");

        static void Refuses(Func<object> call, string message) =>
            call.Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public void Calls_allocate_nothing()
    {
        RowLoss<float, int> loss = new CostMatrix(s_costs).AsLoss<float>();
        float[] logits = new float[3 * 5000];
        int[] labels = new int[5000];
        float[] gradient = new float[logits.Length];
        Support.Allocations.Of(() => loss.ValueAndGradient(logits, labels, gradient)).Should().Be(0);
    }
}
