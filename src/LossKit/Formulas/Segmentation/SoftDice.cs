namespace LossKit.Formulas;

/// <summary>
/// 1 − (2Σpt + a)/(Σp + Σt + b) over the pixels of a group, for probabilities p and targets t in [0, 1]: how little the
/// predicted region and the true one overlap. With <c>squared</c> the denominator is Σp² + Σt² + b.
/// </summary>
/// <remarks>
/// A group is one class of one image, or of all. MONAI's with a = b = 1e-5, optax' with 1; segmentation_models.pytorch
/// smooths twice as much (2a in the numerator). Soft targets that are met exactly still cost something unless squared.
/// Source: Milletari, Navab and Ahmadi, "V-Net: Fully Convolutional Neural Networks for Volumetric Medical Image
/// Segmentation", 3DV 2016.
/// </remarks>
/// <typeparam name="TActivation">What makes probabilities of predictions.</typeparam>
/// <param name="smoothNumerator">a, finite and at least 0.</param>
/// <param name="smoothDenominator">b, positive and finite.</param>
/// <param name="squared">Whether probabilities and targets are squared in the denominator.</param>
public readonly struct SoftDice<TActivation>(double smoothNumerator, double smoothDenominator, bool squared)
    : IGroupFormula<SumFold, SumFold>, IFormulaDomains
    where TActivation : struct, IActivation
{
    private readonly Parameter _smoothNumerator = Parameter.NotNegative(smoothNumerator);
    private readonly Parameter _smoothDenominator = Parameter.Positive(smoothDenominator);
    private readonly Flag _squared = squared;

    Domain IFormulaDomains.PredictionDomain(int k) => default(TActivation).Predictions;

    Domain IFormulaDomains.TargetDomain(int k) => Domain.Probabilities;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane probability = default(TActivation).Probability(score);
        return new(
            target * probability,
            _squared ? TLane.Square(probability) + TLane.Square(target) : probability + target);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> =>
        1.0 - (2.0 * first + _smoothNumerator) / (second + _smoothDenominator);
}
