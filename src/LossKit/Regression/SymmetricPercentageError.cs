using System.Runtime.CompilerServices;

namespace LossKit;

/// <summary>2|p − t| / max(|p| + |t|, ε), for a prediction p and a target t: a fraction between 0 and 2.</summary>
/// <remarks>
/// Gradient 0 at p = t. Despite its name it is not symmetric in the error, and it is not convex. Some authors leave
/// out the factor 2 or multiply by 100. Source: Armstrong, "Long-Range Forecasting", Wiley 1985; Makridakis 1993.
/// </remarks>
/// <param name="epsilon">ε, the least divisor, in units of the target; positive and finite.</param>
public readonly struct SymmetricPercentageError(double epsilon) : IPointwiseFormula
{
    private readonly Parameter _epsilon = Parameter.Positive(epsilon);

    /// <summary>With the usual parameters.</summary>
    public SymmetricPercentageError() : this(2.220446049250313e-16)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.None,
        Curvature = Curvature.AnySign,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
        Kinks = null,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane size = TLane.Abs(prediction) + TLane.Abs(target);
        return 2.0 * TLane.Abs(prediction - target) / TLane.Max(_epsilon, size);
    }
}
