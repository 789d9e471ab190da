namespace LossKit.CustomLoss.Tests;

/// <summary>A third number of each example, without access to what is internal.</summary>
public sealed class TupleExample
{
    [Fact]
    public void An_error_is_priced_example_by_example()
    {
        TupleLoss<double> loss = Loss.FromTupleFormula<double, PricedError>(new(spoilt: 0.5));
        double[] orders = [10, 4, 7];
        double[] soldAndPrice = [8, 3, 6, 2, 9, 5];
        double[] gradient = new double[3];
        Cost cost = loss.ValueAndGradient(orders, soldAndPrice, gradient, reduction: Reduction.Sum);
        cost.Sum.Should().Be(0.5 * 2 + 2 * 2 + 5 * 2);
        gradient.Should().Equal(0.5, -2, -5);
        loss.Planar().ValueAndGradient(orders, [8, 6, 9, 3, 2, 5], gradient, reduction: Reduction.Sum)
            .Should().Be(cost);
        gradient.Should().Equal(0.5, -2, -5);
    }
}
