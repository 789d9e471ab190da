using System.Runtime.InteropServices;

namespace LossKit.Internals.Groups;

/// <summary>What there is one of for each fold of a group.</summary>
internal enum FoldNumber
{
    /// <summary>The largest entry, which a log-sum-exp is relative to.</summary>
    Largest,

    /// <summary>Where it stands.</summary>
    Place,

    /// <summary>Σ a, or Σ eᵃ relative to the largest.</summary>
    Sum,

    /// <summary>What rounding has lost of it.</summary>
    Lost,

    /// <summary>The fold.</summary>
    Value,

    // The derivatives of the formula with respect to the fold, times weight and scale.
    Slope,
    Curvature,

    /// <summary>
    /// The mixed second derivative with respect to this fold and the next, where the last is before the first.
    /// </summary>
    CurvatureWithNext,

    /// <summary>1 / Σ eᵃ.</summary>
    Inverse,

    /// <summary>1 − 1 / Σ eᵃ, which as a difference would be 0 where one entry outweighs the others.</summary>
    Opposite,
}

/// <summary>The memory for them.</summary>
internal readonly ref struct FoldNumbers<T>(Span<T> numbers) where T : unmanaged, IFloatingPointIeee754<T>
{
    public const int MostFolds = 3;

    public const int Length = MostFolds * OfFold * GroupCells<T>.Capacity;

    private const int OfFold = (int)FoldNumber.Opposite + 1;

    private readonly Span<T> _numbers = numbers;

    public Span<T> Of(int fold, FoldNumber number) => _numbers.Slice(Start(fold, number), GroupCells<T>.Capacity);

    /// <summary>A number of each group of a lane: across groups, or everywhere the same along one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Load<TLane, TAcross>(int fold, FoldNumber number, nuint group)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
    {
        nuint at = (nuint)Start(fold, number) + group;
        ref T start = ref MemoryMarshal.GetReference(_numbers);
        return TAcross.IsYes ? TLane.Load(in start, at) : TLane.Broadcast(in start, at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<TLane>(int fold, FoldNumber number, nuint group, TLane value)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane> =>
        TLane.Store(value, ref MemoryMarshal.GetReference(_numbers), (nuint)Start(fold, number) + group);

    /// <summary>The sum of a fold with what it has lost, NaN where <paramref name="missing"/> is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Keep<TLane, TAcross>(int fold, nuint group, TLane sum, TLane lost, TLane missing = default)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
    {
        Compensated<T, TLane>.Settle(ref sum, ref lost);
        if (!TAcross.IsYes)
        {
            Compensated<T, TLane>.SumAlong(ref sum, ref lost);
        }

        Store(fold, FoldNumber.Sum, group, TLane.PropagateNaN(missing, sum));
        Store(fold, FoldNumber.Lost, group, lost);
    }

    /// <summary>The sums in double, with what they have lost, padded to whole lanes.</summary>
    public void WidenSums(int fold, int groups, int lane, Span<double> result)
    {
        Widen(fold, FoldNumber.Sum, groups, lane, result);
        ReadOnlySpan<T> lost = Of(fold, FoldNumber.Lost)[..groups];
        for (int k = 0; k < lost.Length; k++)
        {
            result[k] += double.IsFinite(result[k]) ? double.CreateTruncating(lost[k]) : 0;
        }
    }

    /// <summary>Numbers in double, padded to whole lanes.</summary>
    public void Widen(int fold, FoldNumber number, int groups, int lane, Span<double> result)
    {
        ReadOnlySpan<T> source = Of(fold, number)[..groups];
        for (int k = 0; k < source.Length; k++)
        {
            result[k] = double.CreateTruncating(source[k]);
        }

        for (int k = groups; k % lane != 0; k++)
        {
            result[k] = result[groups - 1];
        }
    }

    private static int Start(int fold, FoldNumber number) => (fold * OfFold + (int)number) * GroupCells<T>.Capacity;
}
