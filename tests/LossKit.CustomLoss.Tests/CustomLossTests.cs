using System.Numerics;

namespace LossKit.CustomLoss.Tests;

public sealed class SingleCustomLossTests : CustomLossTests<float>;

public sealed class DoubleCustomLossTests : CustomLossTests<double>;

/// <summary>A formula written outside the library has all that a built-in one has.</summary>
public abstract class CustomLossTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const double MissCost = 10;

    private static readonly PointwiseLoss<T, MissedPositive> s_loss =
        Loss.FromFormula<T, MissedPositive>(new(MissCost));

    private static readonly double s_precision = typeof(T) == typeof(float) ? 2e-6 : 1e-14;

    [Fact]
    public void Value_gradient_and_Hessian_are_those_of_the_closed_form()
    {
        (T[] x, T[] t, T[] w) = Batch(1037);
        T[] losses = new T[x.Length];
        T[] gradient = new T[x.Length];
        T[] hessian = new T[x.Length];
        ILoss<T, T> asLoss = s_loss;
        Cost cost = s_loss.ValueGradientAndHessian(x, t, gradient, hessian, w);
        Cost perExample = asLoss.PerExample(x, t, losses, w);

        double sum = 0;
        double weight = w.Sum(double.CreateTruncating);
        for (int i = 0; i < x.Length; i++)
        {
            double s = 1 / (1 + Math.Exp(-double.CreateTruncating(x[i])));
            double target = double.CreateTruncating(t[i]);
            double share = double.CreateTruncating(w[i]) / weight;
            double slope = 1 - target - MissCost * target;
            double loss = MissCost * target * (1 - s) + (1 - target) * s;
            Close(losses[i], loss, 1);
            Close(gradient[i], slope * s * (1 - s) * share, share);
            Close(hessian[i], slope * s * (1 - s) * (1 - 2 * s) * share, share);
            sum += loss * double.CreateTruncating(w[i]);
        }

        cost.Mean.Should().BeApproximately(sum / weight, 10 * s_precision);
        perExample.Mean.Should().BeApproximately(cost.Mean, s_precision);
        asLoss.Value(x, t, w).Mean.Should().BeApproximately(cost.Mean, s_precision);
        (cost.Count, cost.Weight).Should().Match<(long, double)>(both => both.Item1 == 1037 && both.Item2 > 0);

        static void Close(T actual, double expected, double scale) => double.CreateTruncating(actual).Should()
            .BeApproximately(expected, s_precision * MissCost * Math.Max(scale, Math.Abs(expected)));
    }

    [Fact]
    public void One_example_at_a_time()
    {
        PointLoss<T> miss = s_loss.At(T.Zero, T.One);
        PointLoss<T> falseAlarm = s_loss.At(T.Zero, T.Zero);
        double.CreateTruncating(miss.Loss).Should().Be(5);
        double.CreateTruncating(miss.Derivative).Should().Be(-2.5);
        double.CreateTruncating(miss.SecondDerivative).Should().Be(0);
        double.CreateTruncating(falseAlarm.Loss).Should().Be(0.5);
        double.CreateTruncating(falseAlarm.Derivative).Should().Be(0.25);
    }

    [Fact]
    public void Gradients_of_micro_batches_add_up_to_that_of_the_batch()
    {
        (T[] x, T[] t, _) = Batch(100);
        T[] whole = new T[100];
        T[] parts = new T[100];
        Cost all = s_loss.ValueAndGradient(x, t, whole, reduction: Reduction.Sum);
        Cost merged =
            s_loss.ValueAndGradient(x.AsSpan(0, 33), t.AsSpan(0, 33), parts.AsSpan(0, 33), reduction: Reduction.Sum)
            + s_loss.ValueAndGradient(x.AsSpan(33), t.AsSpan(33), parts.AsSpan(33), reduction: Reduction.Sum);
        parts.Should().Equal(whole);
        merged.Mean.Should().BeApproximately(all.Mean, s_precision * all.Mean);
    }

    [Fact]
    public void Modifiers_wrap_around_it()
    {
        (T[] x, T[] t, _) = Batch(64);
        double own = s_loss.Value(x, t).Mean;
        double squared = Loss.SquaredError<T>().Value(x, t).Mean;
        s_loss.Scaled(3).Value(x, t).Mean.Should().BeApproximately(3 * own, 10 * s_precision * own);
        s_loss.Scaled(0.5).Plus(Loss.SquaredError<T>()).Value(x, t).Mean
            .Should().BeApproximately(0.5 * own + squared, 10 * s_precision * (own + squared));
        s_loss.Asymmetric(0, 0).Value(x, t).Sum.Should().Be(0);
    }

    [Fact]
    public void NaN_is_not_hidden_and_nothing_is_allocated()
    {
        (T[] x, T[] t, T[] w) = Batch(2050);
        T[] gradient = new T[2050];
        T[] hessian = new T[2050];
        x[7] = T.NaN;
        Cost cost = default;
        Allocations.Of(() => cost = s_loss.ValueGradientAndHessian(x, t, gradient, hessian, w)).Should().Be(0);
        cost.Mean.Should().Be(double.NaN);
        gradient.Count(T.IsNaN).Should().Be(1);
        T.IsNaN(hessian[7]).Should().BeTrue();
    }

    [Fact]
    public void Its_derivatives_can_be_checked()
    {
        GradientReport report = GradientChecker.Check(
            Loss.FromFormula<double, MissedPositive>(new(MissCost)), -8, 8, [0, 0.5, 1]);
        report.IsConsistent.Should().BeTrue(report.ToString());
        report.Kinks.Should().BeEmpty();
    }

    [Fact]
    public void Its_parameters_can_be_checked() =>
        ((Action)(() => _ = new MissedPositive(double.NaN))).Should().Throw<ArgumentOutOfRangeException>()
            .Which.ParamName.Should().Be("missCost");

    private static (T[] Predictions, T[] Targets, T[] Weights) Batch(int length)
    {
        Random random = new(3);
        return (
            Fill(() => random.NextDouble() * 10 - 5),
            Fill(() => random.Next(2)),
            Fill(() => 0.1 + random.NextDouble()));

        T[] Fill(Func<double> next) =>
            Enumerable.Range(0, length).Select(_ => T.CreateTruncating(next())).ToArray();
    }
}
