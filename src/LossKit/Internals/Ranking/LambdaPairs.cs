namespace LossKit.Internals.Ranking;

/// <summary>
/// The columns of a list for <see cref="LambdaPairs{TChange, TIsNormalized}"/>, beside scores and relevances.
/// </summary>
/// <param name="truncation">How many places count from the top.</param>
/// <param name="ofDifferences">Whether an item's gain is its relevance.</param>
/// <param name="scoreNormalization">Whether pairs are divided by the distance of their scores.</param>
internal readonly struct LambdaColumns(double truncation, bool ofDifferences, bool scoreNormalization) : IPreparation
{
    public const int Gains = 3;
    public const int Ranks = 4;
    public const int Discounts = 5;

    public static int Columns => 6;

    public void Prepare<T>(
        ReadOnlySpan<T> scores, ReadOnlySpan<T> targets, ReadOnlySpan<T> entryWeights, Span<T> columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int length = scores.Length;
        scores.CopyTo(columns);
        targets.CopyTo(columns[length..]);
        columns.Slice(2 * length, length).Fill(T.One);
        entryWeights.CopyTo(columns[(2 * length)..]);
        Span<T> gains = columns.Slice(Gains * length, length);
        if (ofDifferences)
        {
            targets.CopyTo(gains);
        }
        else
        {
            Places.Gains(targets, truncation, gains);
        }

        if (scoreNormalization && !scores.ContainsAnyExcept(scores[0]))
        {
            // Where all scores are equal, as before the first round of boosting, nothing is to be divided by them.
            Spans.Scale(gains, T.CreateTruncating(LambdaPairs.Softening));
        }

        Span<T> ranks = columns.Slice(Ranks * length, length);
        Places.Of(scores, ranks);
        for (int i = 0; i < length; i++)
        {
            columns[Discounts * length + i] = T.CreateTruncating(Places.Discount(int.CreateTruncating(ranks[i])));
        }
    }
}

internal static class LambdaPairs
{
    /// <summary>What keeps the distance of equal scores from being 0: LightGBM's.</summary>
    public const double Softening = 0.01;
}

/// <summary>LambdaRank's weights.</summary>
/// <typeparam name="TChange">What exchanging two places changes.</typeparam>
/// <typeparam name="TIsNormalized">Whether a list's weights are divided by what all of them pull with.</typeparam>
internal readonly struct LambdaPairs<TChange, TIsNormalized>(
    TChange change, double truncation, bool scoreNormalization) : IPairRule
    where TChange : struct, IRankChange
    where TIsNormalized : struct, IChoice
{
    private readonly TChange _change = change;
    private readonly Parameter _truncation = truncation;
    private readonly Parameter _atDistance0 = scoreNormalization ? LambdaPairs.Softening : 1;
    private readonly Parameter _ofDistance = scoreNormalization ? 1 : 0;

    public static bool IsNormalized => TIsNormalized.IsYes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Weight<T, TLane, TAcross>(
        in GroupCells<T> cells, nuint one, nuint other, TLane target, TLane otherTarget, TLane gap)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TAcross : struct, IChoice
    {
        TLane gain = Entry<T, TLane, TAcross>.At(in cells.Column(LambdaColumns.Gains), one)
            - TLane.Load(in cells.Column(LambdaColumns.Gains), other);
        TLane rank = Entry<T, TLane, TAcross>.At(in cells.Column(LambdaColumns.Ranks), one);
        TLane otherRank = TLane.Load(in cells.Column(LambdaColumns.Ranks), other);
        TLane discount = Entry<T, TLane, TAcross>.At(in cells.Column(LambdaColumns.Discounts), one)
            - TLane.Load(in cells.Column(LambdaColumns.Discounts), other);
        TLane weight = TLane.Abs(gain) * _change.Of(TLane.Abs(rank - otherRank), TLane.Abs(discount))
            / (_atDistance0 + _ofDistance * TLane.Abs(gap));
        return TLane.SelectGreater(TLane.Min(rank, otherRank), _truncation, default, weight);
    }
}

/// <summary>What exchanging the items of two places changes, for a gain of 1.</summary>
internal interface IRankChange : IFormula
{
    /// <param name="distance">How far the places are apart.</param>
    /// <param name="discount">By how much their discounts differ.</param>
    TLane Of<TLane>(TLane distance, TLane discount) where TLane : struct, ILane<TLane>;
}

/// <inheritdoc cref="LambdaWeighting.Ndcg"/>
internal readonly struct NdcgChange : IRankChange
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Of<TLane>(TLane distance, TLane discount) where TLane : struct, ILane<TLane> => discount;
}

/// <inheritdoc cref="LambdaWeighting.NdcgLoss2"/>
/// <param name="mu">What it is multiplied with.</param>
/// <param name="ofNdcg">What the change of NDCG beside it is multiplied with.</param>
internal readonly struct NdcgLoss2Change(double mu, double ofNdcg) : IRankChange
{
    private readonly Parameter _mu = Math.Log(2) * Parameter.NotNegative(mu).Value;
    private readonly Parameter _ofNdcg = ofNdcg;

    // By itself: with two logarithms more, the loop of the pairs would outgrow what the JIT compiler inlines.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public TLane Of<TLane>(TLane distance, TLane discount) where TLane : struct, ILane<TLane>
    {
        // The difference of two inverse logarithms that are close to each other.
        TLane log = TLane.Log(1.0 + distance);
        TLane step = TLane.Log1p((TLane)1.0 / (1.0 + distance));
        return _mu * (step / (log * (log + step))) + _ofNdcg * discount;
    }
}

/// <inheritdoc cref="LambdaWeighting.LabelDifference"/>
internal readonly struct NoChange : IRankChange
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Of<TLane>(TLane distance, TLane discount) where TLane : struct, ILane<TLane> => 1.0;
}
