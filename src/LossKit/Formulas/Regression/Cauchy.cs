namespace LossKit.Formulas;

/// <summary>½c²·log(1 + (d/c)²), with d = prediction − target: the pull of an error fades beyond c.</summary>
/// <remarks>
/// Gradient d/(1 + u), Hessian (1 − u)/(1 + u)² with u = (d/c)²: negative beyond c. SciPy's
/// <c>least_squares(loss="cauchy", f_scale=c)</c>, Ceres; also called Lorentzian. Source: Black and Anandan,
/// Computer Vision and Image Understanding 63(1), 1996.
/// </remarks>
/// <param name="c">c, the scale of the error; positive and finite.</param>
public readonly struct Cauchy(double c) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _c = Parameter.Positive(c);
    private readonly Parameter _half = 0.5 * c;
    private readonly Parameter _inverse = 1 / c;
    private readonly Parameter _log = Math.Log(c);

    /// <summary>With the usual parameters.</summary>
    public Cauchy() : this(1)
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
        Lipschitz = _half.Value,
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
        TLane ratio = _inverse * error;
        HeavyTail<TLane> tail = HeavyTail<TLane>.Of(error, ratio);
        TLane loss = _half * (_c * tail.Log(error, ratio, _log));

        // Far out the derivatives are c²/d and −(c/d)².
        TLane far = _c * tail.Inverse;
        TLane bend = (1.0 - ratio) * (1.0 + ratio);
        return new()
        {
            // Below this bound it is ½d² to the last bit, though u may be 0.
            Value = TLane.SelectGreater(tail.Square, 1e-17, loss, 0.5 * error * error),
            First = tail.Select(_c * far, error * tail.Inverse),
            Second = tail.Select(-(far * far), tail.Inverse * (tail.Inverse * bend)),
        };
    }
}
