namespace LossKit.Formulas;

/// <summary>
/// (1 − C)² of the correlation C of a feature with itself in the other view, λ·C² of one with another feature.
/// </summary>
/// <remarks>
/// The target is 1 where both features are the same, else 0. <see cref="Loss.BarlowTwins{T}"/> adds it up over all.
/// Source: Zbontar et al., "Barlow Twins: Self-Supervised Learning via Redundancy Reduction", ICML 2021.
/// </remarks>
/// <param name="lambda">λ, finite and not negative.</param>
public readonly struct BarlowTwins(double lambda) : IPointwiseFormula
{
    private readonly Parameter _lambda = Parameter.NotNegative(lambda);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> => TLane.SelectGreater(
        target, 0.5, TLane.Square(1.0 - prediction), _lambda * TLane.Square(prediction));
}
