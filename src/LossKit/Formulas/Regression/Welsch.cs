namespace LossKit.Formulas;

/// <summary>½c²(1 − e^(−u)), with d = prediction − target and u = (d/c)²: gross errors have no pull at all.</summary>
/// <remarks>
/// Gradient d·e^(−u), Hessian (1 − 2u)e^(−u). Also called Leclerc; Barron's family at α = −∞ is 1 − e^(−½u). The default
/// c is 95 % efficient for normal errors of unit scale. Source: Dennis and Welsch, Communications in Statistics 7(4),
/// 1978.
/// </remarks>
/// <param name="c">c, the scale of the error; positive and finite.</param>
public readonly struct Welsch(double c) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _c = Parameter.Positive(c);
    private readonly Parameter _half = 0.5 * c;
    private readonly Parameter _inverse = 1 / c;

    /// <summary>With the usual parameters.</summary>
    public Welsch() : this(2.985)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.None,
        Curvature = Curvature.AnySign,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
        Lipschitz = _c.Value * Math.Exp(-0.5) / Math.Sqrt(2),
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // Below the bound it is ½d² to the last bit, though u may be 0. e^(−u) may be 0 where the gradient is not, but not
        // its root.
        TLane error = prediction - target;
        TLane square = TLane.Square(_inverse * error);
        TLane shrink = TLane.Exp(-0.5 * square);
        TLane loss = -_half * (_c * TLane.Expm1(-square));
        return new()
        {
            Value = TLane.SelectGreater(square, 1e-17, loss, 0.5 * error * error),
            First = shrink * TLane.Weigh(shrink, error),
            Second = shrink * TLane.Weigh(shrink, 1.0 - 2.0 * square),
        };
    }
}
