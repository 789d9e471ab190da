using System.Runtime.InteropServices;

namespace LossKit.Internals.Groups;

/// <summary>What there is one of a group while its folds are evaluated.</summary>
internal enum FoldNumber
{
    /// <summary>The largest entry, which log-sum-exps are relative to.</summary>
    LargestFirst,
    LargestSecond,

    /// <summary>Where it stands.</summary>
    PlaceFirst,
    PlaceSecond,

    /// <summary>Σ a, or Σ eᵃ relative to the largest; NaN if anything of the group is.</summary>
    SumFirst,
    SumSecond,

    /// <summary>What rounding has lost of it.</summary>
    LostFirst,
    LostSecond,

    // The folds.
    First,
    Second,

    // The derivatives of the formula on the folds, times weight and scale.
    SlopeFirst,
    SlopeSecond,
    CurvatureFirst,
    CurvatureSecond,
    CurvatureOfBoth,

    /// <summary>1 / Σ eᵃ.</summary>
    InverseFirst,
    InverseSecond,

    /// <summary>1 − 1 / Σ eᵃ, which as a difference would be 0 where one entry outweighs the others.</summary>
    OppositeFirst,
    OppositeSecond,
}

/// <summary>The memory for them.</summary>
internal readonly ref struct FoldNumbers<T>(Span<T> numbers) where T : unmanaged, IFloatingPointIeee754<T>
{
    public const int Length = ((int)FoldNumber.OppositeSecond + 1) * GroupCells<T>.Capacity;

    private readonly Span<T> _numbers = numbers;

    public Span<T> Of(FoldNumber number) =>
        _numbers.Slice((int)number * GroupCells<T>.Capacity, GroupCells<T>.Capacity);

    /// <summary>A number of each group of a lane: across groups, or everywhere the same along one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Load<TLane, TAcross>(FoldNumber number, nuint group)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
    {
        nuint at = (nuint)((int)number * GroupCells<T>.Capacity) + group;
        ref T start = ref MemoryMarshal.GetReference(_numbers);
        return TAcross.IsYes ? TLane.Load(in start, at) : TLane.Broadcast(in start, at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<TLane>(FoldNumber number, nuint group, TLane value)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane> =>
        TLane.Store(
            value,
            ref MemoryMarshal.GetReference(_numbers),
            (nuint)((int)number * GroupCells<T>.Capacity) + group);

    /// <summary>Numbers in double, with what they have lost where that is known, padded to whole lanes.</summary>
    public void Widen(FoldNumber number, FoldNumber? ofLost, int groups, int lane, Span<double> result)
    {
        ReadOnlySpan<T> source = Of(number)[..groups];
        for (int k = 0; k < source.Length; k++)
        {
            result[k] = double.CreateTruncating(source[k]);
        }

        if (ofLost is { } rest)
        {
            ReadOnlySpan<T> lost = Of(rest)[..groups];
            for (int k = 0; k < lost.Length; k++)
            {
                result[k] += double.IsFinite(result[k]) ? double.CreateTruncating(lost[k]) : 0;
            }
        }

        for (int k = groups; k % lane != 0; k++)
        {
            result[k] = result[groups - 1];
        }
    }
}
