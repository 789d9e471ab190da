namespace LossKit.Formulas;

/// <summary>
/// c²/6·(1 − (1 − u)³) where |d| ≤ c, else c²/6, with d = prediction − target and u = (d/c)²: errors beyond c have
/// no pull at all.
/// </summary>
/// <remarks>
/// Gradient d(1 − u)², or 0; Hessian (1 − u)(1 − 5u), or 0. The default c is 95 % efficient for normal errors of
/// unit scale. Source: Beaton and Tukey, Technometrics 16(2), 1974.
/// </remarks>
/// <param name="c">c, the error from which on there is no pull, in units of the target; positive and finite.</param>
public readonly struct TukeyBiweight(double c) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _c = Parameter.Positive(c);
    private readonly Parameter _inverse = 1 / c;

    /// <summary>With the usual parameters.</summary>
    public TukeyBiweight() : this(4.6851)
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
        Lipschitz = _c.Value * 16 / (25 * Math.Sqrt(5)),
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // 1 − (1 − u)³ is u(3 − 3u + u²), which does not cancel, and c²u is d². Neither is 0·∞ at an infinite error.
        TLane error = prediction - target;
        TLane clipped = TLane.Clamp(error, -_c, _c);
        TLane size = TLane.Min(1.0, TLane.Abs(_inverse * error));
        TLane square = TLane.Square(size);
        TLane rest = (1.0 - size) * (1.0 + size);
        return new()
        {
            Value = 1.0 / 6 * clipped * (clipped * (3.0 + square * (square - 3.0))),
            First = rest * TLane.Weigh(rest, error),
            Second = rest * (1.0 - 5.0 * square),
        };
    }
}
