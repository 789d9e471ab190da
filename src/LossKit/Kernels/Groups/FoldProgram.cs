using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LossKit.Kernels.Rows;
using LossKit.Lanes;

namespace LossKit.Kernels.Groups;

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
        if (TJet.Order == 0)
        {
            Formula<TWide, TWide>(_formula, wide, groups, ref cells.Losses);
            return;
        }

        if (TJet.Order == 1)
        {
            Formula<TWide, Jet<TWide>>(_formula, wide, groups, ref cells.Losses);
        }
        else
        {
            Formula<TWide, Jet2<TWide>>(_formula, wide, groups, ref cells.Losses);
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
                        Compensated<T, TLane>.Add(Cells<T, TLane, TAcross>.Once(term, i, at), ref first, ref lostOfFirst);
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
                // Only the sum of what is lost may be spread over the places of the lane in a narrower type.
                double total = TLane.Sum(first) + TLane.Sum(lostOfFirst);
                first = total;
                lostOfFirst = total - double.CreateTruncating(T.CreateTruncating(total));
                total = TLane.Sum(second) + TLane.Sum(lostOfSecond);
                second = total;
                lostOfSecond = total - double.CreateTruncating(T.CreateTruncating(total));
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

    /// <summary>The sums with what they have lost, in double; whole lanes of them.</summary>
    private static void Widen<T>(in FoldNumbers<T> numbers, in FoldNumbers<double> wide, int groups, int lane)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Widen(numbers, wide, groups, lane, FoldNumber.SumFirst, FoldNumber.LostFirst);
        Widen(numbers, wide, groups, lane, FoldNumber.SumSecond, FoldNumber.LostSecond);
        if (typeof(TFirst) != typeof(SumFold))
        {
            Widen(numbers, wide, groups, lane, FoldNumber.LargestFirst, FoldNumber.LargestFirst);
        }

        if (typeof(TSecond) != typeof(SumFold))
        {
            Widen(numbers, wide, groups, lane, FoldNumber.LargestSecond, FoldNumber.LargestSecond);
        }
    }

    private static void Widen<T>(
        in FoldNumbers<T> numbers, in FoldNumbers<double> wide, int groups, int lane, FoldNumber number, FoldNumber ofLost)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> source = numbers.Of(number)[..groups];
        ReadOnlySpan<T> lost = numbers.Of(ofLost)[..groups];
        Span<double> destination = wide.Of(number);
        for (int k = 0; k < source.Length; k++)
        {
            double value = double.CreateTruncating(source[k]);
            destination[k] = number == ofLost || !double.IsFinite(value)
                ? value
                : value + double.CreateTruncating(lost[k]);
        }

        for (int k = groups; k % lane != 0; k++)
        {
            destination[k] = destination[groups - 1];
        }
    }

    /// <summary>The losses, and the derivatives with respect to the folds.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Formula<TWide, TJet>(
        TFormula formula, in FoldNumbers<double> numbers, int groups, ref double losses)
        where TWide : struct, IVectorLane<TWide, double>, ILane<TWide>
        where TJet : struct, IJet<TJet, TWide>
    {
        for (nuint group = 0; group < (nuint)groups; group += (nuint)TWide.Count)
        {
            TWide sumOfFirst = numbers.Load<TWide, Yes>(FoldNumber.SumFirst, group);
            TWide sumOfSecond = numbers.Load<TWide, Yes>(FoldNumber.SumSecond, group);
            TWide first = Fold<TWide, TFirst>(numbers, sumOfFirst, FoldNumber.LargestFirst, group);
            TWide second = Fold<TWide, TSecond>(numbers, sumOfSecond, FoldNumber.LargestSecond, group);
            TJet loss = formula.Loss(TJet.Variable(first), TJet.Constant(second));
            TWide value = TWide.PropagateNaN(sumOfFirst, TJet.Value(loss));
            TWide.Store(value, ref losses, group);
            if (TJet.Order == 0)
            {
                continue;
            }

            TJet across = formula.Loss(TJet.Constant(first), TJet.Variable(second));
            numbers.Store(FoldNumber.SlopeFirst, group, TJet.First(loss));
            numbers.Store(FoldNumber.SlopeSecond, group, TJet.First(across));
            if (TJet.Order > 1)
            {
                TJet both = formula.Loss(TJet.Variable(first), TJet.Variable(second));
                numbers.Store(FoldNumber.CurvatureFirst, group, TJet.Second(loss));
                numbers.Store(FoldNumber.CurvatureSecond, group, TJet.Second(across));
                numbers.Store(
                    FoldNumber.CurvatureOfBoth, group, TJet.Second(both) - TJet.Second(loss) - TJet.Second(across));
            }

            Share<TWide, TFirst>(numbers, sumOfFirst, FoldNumber.InverseFirst, FoldNumber.OppositeFirst, group);
            Share<TWide, TSecond>(numbers, sumOfSecond, FoldNumber.InverseSecond, FoldNumber.OppositeSecond, group);
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
