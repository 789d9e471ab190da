namespace LossKit.Formulas;

/// <summary>
/// w·(x − t)² of what a diffusion model predicts and should, with a weight w of the signal-to-noise ratio ρ of the
/// step.
/// </summary>
/// <remarks>
/// One prediction; targets t and ρ. ρ, max(ρ, 1) or min(ρ, γ), divided by ρ where the noise is predicted, by 1 where
/// the sample is, and by ρ + 1 where the velocity is; or 1. Sources: Salimans and Ho, ICLR 2022; Hang et al.,
/// "Efficient Diffusion Training via Min-SNR Weighting Strategy", ICCV 2023.
/// </remarks>
/// <param name="prediction">What is predicted.</param>
/// <param name="weighting">What a step counts.</param>
/// <param name="gamma">γ, positive and finite.</param>
public readonly struct DiffusionMse(DiffusionPrediction prediction, DiffusionWeighting weighting, double gamma)
    : ITupleFormula, IFormulaDomains
{
    private readonly DiffusionPrediction _prediction = Enum.IsDefined(prediction)
        ? prediction
        : throw new ArgumentOutOfRangeException(
            nameof(prediction), prediction, "Expected Epsilon, Sample or Velocity.");

    private readonly DiffusionWeighting _weighting = Enum.IsDefined(weighting)
        ? weighting
        : throw new ArgumentOutOfRangeException(
            nameof(weighting), weighting, "Expected None, Snr, TruncatedSnr or MinSnr.");

    private readonly Parameter _gamma = Parameter.Positive(gamma);

    /// <inheritdoc/>
    public static int Predictions => 1;

    /// <inheritdoc/>
    public static int Targets => 2;

    Domain IFormulaDomains.TargetDomain(int k) => k == 1 ? Domain.Positive : Domain.Reals;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        TLane error = TLane.Square(x[0] - x.Target(0));
        TLane ratio = x.Target(1);
        if (_weighting == DiffusionWeighting.None)
        {
            return error;
        }

        TLane weight = _weighting switch
        {
            DiffusionWeighting.Snr => ratio,
            DiffusionWeighting.TruncatedSnr => TLane.Max(ratio, 1.0),
            _ => TLane.Min(ratio, _gamma),
        };
        return _prediction switch
        {
            DiffusionPrediction.Epsilon => weight / ratio * error,
            DiffusionPrediction.Velocity => weight / (ratio + 1.0) * error,
            _ => weight * error,
        };
    }
}
