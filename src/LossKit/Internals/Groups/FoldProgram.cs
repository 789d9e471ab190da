using System.Runtime.InteropServices;

namespace LossKit.Internals.Groups;

/// <summary>A formula on up to three folds of each group. Each loop is a root of its own, see FormulaKernel.</summary>
/// <remarks>
/// With folds A, B and C of entries a, b and c, the derivative with respect to a score is s·A′ + t·B′ + u·C′, where
/// s, t and u are the slopes of the formula. The Hessian's diagonal has s·A″ and so on, the formula's own second
/// derivatives times A′² and so on, and the mixed ones times 2A′B′ and so on.
/// </remarks>
internal readonly struct FoldProgram<TFormula, TFirst, TSecond, TThird, TTargets>(TFormula formula) : IGroupProgram
    where TFormula : struct, ISideFormula<TFirst, TSecond, TThird>
    where TFirst : struct, IFold
    where TSecond : struct, IFold
    where TThird : struct, IFold
    where TTargets : struct, ICellTargets
{
    private readonly TFormula _formula = formula;

    [SkipLocalsInit]
    public void Run<T, TLane, TWide, TJet, TAcross>(in GroupCells<T> cells)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TWide : struct, IVectorLane<TWide, double>, ILane<TWide>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        FoldNumbers<T> numbers = new(stackalloc T[FoldNumbers<T>.Length]);
        if (Folds.HasLargest<TFirst>() || Folds.HasLargest<TSecond>() || Folds.HasLargest<TThird>())
        {
            Largest<T, TLane, TAcross>(_formula, cells, numbers);
        }

        int groups = (int)(TAcross.IsYes ? cells.Padded : 1);
        Sums<T, TLane, TAcross>(_formula, cells, numbers);
        FoldNumbers<double> wide = new(stackalloc double[FoldNumbers<double>.Length]);
        WidenAndEvaluate<T, TWide, TFirst, First>(numbers, wide, groups);
        WidenAndEvaluate<T, TWide, TSecond, Second>(numbers, wide, groups);
        WidenAndEvaluate<T, TWide, TThird, Third>(numbers, wide, groups);
        ref double losses = ref cells.Losses;
        if (TJet.Order == 0)
        {
            Formula<TWide, TWide, No, No, No>(_formula, wide, groups, ref losses);
            return;
        }

        if (TJet.Order == 1)
        {
            Formulas<TWide, Jet<TWide>>(_formula, wide, groups, ref losses);
        }
        else
        {
            Formulas<TWide, Jet2<TWide>>(_formula, wide, groups, ref losses);
        }

        ReadOnlySpan<T> factors = MemoryMarshal.CreateReadOnlySpan(ref cells.Factors, groups);
        Narrow<T, TFirst, First>(wide, numbers, factors, TJet.Order);
        Narrow<T, TSecond, Second>(wide, numbers, factors, TJet.Order);
        Narrow<T, TThird, Third>(wide, numbers, factors, TJet.Order);
        Derivatives<T, TLane, TJet, TAcross>(_formula, cells, numbers);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Side<T, TLane>(in GroupCells<T> cells, nuint at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane> =>
        TFormula.HasSides ? TLane.Load(in cells.EntryWeights, at) : default;

    /// <summary>The largest entries, and where they stand.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Largest<T, TLane, TAcross>(TFormula formula, in GroupCells<T> cells, in FoldNumbers<T> numbers)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
    {
        ref T scores = ref cells.Scores;
        nuint step = cells.Stride;
        nuint last = cells.LastCell;
        nuint length = cells.Length;
        for (nuint group = 0; group < cells.Padded; group += (nuint)TLane.Count)
        {
            LargestLane<T, TLane, TAcross, TFirst, First> first = new();
            LargestLane<T, TLane, TAcross, TSecond, Second> second = new();
            LargestLane<T, TLane, TAcross, TThird, Third> third = new();
            nuint cell = 0;
            for (nuint i = 0; i < length; i += step, cell++)
            {
                nuint at = Math.Min(i, last);
                Entries<TLane> entries = formula.Entry(
                    TLane.Load(in scores, group + at),
                    TTargets.At<T, TLane, TAcross>(cells, group, cell, at),
                    Side<T, TLane>(cells, group + at));
                first.Note(entries.First, cell, at);
                second.Note(entries.Second, cell, at);
                third.Note(entries.Third, cell, at);
            }

            first.Keep(numbers, group);
            second.Keep(numbers, group);
            third.Keep(numbers, group);
        }
    }

    /// <summary>Σ a, and Σ eᵃ relative to the largest a; the first is NaN if anything of the group is.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Sums<T, TLane, TAcross>(TFormula formula, in GroupCells<T> cells, in FoldNumbers<T> numbers)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
    {
        ref T scores = ref cells.Scores;
        nuint step = cells.Stride;
        nuint last = cells.LastCell;
        nuint length = cells.Length;
        nuint block = LaneWidths.AddedInLane * step;
        for (nuint group = 0; group < cells.Padded; group += (nuint)TLane.Count)
        {
            TLane missing = default;
            SumLane<T, TLane, TAcross, TFirst, First> first = new(numbers, group);
            SumLane<T, TLane, TAcross, TSecond, Second> second = new(numbers, group);
            SumLane<T, TLane, TAcross, TThird, Third> third = new(numbers, group);
            nuint cell = 0;
            for (nuint i = 0; i < length;)
            {
                nuint end = Math.Min(i + block, length);
                for (; i < end; i += step, cell++)
                {
                    nuint at = Math.Min(i, last);
                    TLane score = TLane.Load(in scores, group + at);
                    TLane target = TTargets.At<T, TLane, TAcross>(cells, group, cell, at);
                    missing = TLane.PropagateNaN(score - target, missing);
                    Entries<TLane> entries = formula.Entry(score, target, Side<T, TLane>(cells, group + at));
                    first.Add(entries.First, i, at);
                    second.Add(entries.Second, i, at);
                    third.Add(entries.Third, i, at);
                }

                first.Settle();
                second.Settle();
                third.Settle();
            }

            first.Keep(numbers, group);
            second.Keep(numbers, group);
            third.Keep(numbers, group);
            TLane sum = numbers.Load<TLane, Yes>(0, FoldNumber.Sum, group);
            numbers.Store(0, FoldNumber.Sum, group, TLane.PropagateNaN(Cells<T, TLane, TAcross>.Sum(missing), sum));
        }
    }

    /// <summary>A fold in double, and the share of its largest entry.</summary>
    private static void WidenAndEvaluate<T, TWide, TFold, TIndex>(
        in FoldNumbers<T> numbers, in FoldNumbers<double> wide, int groups)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TWide : struct, IVectorLane<TWide, double>, ILane<TWide>
        where TFold : struct, IFold
        where TIndex : struct, IFoldIndex
    {
        if (typeof(TFold) == typeof(NoFold))
        {
            return;
        }

        numbers.WidenSums(TIndex.Index, groups, TWide.Count, wide.Of(TIndex.Index, FoldNumber.Sum));
        if (Folds.HasLargest<TFold>())
        {
            Span<double> largest = wide.Of(TIndex.Index, FoldNumber.Largest);
            numbers.Widen(TIndex.Index, FoldNumber.Largest, groups, TWide.Count, largest);
        }

        Evaluate<TWide, TFold, TIndex>(wide, groups);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Evaluate<TWide, TFold, TIndex>(in FoldNumbers<double> numbers, int groups)
        where TWide : struct, IVectorLane<TWide, double>, ILane<TWide>
        where TFold : struct, IFold
        where TIndex : struct, IFoldIndex
    {
        for (nuint group = 0; group < (nuint)groups; group += (nuint)TWide.Count)
        {
            TWide sum = numbers.Load<TWide, Yes>(TIndex.Index, FoldNumber.Sum, group);
            TWide value = sum;
            if (Folds.HasLargest<TFold>())
            {
                value = numbers.Load<TWide, Yes>(TIndex.Index, FoldNumber.Largest, group)
                    + (typeof(TFold) == typeof(LogSumExpFold) ? TWide.Log(sum) : sum);
            }

            numbers.Store(TIndex.Index, FoldNumber.Value, group, value);
            if (typeof(TFold) == typeof(LogSumExpFold))
            {
                TWide share = TWide.SelectPositive(sum, TWide.Reciprocal(sum), sum);
                numbers.Store(TIndex.Index, FoldNumber.Inverse, group, share);
                numbers.Store(TIndex.Index, FoldNumber.Opposite, group, (sum - 1.0) * share);
            }
        }
    }

    /// <summary>
    /// The losses, and the derivatives with respect to the folds: in one direction at a time, or it would outgrow what
    /// the JIT compiler is willing to inline.
    /// </summary>
    private static void Formulas<TWide, TJet>(
        TFormula formula, in FoldNumbers<double> numbers, int groups, ref double losses)
        where TWide : struct, IVectorLane<TWide, double>, ILane<TWide>
        where TJet : struct, IJet<TJet, TWide>
    {
        bool hasThird = typeof(TThird) != typeof(NoFold);
        Formula<TWide, TJet, Yes, No, No>(formula, numbers, groups, ref losses);
        Formula<TWide, TJet, No, Yes, No>(formula, numbers, groups, ref losses);
        if (hasThird)
        {
            Formula<TWide, TJet, No, No, Yes>(formula, numbers, groups, ref losses);
        }

        if (TJet.Order > 1)
        {
            Formula<TWide, TJet, Yes, Yes, No>(formula, numbers, groups, ref losses);
            if (hasThird)
            {
                Formula<TWide, TJet, No, Yes, Yes>(formula, numbers, groups, ref losses);
                Formula<TWide, TJet, Yes, No, Yes>(formula, numbers, groups, ref losses);
            }
        }
    }

    /// <summary>
    /// Where two folds vary together, the second derivative has their own and twice the mixed one: what is stored is
    /// that twice.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Formula<TWide, TJet, TVariesFirst, TVariesSecond, TVariesThird>(
        TFormula formula, in FoldNumbers<double> numbers, int groups, ref double losses)
        where TWide : struct, IVectorLane<TWide, double>, ILane<TWide>
        where TJet : struct, IJet<TJet, TWide>
        where TVariesFirst : struct, IChoice
        where TVariesSecond : struct, IChoice
        where TVariesThird : struct, IChoice
    {
        // The fold, and of two that are neighbours in the round the former.
        int fold = TVariesFirst.IsYes && !TVariesThird.IsYes ? 0 : TVariesSecond.IsYes ? 1 : 2;
        int next = fold == FoldNumbers<double>.MostFolds - 1 ? 0 : fold + 1;
        bool areTwo = TVariesFirst.IsYes
            ? TVariesSecond.IsYes || TVariesThird.IsYes
            : TVariesSecond.IsYes && TVariesThird.IsYes;
        for (nuint group = 0; group < (nuint)groups; group += (nuint)TWide.Count)
        {
            TWide first = numbers.Load<TWide, Yes>(0, FoldNumber.Value, group);
            TWide second = numbers.Load<TWide, Yes>(1, FoldNumber.Value, group);
            TWide third = typeof(TThird) == typeof(NoFold)
                ? default
                : numbers.Load<TWide, Yes>(2, FoldNumber.Value, group);
            TJet loss = formula.Loss(
                TVariesFirst.IsYes ? TJet.Variable(first) : TJet.Constant(first),
                TVariesSecond.IsYes ? TJet.Variable(second) : TJet.Constant(second),
                TVariesThird.IsYes ? TJet.Variable(third) : TJet.Constant(third));
            TWide missing = numbers.Load<TWide, Yes>(0, FoldNumber.Sum, group);
            TWide.Store(TWide.PropagateNaN(missing, TJet.Value(loss)), ref losses, group);
            if (TJet.Order > 0 && !areTwo)
            {
                numbers.Store(fold, FoldNumber.Slope, group, TJet.First(loss));
            }

            if (TJet.Order > 1)
            {
                TWide curvature = TJet.Second(loss);
                if (areTwo)
                {
                    curvature -= numbers.Load<TWide, Yes>(fold, FoldNumber.Curvature, group);
                    curvature -= numbers.Load<TWide, Yes>(next, FoldNumber.Curvature, group);
                }

                numbers.Store(fold, areTwo ? FoldNumber.CurvatureWithNext : FoldNumber.Curvature, group, curvature);
            }
        }
    }

    /// <summary>What the derivatives of entries are multiplied with, weight and scale included.</summary>
    private static void Narrow<T, TFold, TIndex>(
        in FoldNumbers<double> wide, in FoldNumbers<T> numbers, ReadOnlySpan<T> factors, int order)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFold : struct, IFold
        where TIndex : struct, IFoldIndex
    {
        if (typeof(TFold) == typeof(NoFold))
        {
            return;
        }

        FoldNumber lastOfFormula = order > 1 ? FoldNumber.CurvatureWithNext : FoldNumber.Slope;
        FoldNumber last = typeof(TFold) == typeof(LogSumExpFold) ? FoldNumber.Opposite : lastOfFormula;
        for (FoldNumber number = FoldNumber.Slope; number <= last; number++)
        {
            if (number > lastOfFormula && number < FoldNumber.Inverse)
            {
                continue;
            }

            ReadOnlySpan<double> source = wide.Of(TIndex.Index, number);
            Span<T> destination = numbers.Of(TIndex.Index, number);
            for (int k = 0; k < factors.Length; k++)
            {
                double factor = number < FoldNumber.Inverse ? double.CreateTruncating(factors[k]) : 1;
                destination[k] = T.CreateTruncating(factor * source[k]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Derivatives<T, TLane, TJet, TAcross>(
        TFormula formula, in GroupCells<T> cells, in FoldNumbers<T> numbers)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        ref T scores = ref cells.Scores;
        ref T gradient = ref cells.Gradient;
        ref T hessian = ref cells.Hessian;
        nuint step = cells.Stride;
        nuint last = cells.LastCell;
        nuint length = cells.Length;
        for (nuint group = 0; group < cells.Padded; group += (nuint)TLane.Count)
        {
            TLane slopeOfFirst = numbers.Load<TLane, TAcross>(0, FoldNumber.Slope, group);
            TLane slopeOfSecond = numbers.Load<TLane, TAcross>(1, FoldNumber.Slope, group);
            TLane next = TLane.Load(in scores, group);
            nuint cell = 0;
            for (nuint i = 0; i < length; i += step, cell++)
            {
                nuint at = Math.Min(i, last);
                TLane score = next;
                next = TLane.Load(in scores, group + Math.Min(i + step, last));
                Entries<TJet> entries = formula.Entry(
                    TJet.Variable(score),
                    TJet.Constant(TTargets.At<T, TLane, TAcross>(cells, group, cell, at)),
                    TJet.Constant(Side<T, TLane>(cells, group + at)));
                TLane place = Cells<T, TLane, TAcross>.Columns(cell, at);
                DerivativeLane<T, TLane, TJet, TAcross, TFirst, First> first = new(numbers, entries.First, place, group);
                DerivativeLane<T, TLane, TJet, TAcross, TSecond, Second> second =
                    new(numbers, entries.Second, place, group);
                DerivativeLane<T, TLane, TJet, TAcross, TThird, Third> third = new(numbers, entries.Third, place, group);
                TLane slope = TLane.MultiplyAdd(slopeOfFirst, first.First, slopeOfSecond * second.First);
                if (typeof(TThird) != typeof(NoFold))
                {
                    slope += numbers.Load<TLane, TAcross>(2, FoldNumber.Slope, group) * third.First;
                }

                TLane.Store(slope, ref gradient, group + at);
                if (TJet.Order > 1)
                {
                    TLane curvature = first.OfSecond(numbers, entries.First, group)
                        + second.OfSecond(numbers, entries.Second, group)
                        + first.OfSecond<TSecond>(numbers, second.First, group);
                    if (typeof(TThird) != typeof(NoFold))
                    {
                        curvature += third.OfSecond(numbers, entries.Third, group);
                        curvature += second.OfSecond<TThird>(numbers, third.First, group);
                        curvature += third.OfSecond<TFirst>(numbers, first.First, group);
                    }

                    TLane.Store(curvature, ref hessian, group + at);
                }
            }
        }
    }
}
