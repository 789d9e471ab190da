namespace LossKit.Formulas;

/// <summary>
/// What a pair of a group counts, of which the first entry is to rank above the second: a constant when
/// differentiating.
/// </summary>
/// <remarks>Implement it by a <c>readonly struct</c>, the method with the attribute, as
/// <see cref="IPointwiseFormula"/> says.</remarks>
public interface IPairWeight : IFormula
{
    /// <summary>The weight of a pair.</summary>
    /// <typeparam name="TLane">Plain numbers.</typeparam>
    /// <param name="higher">The target of the entry that is to rank higher.</param>
    /// <param name="lower">The target of the other, which is less.</param>
    TLane Weight<TLane>(TLane higher, TLane lower) where TLane : struct, ILane<TLane>;
}

/// <summary>All pairs count 1.</summary>
public readonly struct EqualPairs : IPairWeight
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Weight<TLane>(TLane higher, TLane lower) where TLane : struct, ILane<TLane> => 1.0;
}

/// <summary>A pair counts as much as its targets differ.</summary>
public readonly struct TargetDifferences : IPairWeight
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Weight<TLane>(TLane higher, TLane lower) where TLane : struct, ILane<TLane> => higher - lower;
}
