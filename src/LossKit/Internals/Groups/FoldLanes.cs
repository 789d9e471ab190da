namespace LossKit.Internals.Groups;

/// <summary>Which of the folds of a formula: a constant that the JIT compiler knows.</summary>
internal interface IFoldIndex
{
    static abstract int Index { get; }
}

internal readonly struct First : IFoldIndex
{
    public static int Index => 0;
}

internal readonly struct Second : IFoldIndex
{
    public static int Index => 1;
}

internal readonly struct Third : IFoldIndex
{
    public static int Index => 2;
}

/// <summary>The largest entry of one fold so far, and where it stands. A sum has none.</summary>
internal struct LargestLane<T, TLane, TAcross, TFold, TIndex>()
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where TAcross : struct, IChoice
    where TFold : struct, IFold
    where TIndex : struct, IFoldIndex
{
    private TLane _found = double.NegativeInfinity;
    private TLane _place = default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Note(TLane entry, nuint cell, nuint at)
    {
        if (typeof(TFold) == typeof(LargestFold))
        {
            _place = TLane.SelectGreater(entry, _found, Cells<T, TLane, TAcross>.Columns(cell, at), _place);
        }

        if (Folds.HasLargest<TFold>())
        {
            _found = TLane.Max(entry, _found);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Keep(in FoldNumbers<T> numbers, nuint group)
    {
        if (!Folds.HasLargest<TFold>())
        {
            return;
        }

        TLane largest = Cells<T, TLane, TAcross>.Maximum(_found);
        if (typeof(TFold) == typeof(LargestFold))
        {
            // Along a group each place of the lane has found its own: of equals the first counts.
            TLane first = TLane.SelectGreater(largest, _found, double.NegativeInfinity, -_place);
            numbers.Store(TIndex.Index, FoldNumber.Place, group, -Cells<T, TLane, TAcross>.Maximum(first));
            numbers.Store(TIndex.Index, FoldNumber.Largest, group, largest);
        }
        else
        {
            // Of nothing, −∞ is then as far behind as anywhere.
            numbers.Store(TIndex.Index, FoldNumber.Largest, group, TLane.Max(-IeeeFormat<T>.LargestFinite, largest));
        }
    }
}

/// <summary>Σ a, or Σ eᵃ relative to the largest a, of one fold so far.</summary>
internal struct SumLane<T, TLane, TAcross, TFold, TIndex>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where TAcross : struct, IChoice
    where TFold : struct, IFold
    where TIndex : struct, IFoldIndex
{
    private readonly TLane _largest;
    private TLane _sum;
    private TLane _lost;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SumLane(in FoldNumbers<T> numbers, nuint group) =>
        _largest = typeof(TFold) == typeof(LogSumExpFold)
            ? numbers.Load<TLane, TAcross>(TIndex.Index, FoldNumber.Largest, group)
            : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(TLane entry, nuint start, nuint at)
    {
        if (Folds.HasSum<TFold>())
        {
            TLane term = typeof(TFold) == typeof(LogSumExpFold)
                ? Exponentials<TLane, T>.ExpOfNegative(entry - _largest)
                : entry;
            Compensated<T, TLane>.Add(Cells<T, TLane, TAcross>.Once(term, start, at), ref _sum, ref _lost);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Settle()
    {
        if (Folds.HasSum<TFold>())
        {
            Compensated<T, TLane>.Settle(ref _sum, ref _lost);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Keep(in FoldNumbers<T> numbers, nuint group)
    {
        if (typeof(TFold) == typeof(NoFold))
        {
            return;
        }

        if (!TAcross.IsYes)
        {
            Compensated<T, TLane>.SumAlong(ref _sum, ref _lost);
        }

        numbers.Store(TIndex.Index, FoldNumber.Sum, group, _sum);
        numbers.Store(TIndex.Index, FoldNumber.Lost, group, _lost);
    }
}

/// <summary>
/// What an entry has of the derivative of one fold: 1 in a sum, e^(a − A) in a log-sum-exp, and 1 or 0 as the largest.
/// </summary>
internal readonly struct DerivativeLane<T, TLane, TJet, TAcross, TFold, TIndex>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where TJet : struct, IJet<TJet, TLane>
    where TAcross : struct, IChoice
    where TFold : struct, IFold
    where TIndex : struct, IFoldIndex
{
    private readonly TLane _weight;
    private readonly TLane _exponential;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public DerivativeLane(in FoldNumbers<T> numbers, TJet entry, TLane place, nuint group)
    {
        if (typeof(TFold) == typeof(LargestFold))
        {
            TLane away = TLane.Abs(place - Load(numbers, FoldNumber.Place, group));
            _weight = TLane.SelectPositive(away, default, 1.0);
        }
        else if (typeof(TFold) == typeof(LogSumExpFold))
        {
            _exponential = Exponentials<TLane, T>.ExpOfNegative(
                TJet.Value(entry) - Load(numbers, FoldNumber.Largest, group));
            _weight = _exponential * Load(numbers, FoldNumber.Inverse, group);
        }

        First = typeof(TFold) == typeof(NoFold) ? default : Weigh(TJet.First(entry));
    }

    /// <summary>The derivative of the fold.</summary>
    public TLane First { get; }

    /// <summary>The second derivative of the fold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Second(in FoldNumbers<T> numbers, TJet entry, nuint group)
    {
        TLane curvature = TJet.Second(entry);
        if (typeof(TFold) == typeof(LogSumExpFold))
        {
            TLane opposite = Softmax<T, TLane, TAcross>.Opposite(
                _exponential, _weight, Load(numbers, FoldNumber.Opposite, group));
            curvature += opposite * TLane.Square(TJet.First(entry));
        }

        return Weigh(curvature);
    }

    /// <summary>What the second derivative of the loss has of this fold alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane OfSecond(in FoldNumbers<T> numbers, TJet entry, nuint group) => typeof(TFold) == typeof(NoFold)
        ? default
        : Load(numbers, FoldNumber.Slope, group) * Second(numbers, entry, group)
            + Load(numbers, FoldNumber.Curvature, group) * TLane.Square(First);

    /// <summary>And of it together with the next one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane OfSecond<TNext>(in FoldNumbers<T> numbers, TLane firstOfNext, nuint group)
        where TNext : struct, IFold =>
        typeof(TFold) == typeof(NoFold) || typeof(TNext) == typeof(NoFold)
            ? default
            : Load(numbers, FoldNumber.CurvatureWithNext, group) * (First * firstOfNext);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Load(in FoldNumbers<T> numbers, FoldNumber number, nuint group) =>
        numbers.Load<TLane, TAcross>(TIndex.Index, number, group);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane Weigh(TLane derivative) =>
        typeof(TFold) == typeof(SumFold) ? derivative : TLane.Weigh(_weight, derivative);
}

/// <summary>A formula has fewer folds than there could be.</summary>
internal readonly struct NoFold : IFold;

/// <summary>What a fold needs.</summary>
internal static class Folds
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasLargest<TFold>() =>
        typeof(TFold) == typeof(LogSumExpFold) || typeof(TFold) == typeof(LargestFold);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasSum<TFold>() => typeof(TFold) == typeof(SumFold) || typeof(TFold) == typeof(LogSumExpFold);
}
