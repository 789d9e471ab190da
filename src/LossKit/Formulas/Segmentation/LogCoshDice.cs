namespace LossKit.Formulas;

/// <summary>log cosh of the <see cref="SoftDice{TActivation}"/> of a group: smooth and convex in it.</summary>
/// <remarks>
/// Of each region, where the paper takes it of their mean. Source: Jadon, "A Survey of Loss Functions for Semantic
/// Segmentation", CIBCB 2020.
/// </remarks>
/// <typeparam name="TActivation">What makes probabilities of predictions.</typeparam>
/// <param name="smoothNumerator">a, finite and at least 0.</param>
/// <param name="smoothDenominator">b, positive and finite.</param>
public readonly struct LogCoshDice<TActivation>(double smoothNumerator, double smoothDenominator)
    : IGroupFormula<SumFold, SumFold>, IFormulaDomains
    where TActivation : struct, IActivation
{
    private readonly SoftDice<TActivation> _dice = new(smoothNumerator, smoothDenominator, squared: false);

    Domain IFormulaDomains.PredictionDomain(int k) => default(TActivation).Predictions;

    Domain IFormulaDomains.TargetDomain(int k) => Domain.Probabilities;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> =>
        _dice.Entry(score, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> =>
        TLane.LogCosh(_dice.Loss(first, second));
}
