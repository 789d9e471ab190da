using System.Runtime.InteropServices;

namespace LossKit.Internals.Groups;

/// <summary>A formula on two folds of each group. Each loop is a root of its own, see FormulaKernel.</summary>
/// <remarks>
/// With folds A and B of entries a and b, the derivative with respect to a score is c₁·A′ + c₂·B′, where c are the
/// slopes of the formula, and A′ is w·a′: w is 1 in a sum, e^(a − A) in a log-sum-exp, and chooses one entry as the
/// largest. The Hessian's diagonal is c₁·A″ + c₂·B″ + c₁₁·A′² + 2c₁₂·A′B′ + c₂₂·B′², where A″ is
/// w·a″ + w(1 − w)·a′² in a log-sum-exp and else w·a″.
/// </remarks>
internal readonly struct FoldProgram<TFormula, TFirst, TSecond, TTargets>(TFormula formula) : IGroupProgram
    where TFormula : struct, IGroupFormula<TFirst, TSecond>
    where TFirst : struct, IFold
    where TSecond : struct, IFold
    where TTargets : struct, ICellTargets
{
    private readonly TFormula _formula = formula;

    public static bool AddsToCells => false;

    [SkipLocalsInit]
    public void Run<T, TLane, TWide, TJet, TAcross>(in GroupCells<T> cells)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TWide : struct, IVectorLane<TWide, double>, ILane<TWide>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        FoldNumbers<T> numbers = new(stackalloc T[FoldNumbers<T>.Length]);
        if (typeof(TFirst) != typeof(SumFold) || typeof(TSecond) != typeof(SumFold))
        {
            Largest<T, TLane, TAcross>(_formula, cells, numbers);
        }

        Sums<T, TLane, TAcross>(_formula, cells, numbers);
        FoldNumbers<double> wide = new(stackalloc double[FoldNumbers<double>.Length]);
        int groups = (int)(TAcross.IsYes ? cells.Padded : 1);
        Widen(numbers, wide, groups, TWide.Count);
        Values<TWide>(wide, groups);
        ref double losses = ref cells.Losses;
        if (TJet.Order == 0)
        {
            Formula<TWide, TWide, No, No>(_formula, wide, groups, ref losses);
            return;
        }

        if (TJet.Order == 1)
        {
            Formula<TWide, Jet<TWide>, Yes, No>(_formula, wide, groups, ref losses);
            Formula<TWide, Jet<TWide>, No, Yes>(_formula, wide, groups, ref losses);
        }
        else
        {
            Formula<TWide, Jet2<TWide>, Yes, No>(_formula, wide, groups, ref losses);
            Formula<TWide, Jet2<TWide>, No, Yes>(_formula, wide, groups, ref losses);
            Formula<TWide, Jet2<TWide>, Yes, Yes>(_formula, wide, groups, ref losses);
        }

        Narrow(wide, numbers, MemoryMarshal.CreateReadOnlySpan(ref cells.Factors, groups), TJet.Order);
        Derivatives<T, TLane, TJet, TAcross>(_formula, cells, numbers);
    }

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
            TLane first = double.NegativeInfinity;
            TLane second = double.NegativeInfinity;
            TLane placeOfFirst = 0.0;
            TLane placeOfSecond = 0.0;
            nuint cell = 0;
            for (nuint i = 0; i < length; i += step, cell++)
            {
                nuint at = Math.Min(i, last);
                Entries<TLane> entries = formula.Entry(
                    TLane.Load(in scores, group + at), TTargets.At<T, TLane, TAcross>(cells, group, cell, at));
                if (typeof(TFirst) == typeof(LargestFold))
                {
                    TLane place = Cells<T, TLane, TAcross>.Columns(cell, at);
                    placeOfFirst = TLane.SelectGreater(entries.First, first, place, placeOfFirst);
                }

                if (typeof(TSecond) == typeof(LargestFold))
                {
                    TLane place = Cells<T, TLane, TAcross>.Columns(cell, at);
                    placeOfSecond = TLane.SelectGreater(entries.Second, second, place, placeOfSecond);
                }

                if (typeof(TFirst) != typeof(SumFold))
                {
                    first = TLane.Max(entries.First, first);
                }

                if (typeof(TSecond) != typeof(SumFold))
                {
                    second = TLane.Max(entries.Second, second);
                }
            }

            Keep<T, TLane, TAcross, TFirst>(
                numbers, group, first, placeOfFirst, FoldNumber.LargestFirst, FoldNumber.PlaceFirst);
            Keep<T, TLane, TAcross, TSecond>(
                numbers, group, second, placeOfSecond, FoldNumber.LargestSecond, FoldNumber.PlaceSecond);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep<T, TLane, TAcross, TFold>(
        in FoldNumbers<T> numbers, nuint group, TLane found, TLane place, FoldNumber ofLargest, FoldNumber ofPlace)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
        where TFold : struct, IFold
    {
        if (typeof(TFold) == typeof(SumFold))
        {
            return;
        }

        TLane largest = Cells<T, TLane, TAcross>.Maximum(found);
        if (typeof(TFold) == typeof(LargestFold))
        {
            // Along a group each place of the lane has found its own: of equals the first counts.
            TLane first = TLane.SelectGreater(largest, found, double.NegativeInfinity, -place);
            numbers.Store(ofPlace, group, -Cells<T, TLane, TAcross>.Maximum(first));
            numbers.Store(ofLargest, group, largest);
        }
        else
        {
            // Of nothing, −∞ is then as far behind as anywhere.
            numbers.Store(ofLargest, group, TLane.Max(-IeeeFormat<T>.LargestFinite, largest));
        }
    }

    /// <summary>Σ a, and Σ eᵃ relative to the largest a.</summary>
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
            TLane largestFirst = default;
            TLane largestSecond = default;
            if (typeof(TFirst) == typeof(LogSumExpFold))
            {
                largestFirst = numbers.Load<TLane, TAcross>(FoldNumber.LargestFirst, group);
            }

            if (typeof(TSecond) == typeof(LogSumExpFold))
            {
                largestSecond = numbers.Load<TLane, TAcross>(FoldNumber.LargestSecond, group);
            }

            TLane missing = default;
            TLane first = default;
            TLane lostOfFirst = default;
            TLane second = default;
            TLane lostOfSecond = default;
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
                    Entries<TLane> entries = formula.Entry(score, target);
                    if (typeof(TFirst) != typeof(LargestFold))
                    {
                        TLane term = Term<T, TLane, TFirst>(entries.First, largestFirst);
                        Compensated<T, TLane>.Add(
                            Cells<T, TLane, TAcross>.Once(term, i, at), ref first, ref lostOfFirst);
                    }

                    if (typeof(TSecond) != typeof(LargestFold))
                    {
                        TLane term = Term<T, TLane, TSecond>(entries.Second, largestSecond);
                        Compensated<T, TLane>.Add(
                            Cells<T, TLane, TAcross>.Once(term, i, at), ref second, ref lostOfSecond);
                    }
                }

                Compensated<T, TLane>.Settle(ref first, ref lostOfFirst);
                Compensated<T, TLane>.Settle(ref second, ref lostOfSecond);
            }

            if (!TAcross.IsYes)
            {
                Compensated<T, TLane>.SumAlong(ref first, ref lostOfFirst);
                Compensated<T, TLane>.SumAlong(ref second, ref lostOfSecond);
                missing = TLane.Sum(missing);
            }

            numbers.Store(FoldNumber.SumFirst, group, TLane.PropagateNaN(missing, first));
            numbers.Store(FoldNumber.SumSecond, group, second);
            numbers.Store(FoldNumber.LostFirst, group, lostOfFirst);
            numbers.Store(FoldNumber.LostSecond, group, lostOfSecond);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Term<T, TLane, TFold>(TLane entry, TLane largest)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TFold : struct, IFold =>
        typeof(TFold) == typeof(LogSumExpFold) ? Exponentials<TLane, T>.ExpOfNegative(entry - largest) : entry;

    /// <summary>What the formula and the derivatives need of it in double.</summary>
    private static void Widen<T>(in FoldNumbers<T> numbers, in FoldNumbers<double> wide, int groups, int lane)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        numbers.Widen(FoldNumber.SumFirst, FoldNumber.LostFirst, groups, lane, wide.Of(FoldNumber.SumFirst));
        numbers.Widen(FoldNumber.SumSecond, FoldNumber.LostSecond, groups, lane, wide.Of(FoldNumber.SumSecond));
        if (typeof(TFirst) != typeof(SumFold))
        {
            numbers.Widen(FoldNumber.LargestFirst, null, groups, lane, wide.Of(FoldNumber.LargestFirst));
        }

        if (typeof(TSecond) != typeof(SumFold))
        {
            numbers.Widen(FoldNumber.LargestSecond, null, groups, lane, wide.Of(FoldNumber.LargestSecond));
        }
    }

    /// <summary>The folds themselves, and the shares of the largest entries.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Values<TWide>(in FoldNumbers<double> numbers, int groups)
        where TWide : struct, IVectorLane<TWide, double>, ILane<TWide>
    {
        for (nuint group = 0; group < (nuint)groups; group += (nuint)TWide.Count)
        {
            TWide first = numbers.Load<TWide, Yes>(FoldNumber.SumFirst, group);
            TWide second = numbers.Load<TWide, Yes>(FoldNumber.SumSecond, group);
            numbers.Store(FoldNumber.First, group, Fold<TWide, TFirst>(numbers, first, FoldNumber.LargestFirst, group));
            numbers.Store(
                FoldNumber.Second, group, Fold<TWide, TSecond>(numbers, second, FoldNumber.LargestSecond, group));
            Share<TWide, TFirst>(numbers, first, FoldNumber.InverseFirst, FoldNumber.OppositeFirst, group);
            Share<TWide, TSecond>(numbers, second, FoldNumber.InverseSecond, FoldNumber.OppositeSecond, group);
        }
    }

    /// <summary>
    /// The losses, and the derivatives with respect to the folds that vary: one direction at a time, or it would
    /// outgrow what the JIT compiler is willing to inline.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Formula<TWide, TJet, TVariesFirst, TVariesSecond>(
        TFormula formula, in FoldNumbers<double> numbers, int groups, ref double losses)
        where TWide : struct, IVectorLane<TWide, double>, ILane<TWide>
        where TJet : struct, IJet<TJet, TWide>
        where TVariesFirst : struct, IChoice
        where TVariesSecond : struct, IChoice
    {
        bool isBoth = TVariesFirst.IsYes && TVariesSecond.IsYes;
        for (nuint group = 0; group < (nuint)groups; group += (nuint)TWide.Count)
        {
            TWide first = numbers.Load<TWide, Yes>(FoldNumber.First, group);
            TWide second = numbers.Load<TWide, Yes>(FoldNumber.Second, group);
            TJet loss = formula.Loss(
                TVariesFirst.IsYes ? TJet.Variable(first) : TJet.Constant(first),
                TVariesSecond.IsYes ? TJet.Variable(second) : TJet.Constant(second));
            TWide missing = numbers.Load<TWide, Yes>(FoldNumber.SumFirst, group);
            TWide.Store(TWide.PropagateNaN(missing, TJet.Value(loss)), ref losses, group);
            if (TJet.Order > 0 && !isBoth)
            {
                numbers.Store(
                    TVariesFirst.IsYes ? FoldNumber.SlopeFirst : FoldNumber.SlopeSecond, group, TJet.First(loss));
            }

            if (TJet.Order > 1)
            {
                TWide curvature = TJet.Second(loss);
                if (isBoth)
                {
                    curvature -= numbers.Load<TWide, Yes>(FoldNumber.CurvatureFirst, group);
                    curvature -= numbers.Load<TWide, Yes>(FoldNumber.CurvatureSecond, group);
                }

                numbers.Store(
                    isBoth ? FoldNumber.CurvatureOfBoth
                        : TVariesFirst.IsYes ? FoldNumber.CurvatureFirst
                        : FoldNumber.CurvatureSecond,
                    group,
                    curvature);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWide Fold<TWide, TFold>(
        in FoldNumbers<double> numbers, TWide sum, FoldNumber largest, nuint group)
        where TWide : struct, IVectorLane<TWide, double>, ILane<TWide>
        where TFold : struct, IFold
    {
        if (typeof(TFold) == typeof(SumFold))
        {
            return sum;
        }

        return numbers.Load<TWide, Yes>(largest, group)
            + (typeof(TFold) == typeof(LogSumExpFold) ? TWide.Log(sum) : sum);
    }

    /// <summary>What the largest entry has of a sum of exponentials, and what the others have.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Share<TWide, TFold>(
        in FoldNumbers<double> numbers, TWide sum, FoldNumber inverse, FoldNumber opposite, nuint group)
        where TWide : struct, IVectorLane<TWide, double>, ILane<TWide>
        where TFold : struct, IFold
    {
        if (typeof(TFold) == typeof(LogSumExpFold))
        {
            TWide share = TWide.SelectPositive(sum, TWide.Reciprocal(sum), sum);
            numbers.Store(inverse, group, share);
            numbers.Store(opposite, group, (sum - 1.0) * share);
        }
    }

    /// <summary>What the derivatives of entries are multiplied with, weight and scale included.</summary>
    private static void Narrow<T>(
        in FoldNumbers<double> wide, in FoldNumbers<T> numbers, ReadOnlySpan<T> factors, int order)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        FoldNumber lastOfFormula = order > 1 ? FoldNumber.CurvatureOfBoth : FoldNumber.SlopeSecond;
        for (FoldNumber number = FoldNumber.SlopeFirst; number <= lastOfFormula; number++)
        {
            ReadOnlySpan<double> source = wide.Of(number);
            Span<T> destination = numbers.Of(number);
            for (int k = 0; k < factors.Length; k++)
            {
                destination[k] = T.CreateTruncating(double.CreateTruncating(factors[k]) * source[k]);
            }
        }

        for (FoldNumber number = FoldNumber.InverseFirst; number <= FoldNumber.OppositeSecond; number++)
        {
            bool isOfFirst = number is FoldNumber.InverseFirst or FoldNumber.OppositeFirst;
            if ((isOfFirst ? typeof(TFirst) : typeof(TSecond)) == typeof(LogSumExpFold))
            {
                ReadOnlySpan<double> source = wide.Of(number);
                Span<T> destination = numbers.Of(number);
                for (int k = 0; k < factors.Length; k++)
                {
                    destination[k] = T.CreateTruncating(source[k]);
                }
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
            TLane slopeOfFirst = numbers.Load<TLane, TAcross>(FoldNumber.SlopeFirst, group);
            TLane slopeOfSecond = numbers.Load<TLane, TAcross>(FoldNumber.SlopeSecond, group);
            TLane next = TLane.Load(in scores, group);
            nuint cell = 0;
            for (nuint i = 0; i < length; i += step, cell++)
            {
                nuint at = Math.Min(i, last);
                TLane score = next;
                next = TLane.Load(in scores, group + Math.Min(i + step, last));
                Entries<TJet> entries = formula.Entry(
                    TJet.Variable(score), TJet.Constant(TTargets.At<T, TLane, TAcross>(cells, group, cell, at)));
                TLane place = Cells<T, TLane, TAcross>.Columns(cell, at);
                TLane ofFirst = Weight<T, TLane, TAcross, TFirst>(
                    numbers, TJet.Value(entries.First), place, FoldNumber.LargestFirst, group, out TLane exponential);
                TLane ofSecond = Weight<T, TLane, TAcross, TSecond>(
                    numbers, TJet.Value(entries.Second), place, FoldNumber.LargestSecond, group, out TLane other);
                TLane first = Weighed<TLane, TFirst>(ofFirst, TJet.First(entries.First));
                TLane second = Weighed<TLane, TSecond>(ofSecond, TJet.First(entries.Second));
                TLane.Store(
                    TLane.MultiplyAdd(slopeOfFirst, first, slopeOfSecond * second), ref gradient, group + at);
                if (TJet.Order > 1)
                {
                    TLane curvature = slopeOfFirst * Curvature<T, TLane, TAcross, TFirst>(
                        numbers, ofFirst, exponential, TJet.First(entries.First), TJet.Second(entries.First),
                        FoldNumber.OppositeFirst, group);
                    curvature += slopeOfSecond * Curvature<T, TLane, TAcross, TSecond>(
                        numbers, ofSecond, other, TJet.First(entries.Second), TJet.Second(entries.Second),
                        FoldNumber.OppositeSecond, group);
                    curvature += numbers.Load<TLane, TAcross>(FoldNumber.CurvatureFirst, group) * (first * first);
                    curvature += numbers.Load<TLane, TAcross>(FoldNumber.CurvatureSecond, group) * (second * second);
                    curvature += numbers.Load<TLane, TAcross>(FoldNumber.CurvatureOfBoth, group) * (first * second);
                    TLane.Store(curvature, ref hessian, group + at);
                }
            }
        }
    }

    /// <summary>How much of its fold's derivative an entry has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Weight<T, TLane, TAcross, TFold>(
        in FoldNumbers<T> numbers, TLane entry, TLane place, FoldNumber largest, nuint group, out TLane exponential)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
        where TFold : struct, IFold
    {
        exponential = default;
        if (typeof(TFold) == typeof(SumFold))
        {
            return default;
        }

        bool isFirst = largest == FoldNumber.LargestFirst;
        if (typeof(TFold) == typeof(LargestFold))
        {
            TLane chosen = numbers.Load<TLane, TAcross>(
                isFirst ? FoldNumber.PlaceFirst : FoldNumber.PlaceSecond, group);
            return TLane.SelectPositive(TLane.Abs(place - chosen), default, 1.0);
        }

        exponential = Exponentials<TLane, T>.ExpOfNegative(
            entry - numbers.Load<TLane, TAcross>(largest, group));
        return exponential * numbers.Load<TLane, TAcross>(
            isFirst ? FoldNumber.InverseFirst : FoldNumber.InverseSecond, group);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Weighed<TLane, TFold>(TLane weight, TLane slope)
        where TLane : struct, ILane<TLane>
        where TFold : struct, IFold =>
        typeof(TFold) == typeof(SumFold) ? slope : TLane.Weigh(weight, slope);

    /// <summary>The second derivative of a fold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Curvature<T, TLane, TAcross, TFold>(
        in FoldNumbers<T> numbers,
        TLane weight,
        TLane exponential,
        TLane slope,
        TLane curvature,
        FoldNumber oppositeOfPeak,
        nuint group)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
        where TFold : struct, IFold
    {
        if (typeof(TFold) != typeof(LogSumExpFold))
        {
            return Weighed<TLane, TFold>(weight, curvature);
        }

        TLane opposite = Softmax<T, TLane, TAcross>.Opposite(
            exponential, weight, numbers.Load<TLane, TAcross>(oppositeOfPeak, group));
        return TLane.Weigh(weight, curvature + opposite * (slope * slope));
    }
}
