namespace LossKit.Formulas;

/// <summary>
/// ½(ν + 1)·log(1 + d²/(νs²)) + const, with d = prediction − target: the negative log-likelihood of Student's t
/// distribution with ν degrees of freedom and scale s around the prediction.
/// </summary>
/// <remarks>
/// Gradient (ν + 1)d/(νs² + d²); Hessian negative for d² &gt; νs²; Fisher information (ν + 1)/((ν + 3)s²). The constant
/// is log s + ½log(πν) + log Γ(½ν) − log Γ(½(ν + 1)). ν = 1 is a Cauchy distribution. Source: Lange, Little and Taylor,
/// "Robust Statistical Modeling Using the t Distribution", JASA 84, 1989.
/// </remarks>
/// <param name="degreesOfFreedom">ν, the smaller the heavier the tails; positive and finite.</param>
/// <param name="scale">s, in units of the target; positive and finite.</param>
public readonly struct StudentTNegativeLogLikelihood(double degreesOfFreedom, double scale = 1)
    : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _degreesOfFreedom = Parameter.Positive(degreesOfFreedom);
    private readonly Parameter _scale = Parameter.Positive(scale);
    private readonly Parameter _half = 0.5 * degreesOfFreedom + 0.5;
    private readonly Parameter _whole = degreesOfFreedom + 1;
    private readonly Parameter _share = 1 + 1 / degreesOfFreedom;
    private readonly Parameter _inverseScale = 1 / scale;
    private readonly Parameter _inverseRoot = 1 / Math.Sqrt(degreesOfFreedom);
    private readonly Parameter _log = Math.Log(scale) + 0.5 * Math.Log(degreesOfFreedom);
    private readonly Parameter _constant = Math.Log(scale) + StudentTConstant.Of(degreesOfFreedom);

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.None,
        Curvature = Curvature.AnySign,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = _constant.Value,
        Lipschitz = _half.Value * _inverseRoot.Value / _scale.Value,
    };

    bool IPointwiseFormula.HasFisherInformation => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // d/(s√ν) in two steps, because s√ν may be out of range.
        TLane error = prediction - target;
        TLane deviation = _inverseScale * error;
        TLane ratio = _inverseRoot * deviation;
        HeavyTail<TLane> tail = HeavyTail<TLane>.Of(error, ratio);
        TLane loss = _half * tail.Log(error, ratio, _log);
        TLane slope = _inverseScale * (_share * (deviation * tail.Inverse));
        TLane bend = _inverseScale * ((1.0 - ratio) * (1.0 + ratio) * tail.Inverse);
        TLane far = _whole * tail.Inverse;

        // Far out the derivatives are (ν + 1)/d and −(ν + 1)/d².
        return new()
        {
            // Below this bound log(1 + x) is x to the last bit, though x may be 0.
            Value = TLane.SelectGreater(tail.Square, 1e-17, loss, _half * ratio * ratio) + _constant,
            First = tail.Select(far, slope),
            Second = tail.Select(-(far * tail.Inverse), _share * (_inverseScale * tail.Inverse) * bend),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane IPointwiseFormula.FisherInformation<TLane>(TLane prediction) =>
        (_degreesOfFreedom.Value + 1) / (_degreesOfFreedom.Value + 3) * (_inverseScale * (TLane)_inverseScale);
}
