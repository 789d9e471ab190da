using System.Runtime.InteropServices;

namespace LossKit.Internals.Groups;

/// <summary>A formula on the difference of the scores of each pair of a group whose targets differ.</summary>
/// <remarks>
/// Each two entries meet once, whichever is to rank higher; equal ones meet for nothing. Nothing is sorted: that would
/// take longer than what it saves of short groups.
/// </remarks>
/// <typeparam name="TFormula">The formula.</typeparam>
/// <typeparam name="TWeight">What a pair counts.</typeparam>
/// <typeparam name="THasEntryWeights">Whether it counts as much as its higher entry, on top of that.</typeparam>
internal readonly struct PairProgram<TFormula, TWeight, THasEntryWeights>(
    TFormula formula, TWeight weight, PairReduction reduction)
    : IGroupProgram
    where TFormula : struct, IMarginFormula
    where TWeight : struct, IPairWeight
    where THasEntryWeights : struct, IChoice
{
    private readonly TFormula _formula = formula;
    private readonly TWeight _weight = weight;

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
        if (TJet.Order > 0)
        {
            MemoryMarshal.CreateSpan(ref cells.Gradient, (int)cells.Length).Clear();
        }

        if (TJet.Order > 1)
        {
            MemoryMarshal.CreateSpan(ref cells.Hessian, (int)cells.Length).Clear();
        }

        FoldNumbers<T> numbers = new(stackalloc T[FoldNumbers<T>.Length]);
        Pairs<T, TLane, TJet, TAcross>(_formula, _weight, cells, numbers);
        Span<double> losses = MemoryMarshal.CreateSpan(ref cells.Losses, groups);
        numbers.WidenSums(0, groups, 1, losses);
        Span<T> factors = stackalloc T[groups];
        MemoryMarshal.CreateSpan(ref cells.Factors, groups).CopyTo(factors);
        if (reduction == PairReduction.Mean)
        {
            Span<double> weights = stackalloc double[groups];
            numbers.WidenSums(1, groups, 1, weights);
            for (int group = 0; group < groups; group++)
            {
                // Pairs that all count nothing have a mean of 0, as groups without a pair.
                double divisor = weights[group] == 0 ? 1 : weights[group];
                losses[group] /= divisor;
                factors[group] = T.CreateTruncating(double.CreateTruncating(factors[group]) / divisor);
            }
        }

        if (TJet.Order > 0)
        {
            Scale(MemoryMarshal.CreateSpan(ref cells.Gradient, (int)cells.Length), factors);
        }

        if (TJet.Order > 1)
        {
            Scale(MemoryMarshal.CreateSpan(ref cells.Hessian, (int)cells.Length), factors);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Pairs<T, TLane, TJet, TAcross>(
        TFormula formula, TWeight weight, in GroupCells<T> cells, in FoldNumbers<T> numbers)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        ref T scores = ref cells.Scores;
        ref T targets = ref cells.Targets;
        ref T entryWeights = ref cells.EntryWeights;
        ref T gradient = ref cells.Gradient;
        ref T hessian = ref cells.Hessian;
        nuint step = cells.Stride;
        nuint last = cells.LastCell;
        nuint length = cells.Length;
        nuint pitch = TAcross.IsYes ? step : 1;
        for (nuint group = 0; group < cells.Padded; group += (nuint)TLane.Count)
        {
            TLane sum = default;
            TLane lost = default;
            TLane total = default;
            TLane lostOfTotal = default;
            TLane missing = default;
            for (nuint one = 0; one < length; one += pitch)
            {
                TLane score = TAcross.IsYes ? TLane.Load(in scores, group + one) : TLane.Broadcast(in scores, one);
                TLane target = TAcross.IsYes ? TLane.Load(in targets, group + one) : TLane.Broadcast(in targets, one);
                missing = TLane.PropagateNaN(score - target, missing);
                TLane entryWeight = !THasEntryWeights.IsYes ? default
                    : TAcross.IsYes ? TLane.Load(in entryWeights, group + one)
                    : TLane.Broadcast(in entryWeights, one);
                TLane slopes = default;
                TLane curvatures = default;
                TLane losses = default;
                TLane counted = default;
                for (nuint i = one + pitch; i < length; i += step)
                {
                    // Along a group the last lane begins before its start, at what has met already.
                    nuint at = Math.Min(i, last);
                    TLane other = TLane.Load(in scores, group + at);
                    TLane otherTarget = TLane.Load(in targets, group + at);
                    TLane below = target - otherTarget;
                    TLane sign = Cells<T, TLane, TAcross>.Once(
                        TLane.SelectPositive(below, 1.0, TLane.SelectPositive(-below, -1.0, default)), i, at);
                    TJet loss = formula.Loss(TJet.Variable(sign * (score - other), sign));
                    TLane counts = TLane.Weigh(
                        TLane.Abs(sign),
                        weight.Weight(TLane.Max(target, otherTarget), TLane.Min(target, otherTarget)));
                    if (THasEntryWeights.IsYes)
                    {
                        counts *= TLane.SelectPositive(
                            below, entryWeight, TLane.Load(in entryWeights, group + at));
                    }

                    losses += TLane.Weigh(counts, TJet.Value(loss));
                    counted += counts;
                    if (TJet.Order > 0)
                    {
                        TLane slope = TLane.Weigh(counts, TJet.First(loss));
                        slopes += slope;
                        TLane.Store(TLane.Load(in gradient, group + at) - slope, ref gradient, group + at);
                    }

                    if (TJet.Order > 1)
                    {
                        TLane curvature = TLane.Weigh(counts, TJet.Second(loss));
                        curvatures += curvature;
                        TLane.Store(TLane.Load(in hessian, group + at) + curvature, ref hessian, group + at);
                    }
                }

                Compensated<T, TLane>.Add(losses, ref sum, ref lost);
                Compensated<T, TLane>.Add(counted, ref total, ref lostOfTotal);
                if (TJet.Order > 0)
                {
                    AddTo<T, TLane, TAcross>(ref gradient, group + one, slopes);
                }

                if (TJet.Order > 1)
                {
                    AddTo<T, TLane, TAcross>(ref hessian, group + one, curvatures);
                }
            }

            Compensated<T, TLane>.Settle(ref sum, ref lost);
            Compensated<T, TLane>.Settle(ref total, ref lostOfTotal);
            if (!TAcross.IsYes)
            {
                Compensated<T, TLane>.SumAlong(ref sum, ref lost);
                Compensated<T, TLane>.SumAlong(ref total, ref lostOfTotal);
            }

            numbers.Store(0, FoldNumber.Sum, group, TLane.PropagateNaN(missing, sum));
            numbers.Store(0, FoldNumber.Lost, group, lost);
            numbers.Store(1, FoldNumber.Sum, group, total);
            numbers.Store(1, FoldNumber.Lost, group, lostOfTotal);
        }
    }

    /// <summary>Adds to the cell of an entry: a lane across groups, or the sum of a lane along one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo<T, TLane, TAcross>(ref T derivatives, nuint at, TLane value)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
    {
        if (TAcross.IsYes)
        {
            TLane.Store(TLane.Load(in derivatives, at) + value, ref derivatives, at);
        }
        else
        {
            Unsafe.Add(ref derivatives, at) += T.CreateTruncating(TLane.Sum(value));
        }
    }

    /// <summary>Multiplies derivatives with what their groups count, 0 where that is.</summary>
    private static void Scale<T>(Span<T> derivatives, ReadOnlySpan<T> factors)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (factors.Length == 1)
        {
            Spans.Scale(derivatives, factors[0]);
            return;
        }

        for (int start = 0; start < derivatives.Length; start += factors.Length)
        {
            Spans.Multiply(derivatives.Slice(start, factors.Length), factors);
        }
    }
}
