using System.Numerics;
using LossKit.Formulas;

namespace LossKit.CustomLoss.Tests;

public sealed class SingleFunctionTests : FunctionTests<float>;

public sealed class DoubleFunctionTests : FunctionTests<double>;

/// <summary>A function written outside the library, in a formula written outside the library.</summary>
public abstract class FunctionTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    [Fact]
    public void An_own_function_has_both_derivatives()
    {
        GradientReport report = GradientChecker.Check(
            Loss.FromFormula<double, SmoothStepError>(default), -3, 3, [-1, 0, 0.7]);
        report.IsConsistent.Should().BeTrue(report.ToString());
        report.Kinks.Should().BeEmpty();
    }

    [Fact]
    public void An_own_function_is_its_closed_form_in_batches()
    {
        double precision = typeof(T) == typeof(float) ? 3e-6 : 1e-14;
        PointwiseLoss<T, SmoothStepError> loss = Loss.FromFormula<T, SmoothStepError>(default);
        T[] x = Enumerable.Range(0, 1037).Select(i => T.CreateTruncating(Math.Sin(i))).ToArray();
        T[] t = new T[x.Length];
        T[] losses = new T[x.Length];
        T[] gradient = new T[x.Length];
        T[] hessian = new T[x.Length];
        loss.PerExample(x, t, losses);
        loss.ValueGradientAndHessian(x, t, gradient, hessian, reduction: Reduction.Sum);
        for (int i = 0; i < x.Length; i++)
        {
            // y/(1 + y) with y = 4x².
            double at = double.CreateTruncating(x[i]);
            double beside = 1 + 4 * at * at;
            double.CreateTruncating(losses[i]).Should().BeApproximately(4 * at * at / beside, precision);
            double.CreateTruncating(gradient[i]).Should().BeApproximately(8 * at / (beside * beside), precision);
            double.CreateTruncating(hessian[i])
                .Should().BeApproximately(8 * (4 - 3 * beside) / (beside * beside * beside), 10 * precision);
        }
    }
}
