using System.Numerics;
using Microsoft.ML.Trainers;

namespace LossKit.ML.Trainers;

/// <summary>
/// A pointwise loss as ML.NET's trainers take one: loss and derivative of one example, and for coordinate ascent in the
/// dual (SDCA) the best step and the dual loss, which are found from the derivative.
/// </summary>
/// <remarks>
/// With φ the loss of the output o, s the scaled norm of the features and α the dual variable, the best step Δ solves
/// φ′(o + Δs) + α + Δ = 0, whose left side increases by at least Δ if φ is convex; the dual loss is the least
/// α·u + φ(u). Both are roots of the derivative along a line, by Newton's method within a bracket; at a kink the
/// derivative steps over the root, which is there. Source: Shalev-Shwartz and Zhang, "Stochastic Dual Coordinate Ascent
/// Methods for Regularized Loss Minimization", JMLR 14, 2013.
/// </remarks>
/// <param name="loss">The loss.</param>
/// <param name="negative">The target of labels not above 0, of two classes; none if labels are targets.</param>
internal sealed class TrainerLoss<T>(PointwiseLoss<T> loss, float? negative)
    : ISupportSdcaRegressionLoss, ISupportSdcaClassificationLoss
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Beyond it a derivative has reached its limit, if it has one.
    private const double FarthestOutput = 1e6;

    // No loss whose derivative is bounded has a larger bound than this.
    private const double LargestBound = 1e4;

    // Of a dual variable, which is a sum of steps, in float: by what share of its size it is wrong at the most.
    private const double Rounding = 1.0 / (1 << 19);

    private const int MostSteps = 100;

    public double Loss(float output, float label) => double.CreateTruncating(At(output, label).Loss);

    public float Derivative(float output, float label) => float.CreateTruncating(At(output, label).Derivative);

    /// <summary>s, which is all that a step needs.</summary>
    public float ComputeDualUpdateInvariant(float scaledFeaturesNormSquared) => scaledFeaturesNormSquared;

    public float DualUpdate(float output, float label, float dual, float invariant, int maxNumThreads)
    {
        Line line = new(output, invariant, label, dual, 1);
        double excess = Excess(line, 0, out _);

        // The slope is at least 1: the root is not farther than that.
        double update = double.IsFinite(excess) ? Root(line, Math.Min(0, -excess), Math.Max(0, -excess)) : 0;

        // As ML.NET's own losses: steps of several threads add up.
        return (float)(maxNumThreads >= 2 ? update / maxNumThreads : update);
    }

    public double DualLoss(float label, float dual) => LeastOf(label, dual);

    /// <summary>The least α·u + φ(u).</summary>
    private double LeastOf(float label, double dual)
    {
        Line line = new(0, 1, label, dual, 0);
        double excess = Excess(line, 0, out _);
        if (double.IsNaN(excess))
        {
            return double.NaN;
        }

        double near = 0;
        double far = -Math.Sign(excess);
        while (Math.Abs(far) < FarthestOutput && Excess(line, far, out _) * excess > 0)
        {
            (near, far) = (far, 2 * far);
        }

        double rest = Excess(line, far, out _);
        if (rest * excess > 0)
        {
            // It falls for ever; but of what rounding alone has carried past the bound, the bound was meant.
            return Math.Abs(rest) <= RoundingOf(line, far)
                ? LeastOf(label, -double.CreateTruncating(At(far, label).Derivative))
                : double.NegativeInfinity;
        }

        double output = Root(line, Math.Min(near, far), Math.Max(near, far));
        return dual * output + double.CreateTruncating(At(output, label).Loss);
    }

    /// <summary>
    /// By how much rounding may have carried a dual past its bound: a step may be as long as bounds are apart.
    /// </summary>
    private double RoundingOf(in Line line, double far)
    {
        double apart = Math.Abs(Excess(line, -far, out _));
        return Rounding * Math.Max(Math.Abs(line.Dual), apart <= LargestBound ? apart : 1);
    }

    private PointLoss<T> At(double output, float label)
    {
        float target = negative is not float other ? label : label > 0 ? 1 : other;
        return loss.At(T.CreateTruncating(output), T.CreateTruncating(target));
    }

    /// <summary>φ′ + α + κΔ at a step along the line, and its slope.</summary>
    private double Excess(in Line line, double step, out double slope)
    {
        PointLoss<T> at = At(line.Output + step * line.Scale, line.Label);
        slope = line.Scale * double.CreateTruncating(at.SecondDerivative) + line.Slope;
        return double.CreateTruncating(at.Derivative) + line.Dual + line.Slope * step;
    }

    private double Root(in Line line, double low, double high)
    {
        double step = low;
        for (int i = 0; i < MostSteps && high - low > 1e-9 * Math.Max(Math.Abs(low), Math.Abs(high)); i++)
        {
            double excess = Excess(line, step, out double slope);
            if (excess == 0)
            {
                return step;
            }

            (low, high) = excess < 0 ? (step, high) : (low, step);
            double newton = step - excess / slope;
            step = newton > low && newton < high ? newton : low + (high - low) / 2;
        }

        return step;
    }

    private readonly record struct Line(double Output, double Scale, float Label, double Dual, double Slope);
}
