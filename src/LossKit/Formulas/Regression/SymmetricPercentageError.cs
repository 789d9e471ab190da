namespace LossKit.Formulas;

/// <summary>2|p − t| / max(|p| + |t|, ε), for a prediction p and a target t: a fraction between 0 and 2.</summary>
/// <remarks>
/// Gradient ±4|t|/(|p| + |t|)² where p and t have the same sign, 0 at p = t and where they have not, the mean of both
/// at p = 0. Despite its name it is not symmetric in the error, and it is not convex. Some authors leave
/// out the factor 2 or multiply by 100. Source: Armstrong, "Long-Range Forecasting", Wiley 1985; Makridakis 1993.
/// </remarks>
/// <param name="epsilon">ε, the least divisor, in units of the target; positive and finite.</param>
public readonly struct SymmetricPercentageError(double epsilon) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _epsilon = Parameter.Positive(epsilon);
    private readonly Parameter _halfEpsilon = 0.5 * epsilon;
    private readonly Parameter _halfLargest = Parameter.HalfLargest;

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
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // Of halves, because sum and difference of large numbers may be out of range; and an infinite prediction is no
        // worse than the largest.
        TLane p = TLane.Clamp(0.5 * prediction, -_halfLargest, _halfLargest);
        TLane t = 0.5 * target;
        TLane sum = TLane.Abs(p) + TLane.Abs(t);
        TLane bounded = TLane.Max(_halfEpsilon, sum);
        TLane inverse = 1.0 / bounded;

        // The numerator of the derivative, sgn(d)(|p| + |t|) − |d|·sgn p, without its cancellation.
        TLane agreement = Signed.Compare<TLane>(p, 0.0, Signed.Compare<TLane>(t, 0.0, 1.0));
        TLane slope = TLane.Abs(t) * inverse * (1.0 + agreement);
        TLane first = Signed.Compare(prediction, target, TLane.SelectGreater(sum, _halfEpsilon, slope, 1.0) * inverse);
        TLane bend = Signed.Compare(0.0, p, inverse);
        return new()
        {
            Value = 2.0 * (TLane.Abs(p - t) / bounded),
            First = first,
            Second = TLane.SelectGreater(sum, _halfEpsilon, bend, 0.0) * first,
        };
    }
}
