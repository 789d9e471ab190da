namespace LossKit.Formulas;

/// <summary>log Σ eˣ of the scores x of a row with all but its match, less the score of the match.</summary>
/// <remarks>
/// InfoNCE without the match in the sum, so that what is right already pulls as hard as what is not. Targets are 1 for
/// the match and 0 for others. <see cref="Loss.DecoupledContrastive{T}"/> takes it of the rows themselves. Source: Yeh
/// et al., "Decoupled Contrastive Learning", ECCV 2022.
/// </remarks>
public readonly struct DecoupledContrastive : IGroupFormula<LogSumExpFold, LogSumExpFold>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> => new(
        TLane.SelectGreater(target, 0.5, score, double.NegativeInfinity),
        TLane.SelectGreater(0.5, target, score, double.NegativeInfinity));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> => second - first;
}
