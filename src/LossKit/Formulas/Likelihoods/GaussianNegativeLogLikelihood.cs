namespace LossKit.Formulas;

/// <summary>
/// ½(log v + d²/v), with d = prediction − target: the negative log-likelihood of a normal distribution of variance
/// v around the prediction, without ½log 2π.
/// </summary>
/// <remarks>
/// Gradient d/v; Hessian 1/v. One variance for all examples; a variance for each is
/// <see cref="NormalNllGivenVariance"/>.
/// PyTorch's <c>gaussian_nll_loss</c>. Source: Nix and Weigend, "Estimating the Mean and Variance of the Target
/// Probability Distribution", ICNN 1994.
/// </remarks>
/// <param name="variance">v, in squared units of the target; positive and finite.</param>
public readonly struct GaussianNegativeLogLikelihood(double variance) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _variance = Parameter.Positive(variance);
    private readonly Parameter _precision = 1 / variance;
    private readonly Parameter _inverse = 1 / Math.Sqrt(variance);
    private readonly Parameter _constant = 0.5 * Math.Log(variance);

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Strict,
        Curvature = Curvature.NotNegative,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = _constant.Value,
        Elicits = Statistic.Mean,
        Lipschitz = double.PositiveInfinity,
    };

    bool IPointwiseFormula.HasFisherInformation => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    // By hand, because the square of an error may leave the range of the numbers before it is scaled.

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane deviation = _inverse * (prediction - target);
        return new()
        {
            Value = 0.5 * deviation * deviation + _constant,
            First = _inverse * deviation,
            Second = _precision,
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane IPointwiseFormula.FisherInformation<TLane>(TLane prediction) => _precision;
}
