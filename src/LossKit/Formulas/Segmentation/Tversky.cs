namespace LossKit.Formulas;

/// <summary>
/// (1 − (I + a)/(I + αΣp(1 − t) + βΣ(1 − p)t + b))^γ over the pixels of a group, I = Σpt, for probabilities p and
/// targets t in [0, 1]: how little the predicted region and the true one overlap, with prices for what is found wrongly
/// and what is missed.
/// </summary>
/// <remarks>
/// α = β = ½ is Dice, α = β = 1 the Jaccard index. MONAI and segmentation_models.pytorch agree without γ; the latter
/// raises the mean over classes. At a loss of 0 the derivative is 0 unless γ is 1. Sources: Salehi, Erdogmus and
/// Gholipour, "Tversky Loss Function for Image Segmentation Using 3D Fully Convolutional Deep Networks", MLMI 2017;
/// Abraham and Khan, "A Novel Focal Tversky Loss Function", ISBI 2019, whose exponent is 1/γ.
/// </remarks>
/// <typeparam name="TActivation">What makes probabilities of predictions.</typeparam>
/// <param name="alpha">α, what false positives count; finite and at least 0.</param>
/// <param name="beta">β, what false negatives count; finite and at least 0.</param>
/// <param name="gamma">γ, positive and finite; above 1, easy regions fade out.</param>
/// <param name="smoothNumerator">a, finite and at least 0.</param>
/// <param name="smoothDenominator">b, positive and finite.</param>
public readonly struct Tversky<TActivation>(
    double alpha, double beta, double gamma, double smoothNumerator, double smoothDenominator)
    : IGroupFormula<SumFold, SumFold>, IFormulaDomains
    where TActivation : struct, IActivation
{
    private readonly Parameter _alpha = Parameter.NotNegative(alpha);
    private readonly Parameter _beta = Parameter.NotNegative(beta);
    private readonly Parameter _gamma = Parameter.Positive(gamma);
    private readonly Parameter _smoothNumerator = Parameter.NotNegative(smoothNumerator);
    private readonly Parameter _smoothDenominator = Parameter.Positive(smoothDenominator);

    Domain IFormulaDomains.PredictionDomain(int k) => default(TActivation).Predictions;

    Domain IFormulaDomains.TargetDomain(int k) => Domain.Probabilities;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane probability = default(TActivation).Probability(score);
        return new(
            target * probability,
            _alpha * (probability * (1.0 - target)) + _beta * ((1.0 - probability) * target));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane>
    {
        TLane loss = 1.0 - (first + _smoothNumerator) / (first + second + _smoothDenominator);
        return _gamma.Value == 1 ? loss : Powers.Fading(loss, _gamma);
    }
}
