namespace LossKit.Formulas;

/// <summary>
/// |d|/b + log(2b), with d = prediction − target: the negative log-likelihood of a Laplace distribution of scale b
/// around the prediction.
/// </summary>
/// <remarks>
/// Gradient sign d / b, 0 at d = 0; Hessian 0; Fisher information 1/b². The absolute error as a likelihood, to be
/// compared with others; may be negative. Source: Laplace 1774.
/// </remarks>
/// <param name="scale">b, the mean absolute error expected, in units of the target; positive and finite.</param>
public readonly struct LaplaceNegativeLogLikelihood(double scale) : IPointwiseFormula
{
    private readonly Parameter _scale = Parameter.Positive(scale);
    private readonly Parameter _inverse = 1 / scale;
    private readonly Parameter _constant = Math.Log(2) + Math.Log(scale);

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Convex,
        Curvature = Curvature.Zero,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = _constant.Value,
        Elicits = Statistic.Median,
        Lipschitz = 1 / _scale.Value,
        Kinks = [0],
    };

    bool IPointwiseFormula.HasFisherInformation => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        _inverse * TLane.Abs(prediction - target) + _constant;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane IPointwiseFormula.FisherInformation<TLane>(TLane prediction) => _inverse * (TLane)_inverse;
}
