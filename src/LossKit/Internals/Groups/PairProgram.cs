using System.Runtime.InteropServices;

namespace LossKit.Internals.Groups;

/// <summary>A formula on the difference of the scores of each pair of a group whose targets differ.</summary>
/// <remarks>
/// Each two entries meet once, whichever is to rank higher; equal ones meet for nothing. Nothing is sorted: that would
/// take longer than what it saves of short groups.
/// </remarks>
/// <typeparam name="TFormula">The formula.</typeparam>
/// <typeparam name="TRule">What a pair counts.</typeparam>
/// <typeparam name="THasEntryWeights">Whether it counts as much as its higher entry, on top of that.</typeparam>
internal readonly struct PairProgram<TFormula, TRule, THasEntryWeights>(
    TFormula formula, TRule rule, PairReduction reduction)
    : IGroupProgram
    where TFormula : struct, IMarginFormula
    where TRule : struct, IPairRule
    where THasEntryWeights : struct, IChoice
{
    private readonly TFormula _formula = formula;
    private readonly TRule _rule = rule;

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
        if (TRule.IsNormalized && TJet.Order == 0)
        {
            Pairs<T, TLane, Jet<TLane>, TJet, TAcross>(_formula, _rule, cells, numbers);
        }
        else
        {
            Pairs<T, TLane, TJet, TJet, TAcross>(_formula, _rule, cells, numbers);
        }

        Span<double> losses = MemoryMarshal.CreateSpan(ref cells.Losses, groups);
        numbers.WidenSums(0, groups, 1, losses);
        Span<T> factors = stackalloc T[groups];
        MemoryMarshal.CreateSpan(ref cells.Factors, groups).CopyTo(factors);
        if (reduction == PairReduction.Mean || TRule.IsNormalized)
        {
            Span<double> sums = stackalloc double[groups];
            numbers.WidenSums(TRule.IsNormalized ? 2 : 1, groups, 1, sums);
            Span<double> dividends = stackalloc double[groups];
            sums.CopyTo(dividends);
            Elementary<double>.Log1p(dividends);
            for (int group = 0; group < groups; group++)
            {
                // Pairs that all count nothing have a mean of 0, as groups without a pair.
                double factor = sums[group] == 0 ? 1
                    : (TRule.IsNormalized ? dividends[group] / Math.Log(2) : 1) / sums[group];
                losses[group] *= factor;
                factors[group] = T.CreateTruncating(double.CreateTruncating(factors[group]) * factor);
            }
        }

        cells.ScaleDerivatives(TJet.Order, factors);
    }

    /// <summary>All pairs; what is written of their derivatives may be less than what the jet has.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Pairs<T, TLane, TJet, TWritten, TAcross>(
        TFormula formula, TRule rule, in GroupCells<T> cells, in FoldNumbers<T> numbers)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TWritten : struct, IJet<TWritten, TLane>
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
            TLane force = default;
            TLane lostOfForce = default;
            TLane missing = default;
            for (nuint one = 0; one < length; one += pitch)
            {
                TLane score = Entry<T, TLane, TAcross>.At(in scores, group + one);
                TLane target = Entry<T, TLane, TAcross>.At(in targets, group + one);
                missing = TLane.PropagateNaN(score - target, missing);
                TLane entryWeight = THasEntryWeights.IsYes
                    ? Entry<T, TLane, TAcross>.At(in entryWeights, group + one)
                    : default;
                TLane slopes = default;
                TLane curvatures = default;
                TLane losses = default;
                TLane counted = default;
                TLane forces = default;
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
                        rule.Weight<T, TLane, TAcross>(
                            cells, group + one, group + at, target, otherTarget, score - other));
                    if (TRule.IsNormalized)
                    {
                        forces += TLane.Weigh(counts, TLane.Abs(TJet.First(loss)));
                    }

                    if (THasEntryWeights.IsYes)
                    {
                        counts *= TLane.SelectPositive(
                            below, entryWeight, TLane.Load(in entryWeights, group + at));
                    }

                    losses += TLane.Weigh(counts, TJet.Value(loss));
                    counted += counts;
                    if (TWritten.Order > 0)
                    {
                        TLane slope = TLane.Weigh(counts, TJet.First(loss));
                        slopes += slope;
                        TLane.Store(TLane.Load(in gradient, group + at) - slope, ref gradient, group + at);
                    }

                    if (TWritten.Order > 1)
                    {
                        TLane curvature = TLane.Weigh(counts, TJet.Second(loss));
                        curvatures += curvature;
                        TLane.Store(TLane.Load(in hessian, group + at) + curvature, ref hessian, group + at);
                    }
                }

                Compensated<T, TLane>.Add(losses, ref sum, ref lost);
                Compensated<T, TLane>.Add(counted, ref total, ref lostOfTotal);
                if (TRule.IsNormalized)
                {
                    Compensated<T, TLane>.Add(forces + forces, ref force, ref lostOfForce);
                }

                if (TWritten.Order > 0)
                {
                    Entry<T, TLane, TAcross>.Add(slopes, ref gradient, group + one);
                }

                if (TWritten.Order > 1)
                {
                    Entry<T, TLane, TAcross>.Add(curvatures, ref hessian, group + one);
                }
            }

            numbers.Keep<TLane, TAcross>(0, group, sum, lost, missing);
            numbers.Keep<TLane, TAcross>(1, group, total, lostOfTotal);
            if (TRule.IsNormalized)
            {
                numbers.Keep<TLane, TAcross>(2, group, force, lostOfForce);
            }
        }
    }
}
