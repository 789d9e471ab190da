namespace LossKit.Formulas;

/// <summary>
/// ½c²·atan u, with d = prediction − target and u = (d/c)²: bounded, so that gross errors are ignored.
/// </summary>
/// <remarks>
/// Gradient d/(1 + u²), Hessian (1 − 3u²)/(1 + u²)². SciPy's <c>least_squares(loss="arctan", f_scale=c)</c>, Ceres.
/// Source: the documentation of SciPy's <c>least_squares</c> and of Ceres' <c>ArctanLoss</c>.
/// </remarks>
/// <param name="c">c, the scale of the error; positive and finite.</param>
public readonly struct Arctan(double c) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _c = Parameter.Positive(c);
    private readonly Parameter _half = 0.5 * c;
    private readonly Parameter _inverse = 1 / c;

    /// <summary>With the usual parameters.</summary>
    public Arctan() : this(1)
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
        Lipschitz = 0.75 * _c.Value / Math.Sqrt(Math.Sqrt(3)),
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // Beyond c everything is made of v = 1/u, since u² leaves the range of the numbers where the gradient does not;
        // below the bound it is ½d² to the last bit, though u may be 0.
        TLane error = prediction - target;
        TLane ratio = _inverse * error;
        TLane square = TLane.Square(ratio);
        TLane small = TLane.SelectGreater(square, 1.0, TLane.Square(1.0 / ratio), square);
        TLane smallSquare = TLane.Square(small);
        TLane shrink = 1.0 / (1.0 + smallSquare);
        TLane fading = shrink * TLane.SelectGreater(square, 1.0, small, 1.0);
        TLane bend = TLane.SelectGreater(square, 1.0, smallSquare - 3.0, 1.0 - 3.0 * smallSquare);
        TLane first = TLane.Weigh(fading, error);
        return new()
        {
            Value = TLane.SelectGreater(square, 1e-17, _half * (_c * Functions.Atan(square)), 0.5 * error * error),
            First = TLane.SelectGreater(square, 1.0, small * first, first),
            Second = fading * (fading * bend),
        };
    }
}
