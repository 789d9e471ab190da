using System.Numerics;

namespace LossKit.Tests;

public sealed class SingleInfiniteErrorTests : InfiniteErrorTests<float>;

public sealed class DoubleInfiniteErrorTests : InfiniteErrorTests<double>;

/// <summary>
/// Losses and derivatives of infinite errors: the limits, and where ∞ − ∞ or 0·∞ would stand in a formula.
/// </summary>
[Trait("Category", "Formulas")]
public abstract class InfiniteErrorTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const double Infinity = double.PositiveInfinity;

    [Fact]
    public void Are_the_limits()
    {
        Limit(Loss.Huber<T>(2), Infinity, 2, 0);
        Limit(Loss.SmoothL1<T>(2), Infinity, 1, 0);
        Limit(Loss.SmoothL1<T>(0), Infinity, 1, 0);
        Limit(Loss.LogCosh<T>(), Infinity, 1, 0);
        Limit(Loss.LogisticDistance<T>(), Infinity, 1, 0);
        Limit(Loss.PseudoHuber<T>(2), Infinity, 2, 0);
        Limit(Loss.PseudoHuber<T>(1e37), Infinity, 1e37, 0);
        Limit(Loss.Charbonnier<T>(2), Infinity, 1, 0);
        Limit(Loss.Fair<T>(2), Infinity, 2, 0);
        Limit(Loss.Fair<T>(1e37), Infinity, 1e37, 0);
        Limit(Loss.Cauchy<T>(2), Infinity, 0, 0);
        Limit(Loss.Cauchy<T>(1e-3), Infinity, 0, 0);
        Limit(Loss.GemanMcClure<T>(2), 2, 0, 0);
        Limit(Loss.TukeyBiweight<T>(3), 1.5, 0, 0);
        Limit(Loss.Welsch<T>(2), 2, 0, 0);
        Limit(Loss.Arctan<T>(2), Math.PI, 0, 0);
        Limit(Loss.AndrewWave<T>(2), 8, 0, 0);
        Limit(Loss.Hampel<T>(), 10, 0, 0);
        Limit(Loss.Ramsay<T>(0.5), 4, 0, 0);
        Limit(Loss.TrimmedSquaredError<T>(3), 4.5, 0, 0);
        Limit(Loss.Wing<T>(2, 1e-3), Infinity, 1, 0);
        Limit(Loss.StudentTNegativeLogLikelihood<T>(3, 2), Infinity, 0, 0);
        Limit(Loss.StudentTNegativeLogLikelihood<T>(1e10), Infinity, 0, 0);
        Limit(Loss.GaussianNegativeLogLikelihood<T>(4), Infinity, Infinity, 0.25);
        Limit(Loss.LaplaceNegativeLogLikelihood<T>(4), Infinity, 0.25, 0);
        Limit(Loss.EpsilonInsensitive<T>(), Infinity, 1, 0);
        Limit(Loss.LpDistance<T>(1), Infinity, 1, 0);
        Limit(Loss.LpDistance<T>(1.5), Infinity, Infinity, 0);
        Limit(Loss.LpDistance<T>(3), Infinity, Infinity, Infinity);
        Limit(Loss.GeneralRobust<T>(2, 2), Infinity, Infinity, 0.25);
        Limit(Loss.GeneralRobust<T>(1, 2), Infinity, 0.5, 0);
        Limit(Loss.GeneralRobust<T>(0, 2), Infinity, 0, 0);
        Limit(Loss.GeneralRobust<T>(-2, 2), 2, 0, 0);
        Limit(Loss.GeneralRobust<T>(-4, 2), 1.5, 0, 0);
        Limit(Loss.GeneralRobust<T>(0.5, 2), Infinity, 0, 0);
        Limit(Loss.GeneralRobust<T>(1.5, 2), Infinity, Infinity, 0);
        Limit(Loss.GeneralRobust<T>(3, 2), Infinity, Infinity, Infinity);
        Limit(Loss.GeneralRobust<T>(double.NegativeInfinity, 2), 1, 0, 0);
        Limit(Loss.AbsolutePercentageError<T>(), Infinity, 0.5, 0, target: 2);
        Limit(Loss.SymmetricPercentageError<T>(), 2, 0, 0, target: 2);
    }

    [Fact]
    public void Are_the_limits_on_one_side()
    {
        At(Loss.Linex<T>(2, 3), -Infinity, 0, Infinity, -6, 0);
        At(Loss.Linex<T>(2, 3), Infinity, 0, Infinity, Infinity, Infinity);
        At(Loss.SquaredLogError<T>(), Infinity, 2, Infinity, 0, 0);
        At(Loss.Poisson<T>(), Infinity, 2, Infinity, Infinity, Infinity);
        At(Loss.Poisson<T>(), 1e38, 1e10, Infinity, Infinity, Infinity);
        At(Loss.Poisson<T>(), -Infinity, 2, Infinity, -2, 0);
        At(Loss.Poisson<T>(), -Infinity, 0, 0, 0, 0);
        At(Loss.Tweedie<T>(1), Infinity, 2, Infinity, Infinity, Infinity);
        At(Loss.Gamma<T>(), -Infinity, 2, Infinity, -Infinity, Infinity);
        At(Loss.Gamma<T>(), Infinity, 2, Infinity, 1, 0);
        At(Loss.Tweedie<T>(2), -Infinity, 2, Infinity, -Infinity, Infinity);
        At(Loss.SigmoidMargin<T>(), -Infinity, 1, 2, 0, 0);
        At(Loss.SigmoidMargin<T>(), Infinity, 1, 0, 0, 0);
        At(Loss.SmoothedHinge<T>(), -Infinity, 1, Infinity, -1, 0);
        At(Loss.ModifiedHuber<T>(), -Infinity, 1, Infinity, -4, 0);
        At(Loss.Savage<T>(), -Infinity, 1, 1, 0, 0);
        At(Loss.Savage<T>(), Infinity, 1, 0, 0, 0);
        At(Loss.Tangent<T>(), Infinity, 1, Math.Pow(Math.PI - 1, 2), 0, 0);
        At(Loss.LogLinearQuantile<T>(0.25), -Infinity, 2, 0.5, 0, 0);
        At(Loss.LogLinearQuantile<T>(0.25), Infinity, 2, Infinity, Infinity, Infinity);
        At(Loss.PoissonMean<T>(), Infinity, 0, Infinity, 1, 0);
        At(Loss.Dwd<T>(0.2), Infinity, 1, 0, 0, 0);
    }

    [Fact]
    public void Probabilities_of_0_and_1_keep_their_conventions()
    {
        At(Loss.BinaryCrossEntropy<T>(), 0, 0, 0, 0, 1);
        At(Loss.BinaryCrossEntropy<T>(), 1, 1, 0, 0, 1);
        At(Loss.BinaryCrossEntropy<T>(), 0, 1, 100, -1e12, Infinity);
        PointwiseLoss<T> crossEntropy = Loss.FromFormula<T, ProbabilityCrossEntropy>(default);
        At(crossEntropy, 0, 0, 0, 0, 0);
        At(crossEntropy, 0, 0.5, Infinity, -Infinity, Infinity);
        PointwiseLoss<T> jensenShannon = Loss.FromFormula<T, JensenShannonDivergence>(default);
        At(jensenShannon, 0, 0, 0, 0.5 * Math.Log(2), 0);
        At(jensenShannon, 0.5, 0, 0.25 * Math.Log(2), 0.5 * Math.Log(2), 0);
        At(jensenShannon, 0, 0.5, 0.25 * Math.Log(2), -Infinity, Infinity);
    }

    private static void Limit(PointwiseLoss<T> loss, double value, double slope, double curvature, double target = 0)
    {
        At(loss, Infinity, target, value, slope, curvature);
        At(loss, -Infinity, target, value, -slope, curvature);
    }

    private static void At(
        PointwiseLoss<T> loss, double prediction, double target, double value, double slope, double curvature)
    {
        PointLoss<T> one = loss.At(T.CreateTruncating(prediction), T.CreateTruncating(target));
        Near(one.Loss, value);
        Near(one.Derivative, slope);
        Near(one.SecondDerivative, curvature);

        T[] losses = new T[1];
        T[] gradient = new T[1];
        T[] hessian = new T[1];
        loss.PerExample([T.CreateTruncating(prediction)], [T.CreateTruncating(target)], losses);
        loss.ValueGradientAndHessian(
            [T.CreateTruncating(prediction)], [T.CreateTruncating(target)], gradient, hessian);
        losses[0].Should().Be(one.Loss);
        gradient[0].Should().Be(one.Derivative);
        hessian[0].Should().Be(one.SecondDerivative);

        void Near(T actual, double expected)
        {
            double number = double.CreateChecked(actual);
            if (double.IsInfinity(expected))
            {
                number.Should().Be(expected, loss.GetType().ToString());
            }
            else
            {
                number.Should().BeApproximately(expected, 1e-6 * Math.Abs(expected), loss.GetType().ToString());
            }
        }
    }
}
