namespace LossKit.Formulas;

/// <summary>
/// w·log(1 + |d|/ε) where |d| &lt; w, else |d| − w + w·log(1 + w/ε), with d = prediction − target: small errors pull more
/// than large ones.
/// </summary>
/// <remarks>
/// Gradient w/(ε + |d|)·sign d, from |d| = w on sign d, and 0 at d = 0; Hessian −w/(ε + |d|)², or 0. Source: Feng et al.,
/// "Wing Loss for Robust Facial Landmark Localisation with Convolutional Neural Networks", CVPR 2018.
/// </remarks>
/// <param name="width">w, up to where it is a logarithm, in units of the target; positive and finite.</param>
/// <param name="epsilon">ε, how flat the logarithm begins, in units of the target; positive and finite.</param>
public readonly struct Wing(double width, double epsilon) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _width = Parameter.Positive(width);
    private readonly Parameter _epsilon = Parameter.Positive(epsilon);
    private readonly Parameter _inverse = 1 / epsilon;
    private readonly Parameter _slope = width / epsilon;
    private readonly Parameter _log = Math.Log(epsilon);
    private readonly Parameter _atWidth =
        width * Math.Max(Math.Log(1 + width / epsilon), Math.Log(width) - Math.Log(epsilon));

    /// <summary>With the usual parameters.</summary>
    public Wing() : this(10, 2)
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
        Lipschitz = Math.Max(1, _slope.Value),
        Kinks = [-_width.Value, 0, _width.Value],
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // Where |d|/ε is or may soon be infinite the logarithm is log |d| − log ε; where it may be 0 only the line is left.
        TLane size = TLane.Abs(prediction - target);
        TLane ratio = _inverse * size;
        TLane far = TLane.SelectGreater(ratio, 1e18, size, 0.0);
        TLane log = TLane.Log1p(TLane.SelectGreater(far, 1.0, size - 1.0, ratio))
            - TLane.SelectGreater(far, 1.0, _log, 0.0);
        TLane inside = TLane.SelectGreater(ratio, 1e-17, _width * log, TLane.Weigh(size, _slope));
        TLane inverse = 1.0 / (size + _epsilon);
        TLane slope = _width * inverse;
        return new()
        {
            Value = TLane.SelectGreater(_width, size, inside, size - _width + _atWidth),
            First = Signed.Compare(prediction, target, TLane.SelectGreater(_width, size, slope, 1.0)),
            Second = TLane.SelectGreater(_width, size, -(slope * inverse), 0.0),
        };
    }
}
