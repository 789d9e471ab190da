namespace LossKit.Formulas;

/// <summary>
/// ½d² up to a, a|d| − ½a² up to b, from there to c a parabola that flattens, then constant, with d = prediction −
/// target: the pull of an error grows, stays, fades, and is gone.
/// </summary>
/// <remarks>
/// Between b and c it is ½a(b + c − a) − a(c − |d|)²/(2(c − b)). Gradient d, a·sign d, a(c − |d|)/(c − b)·sign d, 0;
/// Hessian 1 where |d| ≤ a, −a/(c − b) strictly between b and c, else 0. statsmodels' <c>Hampel</c>. Source: Hampel et
/// al., "Robust Statistics: The Approach Based on Influence Functions", Wiley 1986.
/// </remarks>
/// <param name="a">a, where the square turns into a line, in units of the target; positive and finite.</param>
/// <param name="b">b, where the pull begins to fade; at least a.</param>
/// <param name="c">c, from where on there is none; greater than b.</param>
public readonly struct Hampel(double a, double b, double c) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _a = Parameter.Positive(a);
    private readonly Parameter _b = Parameter.AtLeast(a, b);
    private readonly Parameter _c = Parameter.AtLeast(Math.BitIncrement(b), c);
    private readonly Parameter _inverse = 1 / (c - b);
    private readonly Parameter _slope = a / (c - b);

    /// <summary>With the usual parameters.</summary>
    public Hampel() : this(2, 4, 8)
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
        Lipschitz = _a.Value,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // The loss is what each part of the way from 0 to |d| adds: none is negative, so that nothing cancels.
        TLane error = prediction - target;
        TLane size = TLane.Abs(error);
        TLane clipped = TLane.Min(_a, size);
        TLane rest = TLane.Max(0.0, _c - size);
        TLane fading = TLane.Clamp(size, _b, _c) - _b;
        TLane share = TLane.SelectGreater(size, _b, _inverse * rest, 1.0);
        TLane bend = TLane.SelectGreater(_c, size, -_slope, 0.0);
        return new()
        {
            Value = clipped * (TLane.Min(_b, size) - 0.5 * clipped) + _a * (fading * (1.0 - 0.5 * (_inverse * fading))),
            First = share * TLane.Clamp(error, -_a, _a),
            Second = TLane.SelectGreater(size, _b, bend, TLane.SelectGreater(size, _a, 0.0, 1.0)),
        };
    }
}
