using System.Runtime.InteropServices;

namespace LossKit.Internals.Ranking;

/// <summary>The columns of a list for <see cref="UniqueSoftmaxProgram"/>: the third is what each item counts.</summary>
internal readonly struct UniqueSoftmaxColumns : IPreparation
{
    public static int Columns => 3;

    public void Prepare<T>(
        ReadOnlySpan<T> scores, ReadOnlySpan<T> targets, ReadOnlySpan<T> entryWeights, Span<T> columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        scores.CopyTo(columns);
        targets.CopyTo(columns[scores.Length..]);
        using Rented<double> gains = new(targets.Length);
        Places.Gains(targets, gains.Span);
        for (int i = 0; i < targets.Length; i++)
        {
            double weight = entryWeights.IsEmpty ? 1 : double.CreateTruncating(entryWeights[i]);
            columns[2 * targets.Length + i] = T.CreateTruncating(weight == 0 ? 0 : weight * gains.Span[i]);
        }
    }
}

/// <summary>
/// Σ w_i·log(1 + Σ e^(s_j − s_i)) over the items of a list: the inner sum is over all items of smaller targets.
/// </summary>
/// <remarks>
/// Each item has a softmax of its own, over itself and all below it, relative to the largest score of these: an item
/// far below the list's best may still have to outdo others.
/// </remarks>
internal readonly struct UniqueSoftmaxProgram : IGroupProgram
{
    public static bool AddsToCells => true;

    [SkipLocalsInit]
    public void Run<T, TLane, TWide, TJet, TAcross>(in GroupCells<T> cells)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TWide : struct, IVectorLane<TWide, double>, ILane<TWide>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        int groups = (int)(TAcross.IsYes ? cells.Padded : 1);
        cells.ClearDerivatives(TJet.Order);
        FoldNumbers<T> numbers = new(stackalloc T[FoldNumbers<T>.Length]);
        Items<T, TLane, TJet, TAcross>(cells, numbers);
        numbers.WidenSums(0, groups, 1, MemoryMarshal.CreateSpan(ref cells.Losses, groups));
        cells.ScaleDerivatives(TJet.Order, MemoryMarshal.CreateReadOnlySpan(ref cells.Factors, groups));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Items<T, TLane, TJet, TAcross>(in GroupCells<T> cells, in FoldNumbers<T> numbers)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        ref T scores = ref cells.Scores;
        ref T targets = ref cells.Targets;
        ref T gains = ref cells.EntryWeights;
        nuint pitch = TAcross.IsYes ? cells.Stride : 1;

        // Along a list, what there is one of an item stands in all places of a lane, which are added up.
        double once = TAcross.IsYes ? 1 : 1.0 / TLane.Count;
        for (nuint group = 0; group < cells.Padded; group += (nuint)TLane.Count)
        {
            TLane sum = default;
            TLane lost = default;
            TLane missing = default;
            for (nuint one = 0; one < cells.Length; one += pitch)
            {
                TLane score = Entry<T, TLane, TAcross>.At(in scores, group + one);
                TLane target = Entry<T, TLane, TAcross>.At(in targets, group + one);
                TLane gain = Entry<T, TLane, TAcross>.At(in gains, group + one);
                missing = TLane.PropagateNaN(score - target, missing);
                TLane largest = Largest<T, TLane, TAcross>(cells, group, score, target);
                TLane others = Others<T, TLane, TAcross>(cells, group, largest, target);
                TLane own = Exponentials<TLane, T>.ExpOfNegative(score - largest);

                // Where nothing but −∞ is there, nothing is to be outdone.
                TLane beyond = own - 1.0 + others;
                TLane total = own + others;
                TLane loss = TLane.SelectPositive(total, largest - score + TLane.Log1p(beyond), default);
                TLane share = TLane.SelectPositive(total, TLane.Reciprocal(total), default);
                Compensated<T, TLane>.Add(TLane.Weigh(once * gain, loss), ref sum, ref lost);
                if (TJet.Order > 0)
                {
                    TLane pull = once * gain * (others * share);
                    Entry<T, TLane, TAcross>.Add(-pull, ref cells.Gradient, group + one);
                    if (TJet.Order > 1)
                    {
                        Entry<T, TLane, TAcross>.Add(pull * (own * share), ref cells.Hessian, group + one);
                    }

                    Pull<T, TLane, TJet, TAcross>(cells, group, largest, target, gain, share, beyond * share);
                }
            }

            numbers.Keep<TLane, TAcross>(0, group, sum, lost, missing);
        }
    }

    /// <summary>The largest score of an item and all below it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TLane Largest<T, TLane, TAcross>(in GroupCells<T> cells, nuint group, TLane score, TLane target)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
    {
        // Of nothing, −∞ is then as far behind as anywhere.
        TLane largest = TLane.Max(-IeeeFormat<T>.LargestFinite, score);
        for (nuint i = 0; i < cells.Length; i += cells.Stride)
        {
            nuint at = group + Math.Min(i, cells.LastCell);
            TLane other = TLane.Load(in cells.Scores, at);
            TLane below = target - TLane.Load(in cells.Targets, at);
            largest = TLane.Max(TLane.SelectPositive(below, other, largest), largest);
        }

        return Cells<T, TLane, TAcross>.Maximum(largest);
    }

    /// <summary>Σ e^(s − largest) over the items below one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TLane Others<T, TLane, TAcross>(in GroupCells<T> cells, nuint group, TLane largest, TLane target)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
    {
        TLane sum = default;
        TLane lost = default;
        for (nuint i = 0; i < cells.Length; i += cells.Stride)
        {
            nuint at = Math.Min(i, cells.LastCell);
            TLane below = Exponential<T, TLane>(cells, group + at, largest, target);
            Compensated<T, TLane>.Add(Cells<T, TLane, TAcross>.Once(below, i, at), ref sum, ref lost);
        }

        return Cells<T, TLane, TAcross>.Sum(sum + lost);
    }

    /// <summary>What an item pulls those below it with.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Pull<T, TLane, TJet, TAcross>(
        in GroupCells<T> cells,
        nuint group,
        TLane largest,
        TLane target,
        TLane gain,
        TLane share,
        TLane oppositeOfLargest)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        ref T gradient = ref cells.Gradient;
        ref T hessian = ref cells.Hessian;
        for (nuint i = 0; i < cells.Length; i += cells.Stride)
        {
            nuint at = Math.Min(i, cells.LastCell);
            TLane exponential = Exponential<T, TLane>(cells, group + at, largest, target);
            TLane probability = exponential * share;
            TLane pull = Cells<T, TLane, TAcross>.Once(gain * probability, i, at);
            TLane.Store(TLane.Load(in gradient, group + at) + pull, ref gradient, group + at);
            if (TJet.Order > 1)
            {
                TLane opposite = Softmax<T, TLane, TAcross>.Opposite(exponential, probability, oppositeOfLargest);
                TLane.Store(TLane.Load(in hessian, group + at) + pull * opposite, ref hessian, group + at);
            }
        }
    }

    /// <summary>e^(s − largest) of items whose target is smaller, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Exponential<T, TLane>(in GroupCells<T> cells, nuint at, TLane largest, TLane target)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane> => TLane.SelectPositive(
            target - TLane.Load(in cells.Targets, at),
            Exponentials<TLane, T>.ExpOfNegative(TLane.Load(in cells.Scores, at) - largest),
            default);
}
