namespace LossKit.Formulas;

/// <summary>½d² where |d| ≤ c, else ½c², with d = prediction − target: what is beyond c counts as lost.</summary>
/// <remarks>
/// Gradient d where |d| ≤ c, <b>also at |d| = c</b>, else 0; Hessian 1, or 0. statsmodels' <c>TrimmedMean</c>, Talwar's
/// loss; truncated least squares. Source: Hinich and Talwar, "A Simple Method for Robust Regression", JASA 70, 1975.
/// </remarks>
/// <param name="c">c, the error from which on there is no pull, in units of the target; positive and finite.</param>
public readonly struct TrimmedSquaredError(double c) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _c = Parameter.Positive(c);

    /// <summary>With the usual parameters.</summary>
    public TrimmedSquaredError() : this(2)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.None,
        Curvature = Curvature.NotNegative,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
        Lipschitz = _c.Value,
        Kinks = [-_c.Value, _c.Value],
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane error = prediction - target;
        TLane size = TLane.Abs(error);
        TLane clipped = TLane.Min(_c, size);
        return new()
        {
            Value = 0.5 * clipped * clipped,
            First = TLane.SelectGreater(size, _c, 0.0, error),
            Second = TLane.SelectGreater(size, _c, 0.0, 1.0),
        };
    }
}
