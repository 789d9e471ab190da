using System.Runtime.InteropServices;

namespace LossKit.Internals.Ranking;

/// <summary>
/// The columns of a list for <see cref="SoftRankProgram{TFormula}"/>: its scores, and what each item counts.
/// </summary>
/// <param name="ofGains">
/// Whether items count as their gains, over the best order's, instead of as their relevances.
/// </param>
internal readonly struct SoftRankColumns(bool ofGains) : IPreparation
{
    public const int Ranks = 2;
    public const int Slopes = 3;
    public const int Curvatures = 4;
    public const int Spreads = 5;

    public static int Columns => 6;

    public void Prepare<T>(
        ReadOnlySpan<T> scores, ReadOnlySpan<T> targets, ReadOnlySpan<T> entryWeights, Span<T> columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int length = scores.Length;
        scores.CopyTo(columns);
        Span<T> counts = columns.Slice(length, length);
        if (ofGains)
        {
            Places.Gains(targets, double.PositiveInfinity, counts);
        }
        else
        {
            targets.CopyTo(counts);
            Places.Normalize(counts);
        }

        columns.Slice(Ranks * length, length).Fill(T.One);
        columns.Slice(Spreads * length, length).Clear();
    }
}

/// <summary>
/// Σ w_i·f(ρ_i) over the items of a list with their soft ranks ρ_i = 1 + Σ_{j ≠ i} sigmoid((s_j − s_i)/T).
/// </summary>
/// <remarks>
/// Each two items meet once for their ranks, and once more for the derivatives: with q = sigmoid′/T of such a pair, s_i
/// pulls at its own rank with −q and at the other's with q.
/// </remarks>
internal readonly struct SoftRankProgram<TFormula>(double temperature) : IGroupProgram
    where TFormula : struct, IRankFormula
{
    private readonly Parameter _temperature = Parameter.Positive(temperature);
    private readonly Parameter _steepness = 1 / temperature;

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
        Rank<T, TLane, TAcross>(_steepness, cells);
        Losses<T, TLane, TJet, TAcross>(cells, numbers);
        numbers.WidenSums(0, groups, 1, MemoryMarshal.CreateSpan(ref cells.Losses, groups));
        if (TJet.Order > 0)
        {
            Differentiate<T, TLane, TJet, TAcross>(_steepness, cells);
        }

        if (TJet.Order > 1)
        {
            AddSpreads<T, TLane, TAcross>(cells);
        }

        cells.ScaleDerivatives(TJet.Order, MemoryMarshal.CreateReadOnlySpan(ref cells.Factors, groups));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Rank<T, TLane, TAcross>(Parameter steepness, in GroupCells<T> cells)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
    {
        ref T scores = ref cells.Scores;
        ref T ranks = ref cells.Column(SoftRankColumns.Ranks);
        nuint step = cells.Stride;
        nuint last = cells.LastCell;
        nuint length = cells.Length;
        nuint pitch = TAcross.IsYes ? step : 1;
        for (nuint group = 0; group < cells.Padded; group += (nuint)TLane.Count)
        {
            for (nuint one = 0; one < length; one += pitch)
            {
                TLane score = Entry<T, TLane, TAcross>.At(in scores, group + one);
                TLane rank = default;
                for (nuint i = one + pitch; i < length; i += step)
                {
                    nuint at = Math.Min(i, last);
                    Logistic<TLane> above = TLane.Logistic(steepness * (TLane.Load(in scores, group + at) - score));
                    rank += Cells<T, TLane, TAcross>.Once(above.Sigmoid, i, at);
                    TLane ofOther = Cells<T, TLane, TAcross>.Once(above.OppositeSigmoid, i, at);
                    TLane.Store(TLane.Load(in ranks, group + at) + ofOther, ref ranks, group + at);
                }

                Entry<T, TLane, TAcross>.Add(rank, ref ranks, group + one);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Losses<T, TLane, TJet, TAcross>(in GroupCells<T> cells, in FoldNumbers<T> numbers)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        ref T counts = ref cells.Targets;
        ref T ranks = ref cells.Column(SoftRankColumns.Ranks);
        ref T slopes = ref cells.Column(SoftRankColumns.Slopes);
        ref T curvatures = ref cells.Column(SoftRankColumns.Curvatures);
        nuint step = cells.Stride;
        nuint last = cells.LastCell;
        nuint length = cells.Length;
        for (nuint group = 0; group < cells.Padded; group += (nuint)TLane.Count)
        {
            TLane sum = default;
            TLane lost = default;
            TLane missing = default;
            for (nuint i = 0; i < length; i += step)
            {
                nuint at = Math.Min(i, last);
                TLane count = TLane.Load(in counts, group + at);
                TLane rank = TLane.Load(in ranks, group + at);
                missing = TLane.PropagateNaN(rank - count, missing);
                TJet loss = default(TFormula).Loss(TJet.Variable(rank));
                TLane value = Cells<T, TLane, TAcross>.Once(count * TJet.Value(loss), i, at);
                Compensated<T, TLane>.Add(value, ref sum, ref lost);
                if (TJet.Order > 0)
                {
                    TLane.Store(count * TJet.First(loss), ref slopes, group + at);
                }

                if (TJet.Order > 1)
                {
                    TLane.Store(count * TJet.Second(loss), ref curvatures, group + at);
                }
            }

            numbers.Keep<TLane, TAcross>(0, group, sum, lost, Cells<T, TLane, TAcross>.Sum(missing));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Differentiate<T, TLane, TJet, TAcross>(Parameter steepness, in GroupCells<T> cells)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TAcross : struct, IChoice
    {
        ref T scores = ref cells.Scores;
        ref T slopes = ref cells.Column(SoftRankColumns.Slopes);
        ref T curvatures = ref cells.Column(SoftRankColumns.Curvatures);
        ref T spreads = ref cells.Column(SoftRankColumns.Spreads);
        ref T gradient = ref cells.Gradient;
        ref T hessian = ref cells.Hessian;
        nuint step = cells.Stride;
        nuint last = cells.LastCell;
        nuint length = cells.Length;
        nuint pitch = TAcross.IsYes ? step : 1;
        for (nuint group = 0; group < cells.Padded; group += (nuint)TLane.Count)
        {
            for (nuint one = 0; one < length; one += pitch)
            {
                TLane score = Entry<T, TLane, TAcross>.At(in scores, group + one);
                TLane slope = Entry<T, TLane, TAcross>.At(in slopes, group + one);
                TLane curvature = TJet.Order > 1 ? Entry<T, TLane, TAcross>.At(in curvatures, group + one) : default;
                TLane pulls = default;
                TLane bends = default;
                TLane spread = default;
                for (nuint i = one + pitch; i < length; i += step)
                {
                    nuint at = Math.Min(i, last);
                    Logistic<TLane> above = TLane.Logistic(steepness * (TLane.Load(in scores, group + at) - score));
                    TLane q = Cells<T, TLane, TAcross>.Once(
                        steepness * (above.Sigmoid * above.OppositeSigmoid), i, at);
                    TLane difference = TLane.Load(in slopes, group + at) - slope;
                    TLane pull = q * difference;
                    pulls += pull;
                    TLane.Store(TLane.Load(in gradient, group + at) - pull, ref gradient, group + at);
                    if (TJet.Order > 1)
                    {
                        TLane bend = steepness * (above.Sigmoid - above.OppositeSigmoid) * pull;
                        bends += TLane.MultiplyAdd(TLane.Load(in curvatures, group + at), q * q, bend);
                        TLane ofOther = TLane.MultiplyAdd(curvature, q * q, bend);
                        TLane.Store(TLane.Load(in hessian, group + at) + ofOther, ref hessian, group + at);
                        spread += q;
                        TLane.Store(TLane.Load(in spreads, group + at) + q, ref spreads, group + at);
                    }
                }

                Entry<T, TLane, TAcross>.Add(pulls, ref gradient, group + one);
                if (TJet.Order > 1)
                {
                    Entry<T, TLane, TAcross>.Add(bends, ref hessian, group + one);
                    Entry<T, TLane, TAcross>.Add(spread, ref spreads, group + one);
                }
            }
        }
    }

    /// <summary>What the second derivative has of an item's own rank, which all pairs spread.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddSpreads<T, TLane, TAcross>(in GroupCells<T> cells)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
    {
        ref T curvatures = ref cells.Column(SoftRankColumns.Curvatures);
        ref T spreads = ref cells.Column(SoftRankColumns.Spreads);
        ref T hessian = ref cells.Hessian;
        nuint step = cells.Stride;
        for (nuint group = 0; group < cells.Padded; group += (nuint)TLane.Count)
        {
            for (nuint i = 0; i < cells.Length; i += step)
            {
                nuint at = Math.Min(i, cells.LastCell);
                TLane spread = TLane.Load(in spreads, group + at);
                TLane own = TLane.Load(in curvatures, group + at) * (spread * spread);
                own = Cells<T, TLane, TAcross>.Once(own, i, at);
                TLane.Store(TLane.Load(in hessian, group + at) + own, ref hessian, group + at);
            }
        }
    }
}

/// <summary>What an item is worth at a rank, as a loss.</summary>
internal interface IRankFormula : IFormula
{
    TLane Loss<TLane>(TLane rank) where TLane : struct, ILane<TLane>;
}

/// <summary>−1/log₂(1 + ρ).</summary>
internal readonly struct DiscountedRank : IRankFormula
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane rank) where TLane : struct, ILane<TLane> => -Math.Log(2) / TLane.Log1p(rank);
}

/// <summary>−1/ρ.</summary>
internal readonly struct ReciprocalRank : IRankFormula
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane rank) where TLane : struct, ILane<TLane> => -1.0 / rank;
}
