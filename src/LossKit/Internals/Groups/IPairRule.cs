namespace LossKit.Internals.Groups;

/// <summary>What a pair counts, of all that its entries have: a constant when differentiating.</summary>
internal interface IPairRule : IFormula
{
    /// <summary>
    /// Whether the loss of a group is multiplied with log₂(1 + Z)/Z, Z being twice the sum of what its pairs pull with.
    /// </summary>
    static virtual bool IsNormalized => false;

    /// <summary>The weight of a pair whose targets differ.</summary>
    /// <param name="cells">The group, or groups.</param>
    /// <param name="one">An entry, as <see cref="Entry{T, TLane, TAcross}"/> has it.</param>
    /// <param name="other">A lane of others.</param>
    /// <param name="target">The target of the one.</param>
    /// <param name="otherTarget">Those of the others.</param>
    /// <param name="gap">The score of the one, less those of the others.</param>
    TLane Weight<T, TLane, TAcross>(
        in GroupCells<T> cells, nuint one, nuint other, TLane target, TLane otherTarget, TLane gap)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice;
}

/// <summary>A formula on the two targets.</summary>
internal readonly struct ByTargets<TWeight>(TWeight weight) : IPairRule where TWeight : struct, IPairWeight
{
    private readonly TWeight _weight = weight;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Weight<T, TLane, TAcross>(
        in GroupCells<T> cells, nuint one, nuint other, TLane target, TLane otherTarget, TLane gap)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice =>
        _weight.Weight(TLane.Max(target, otherTarget), TLane.Min(target, otherTarget));
}
