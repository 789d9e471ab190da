namespace LossKit.Formulas;

/// <summary>
/// max(0, log Σ e^D + log Σ e^(m − D)) of each row of a labelled batch: the first sum is over its distances D to rows
/// of its label, the second over those to others.
/// </summary>
/// <remarks>
/// All positives count where the lifted structured loss takes a pair at a time. Gradient 0 where the argument of the
/// hinge is 0. Targets are those of an in-batch formula. Source: Hermans, Beyer and Leibe, "In Defense of the Triplet
/// Loss for Person Re-Identification", 2017.
/// </remarks>
/// <param name="margin">m, finite, in units of distance.</param>
public readonly struct GeneralizedLiftedStructure(double margin) : IGroupFormula<LogSumExpFold, LogSumExpFold>
{
    private readonly Parameter _margin = Parameter.Finite(margin);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> => new(
        TLane.SelectGreater(target, 0.5, score, double.NegativeInfinity),
        TLane.SelectGreater(0.5, target, _margin - score, double.NegativeInfinity));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> =>
        TLane.PositivePart(first + second);
}
