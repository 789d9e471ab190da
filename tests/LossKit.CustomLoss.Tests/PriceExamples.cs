namespace LossKit.CustomLoss.Tests;

/// <summary>The README's examples of side inputs, expected costs and Fisher information.</summary>
public sealed class PriceExamples
{
    [Fact]
    public void A_price_for_each_example_works()
    {
        // Orders of three items, and of each: what was sold, what one too many and what one too few costs.
        double[] orders = [10, 4, 7];
        double[] soldAndPrices = [8, 0.5, 3, 6, 0.25, 2, 9, 0.5, 5];
        double[] ofOrders = new double[3];
        TupleLoss<double> stock = Loss.AbsoluteError<double>().AsymmetricPerExample();
        Cost shelf = stock.ValueAndGradient(orders, soldAndPrices, ofOrders, reduction: Reduction.Sum);      // 15

        // Claims of two drivers, insured for a quarter of a year and for two years; the prediction is a log rate a year.
        Cost claims = Loss.Poisson<double>().WithExposure().Value([-1, -0.5], [1, 0.25, 0, 2]);

        // The third item was sold out: at least 9 would have been bought.
        Cost demand = Loss.SquaredError<double>().Censored().Value([10, 4, 12], [8, 0, 6, 0, 9, 1]);         // mean 2.667

        shelf.Sum.Should().Be(0.5 * 2 + 2 * 2 + 5 * 2);
        ofOrders.Should().Equal(0.5, -2, -5);
        claims.Sum.Should().BeApproximately(
            0.25 * Math.Exp(-1) + 1 - Math.Log(0.25) + 2 * Math.Exp(-0.5), 1e-14);
        demand.Mean.Should().BeApproximately(8.0 / 3, 1e-15);
    }

    [Fact]
    public void Expected_costs_work()
    {
        // A missed fraud costs its amount, a wrong alarm a call: label, wrong alarm, miss, hit, no alarm.
        float[] logits = [-1, 2];
        float[] fraud = [1, 5, 900, 5, 0, 0, 5, 30, 5, 0];
        float[] gradient = new float[2];
        Cost expected = Loss.ExpectedCostPerExample<float>().ValueAndGradient(logits, fraud, gradient);

        // The same costs for all, from what prices the decisions; rows of classes by a matrix.
        Cost ofAll = new DecisionCosts(falsePositive: 1, falseNegative: 10).AsLoss<float>().Value(logits, [1, 0]);
        CostMatrix matrix = new(new double[,] { { 0, 1, 3 }, { 1, 0, 3 }, { 40, 40, 0 } });
        Cost ofRows = matrix.AsLoss<float>().Value([2, 0, -1], [2]);                    // 38.3: the third class is missed

        expected.Sum.Should().BeApproximately(
            900 / (1 + Math.Exp(-1)) + 5 / (1 + Math.E) + 5 / (1 + Math.Exp(-2)), 1e-4);
        gradient[0].Should().BeNegative();
        ofAll.Sum.Should().BeApproximately(10 / (1 + Math.Exp(-1)) + 1 / (1 + Math.Exp(-2)), 1e-6);
        ofRows.Sum.Should().BeApproximately(40 - 40 / (1 + Math.Exp(3) + Math.Exp(1)), 1e-5);
    }

    [Fact]
    public void Fisher_information_works()
    {
        double[] means = [2, 0];                     // mean and log variance of one example
        double[] gradient = new double[2];
        double[] hessian = new double[2];
        TupleLoss<double> likelihood = Loss.NormalNll<double>();
        likelihood.ValueGradientAndHessian(means, [2.5], gradient, hessian);                         // 1 and 0.125
        likelihood.WithFisherHessian().ValueGradientAndHessian(means, [2.5], gradient, hessian);     // 1 and 0.5

        double[] natural = [gradient[0] / hessian[0], gradient[1] / hessian[1]];

        natural.Should().Equal(-0.5, 0.75);
    }
}
