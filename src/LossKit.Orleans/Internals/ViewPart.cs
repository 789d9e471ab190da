using System.Globalization;
using LossKit.Internals.Buffers;
using LossKit.Internals.Embedding;

namespace LossKit.Orleans.Internals;

/// <summary>
/// A shard's part in a contrastive loss: its rows meet those of all shards, one shard after the other, first for the
/// sums of their softmaxes (<see cref="ViewMeeting{T}"/>) and then for the slopes (<see cref="ViewPulling{T}"/>).
/// </summary>
/// <remarks>
/// Nothing of another shard is kept. Each gradient is made where its rows are, in the order of the shards: so no slopes
/// travel, and none are added up in another order.
/// </remarks>
internal sealed class ViewPart<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private ViewPart(int shard, ViewSide<T> queries, ViewSide<T> keys, T scale) =>
        (Shard, Queries, Keys, Scale) = (shard, queries, keys, scale);

    public int Shard { get; }

    public ViewSide<T> Queries { get; }

    public ViewSide<T> Keys { get; }

    public T Scale { get; }

    /// <summary>What others need of it.</summary>
    public ViewRows<T> Rows => new(new(Queries.Rows), new(Keys.Rows));

    /// <summary>Embeds the shard.</summary>
    /// <exception cref="OperationCanceledException">Nobody wants to know any more.</exception>
    public static Outcome<ViewPart<T>> Embed(
        IShardViews<T> views,
        RetrievalLoss<T> loss,
        ShardPlace place,
        ReadOnlyMemory<T> parameters,
        CancellationToken cancellationToken) => ShardWork.Guard(
            place,
            "objective",
            () =>
            {
                T scale = views.Scale(parameters.Span);
                ShardViews<T> rows = views.Embed(place.Shard, parameters.Span, cancellationToken);
                if (Fault(views.Dimension, loss.Dimension, scale, rows) is string fault)
                {
                    return new(null, place.Refuse(fault));
                }

                double share = loss.IsSymmetric ? 0.5 : 1;
                return new(new ViewPart<T>(
                    place.Shard,
                    new(rows.Queries.ToArray(), loss.Dimension, loss.Normalizes, share),
                    new(rows.Keys.ToArray(), loss.Dimension, loss.Normalizes, 1 - share),
                    scale));
            },
            failure => new Outcome<ViewPart<T>>(null, failure),
            cancellationToken);

    private static string? Fault(int dimension, int expected, T scale, ShardViews<T> rows)
    {
        int queries = rows.Queries.Length;
        return dimension != expected
            ? Text($"rows have {dimension} numbers: must have {expected}, as the loss is made for")
            : !T.IsFinite(scale) || scale <= T.Zero
            ? Text($"the scale is {scale}: must be positive and finite")
            : queries % dimension != 0 || rows.Keys.Length != queries
            ? Text($"queries are {queries} numbers and keys {rows.Keys.Length}: must be as many rows of {dimension}")
            : ShardWork.FirstNotFinite("queries", rows.Queries.Span) ?? ShardWork.FirstNotFinite("keys", rows.Keys.Span);

        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>The softmaxes of a shard's rows over the rows of all shards that have been met.</summary>
internal sealed class ViewMeeting<T>(ViewPart<T> part) where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly RowSums _ofQueries = new(part.Queries.Count);
    private readonly RowSums _ofKeys = new(part.Keys.Count);

    /// <summary>Takes in the rows of a shard, the next one.</summary>
    public void Meet(int shard, ViewRows<T> rows)
    {
        Meet(part.Queries, _ofQueries, rows.Keys, shard);
        Meet(part.Keys, _ofKeys, rows.Queries, shard);
    }

    /// <summary>What comes of it, once all have been met.</summary>
    public ViewTotals Finish()
    {
        (CompensatedSum ofQueries, double[] logSumsOfQueries, double[] oppositesOfQueries) =
            Finish(part.Queries, _ofQueries);
        (CompensatedSum ofKeys, double[] logSumsOfKeys, double[] oppositesOfKeys) = Finish(part.Keys, _ofKeys);
        return new(
            new(ofQueries + ofKeys, new CompensatedSum(part.Queries.Count, 0), part.Queries.Count),
            new(new(logSumsOfQueries), new(logSumsOfKeys)),
            oppositesOfQueries,
            oppositesOfKeys);
    }

    private void Meet(ViewSide<T> own, RowSums sums, Numbers<T> others, int shard)
    {
        if (own.Share == 0)
        {
            return;
        }

        int columns = others.Memory.Length / own.Dimension;
        double[] ofRow = new double[columns];
        foreach ((int first, int count, T[] scores) in own.ScoresWith(others.Memory, part.Scale))
        {
            for (int k = 0; k < count; k++)
            {
                for (int column = 0; column < columns; column++)
                {
                    ofRow[column] = double.CreateTruncating(scores[k * columns + column]);
                }

                sums.Add(first + k, ofRow, match: shard == part.Shard ? first + k : -1);
            }
        }
    }

    private static (CompensatedSum Losses, double[] LogSums, double[] Opposites) Finish(ViewSide<T> own, RowSums sums)
    {
        double[] logSums = new double[own.Count];
        double[] opposites = new double[own.Count];
        return (own.Share == 0 ? default : own.Share * sums.Finish(logSums, opposites), logSums, opposites);
    }
}

/// <summary>What a shard's rows have come to over all shards.</summary>
/// <param name="Cost">Its losses.</param>
/// <param name="LogSums">What others need of it.</param>
/// <param name="OppositesOfQueries">1 less the probability of the match.</param>
/// <param name="OppositesOfKeys">The same of the keys.</param>
internal sealed record ViewTotals(Cost Cost, ViewSums LogSums, double[] OppositesOfQueries, double[] OppositesOfKeys);

/// <summary>The slopes of a shard's rows, by the losses of all shards that have been taken in.</summary>
internal sealed class ViewPulling<T>(ViewPart<T> part, ViewTotals totals) where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[] _ofQueries = new T[part.Queries.Rows.Length];
    private readonly T[] _ofKeys = new T[part.Keys.Rows.Length];

    /// <summary>Takes in the rows of a shard, the next one, with its sums.</summary>
    public void Pull(int shard, ViewRows<T> rows, ViewSums logSums)
    {
        (ViewSide<T> queries, ViewSide<T> keys) = (part.Queries, part.Keys);
        bool isOwn = shard == part.Shard;
        Pull(queries, _ofQueries, totals.LogSums.OfQueries, rows.Keys, logSums.OfKeys, keys.Share, isOwn);
        Pull(keys, _ofKeys, totals.LogSums.OfKeys, rows.Queries, logSums.OfQueries, queries.Share, isOwn);
    }

    /// <summary>Cost and gradient.</summary>
    public Answer<T> Finish(
        IShardViews<T> views, ShardPlace place, ReadOnlyMemory<T> parameters, CancellationToken cancellationToken)
    {
        T[] gradient = new T[parameters.Length];
        double ofScale = part.Queries.Backward(_ofQueries, part.Scale);
        _ = part.Keys.Backward(_ofKeys, part.Scale);
        return ShardWork.Guard(
            place,
            "objective",
            () =>
            {
                ShardViewSlopes<T> slopes =
                    new() { Queries = _ofQueries, Keys = _ofKeys, Scale = T.CreateTruncating(ofScale) };
                views.Backward(place.Shard, parameters.Span, slopes, gradient, cancellationToken);
                return ShardWork.Checked(place, totals.Cost, gradient);
            },
            Answer<T>.Of,
            cancellationToken);
    }

    /// <summary>
    /// The slope of a score is the probability of the column among those of the row, and of the row among those of the
    /// column, as far as each counts, less 1 at the match.
    /// </summary>
    private void Pull(
        ViewSide<T> own,
        T[] slopes,
        Numbers<double> ownLogSums,
        Numbers<T> others,
        Numbers<double> otherLogSums,
        double otherShare,
        bool isOwn)
    {
        int columns = others.Memory.Length / own.Dimension;
        double[] byRow = new double[columns];
        double[] byColumn = new double[columns];
        foreach ((int first, int count, T[] scores) in own.ScoresWith(others.Memory, part.Scale))
        {
            for (int row = first; row < first + count; row++)
            {
                Span<T> ofRow = scores.AsSpan((row - first) * columns, columns);
                Probabilities(ofRow, own.Share, ownLogSums.Memory.Span.Slice(row, 1), byRow);
                Probabilities(ofRow, otherShare, otherLogSums.Memory.Span, byColumn);
                for (int column = 0; column < columns; column++)
                {
                    ofRow[column] = T.CreateTruncating(byRow[column] + byColumn[column]);
                }

                if (isOwn)
                {
                    ofRow[row] = T.CreateTruncating(-(part.Queries.Share * totals.OppositesOfQueries[row]
                        + part.Keys.Share * totals.OppositesOfKeys[row]));
                }
            }

            MatrixProduct<T>.MultiplyAdd(
                new(scores, count, columns),
                others.Memory.Span,
                own.Dimension,
                slopes.AsSpan(first * own.Dimension, count * own.Dimension));
        }
    }

    /// <summary>e^(score − log-sum-exp), which rounding may not make more than 1, by what it counts.</summary>
    /// <param name="scores">Those of a row.</param>
    /// <param name="share">What it counts.</param>
    /// <param name="logSums">That of the row, or those of all columns.</param>
    /// <param name="result">One a column.</param>
    private static void Probabilities(
        ReadOnlySpan<T> scores, double share, ReadOnlySpan<double> logSums, Span<double> result)
    {
        if (share == 0)
        {
            return;
        }

        for (int i = 0; i < scores.Length; i++)
        {
            double behind = double.CreateTruncating(scores[i]) - logSums[logSums.Length == 1 ? 0 : i];
            result[i] = Math.Min(0, behind);
        }

        Elementary<double>.ExpOfNegative(result);
        Spans.Scale(result, share);
    }
}
