namespace LossKit.Formulas;

/// <summary>
/// c²(|d|/c − log(1 + |d|/c)), with d = prediction − target: convex, with a force that grows ever more slowly.
/// </summary>
/// <remarks>
/// Gradient d/(1 + |d|/c); Hessian 1/(1 + |d|/c)². The default c is 95 % efficient for normal errors of unit scale.
/// LightGBM's <c>fair</c>. Source: Fair, "On the Robust Estimation of Econometric Models", Annals of Economic and
/// Social Measurement 3(4), 1974.
/// </remarks>
/// <param name="c">c, the scale of the error; positive and finite.</param>
public readonly struct Fair(double c) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _c = Parameter.Positive(c);
    private readonly Parameter _inverse = 1 / c;

    /// <summary>With the usual parameters.</summary>
    public Fair() : this(1.3998)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Strict,
        Curvature = Curvature.NotNegative,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
        Lipschitz = _c.Value,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // From 10¹⁸·c on, where |d|/c may be infinite, only the line is left; below 10⁻¹⁷·c, where its square may be 0,
        // only the parabola.
        TLane error = prediction - target;
        TLane size = TLane.Abs(_inverse * error);
        TLane shrink = 1.0 / (1.0 + size);
        TLane loss = _c * TLane.SelectGreater(size, 1e18, TLane.Abs(error), _c * TLane.Log1pDeficit(size));
        TLane limit = TLane.SelectGreater(error, 0.0, _c, -_c);
        return new()
        {
            Value = TLane.SelectGreater(size, 1e-17, loss, 0.5 * error * error),
            First = TLane.SelectGreater(size, 1e18, limit, error * shrink),
            Second = TLane.Square(shrink),
        };
    }
}
