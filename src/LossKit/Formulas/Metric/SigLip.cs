namespace LossKit.Formulas;

/// <summary>
/// log(1 + e^(−x)) of the score x of each query with its own key, plus the log(1 + eˣ) of its scores with all others: the
/// sigmoid loss of language–image pairs.
/// </summary>
/// <remarks>
/// Every pair is a binary decision by itself, so that no softmax has to see all of them. Targets are 1 for the match and 0
/// for others. <see cref="Loss.SigLip{T}"/> takes it of the rows themselves. Source: Zhai et al., "Sigmoid Loss for
/// Language Image Pre-Training", ICCV 2023.
/// </remarks>
public readonly struct SigLip : IGroupFormula<SumFold, SumFold>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> =>
        new(TLane.Softplus(TLane.SelectGreater(target, 0.5, -score, score)), 0.0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> => first;
}
