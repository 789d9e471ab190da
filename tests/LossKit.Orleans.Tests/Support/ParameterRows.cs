namespace LossKit.Orleans.Tests.Support;

/// <summary>
/// Views that are the parameters themselves: a scale, then all queries, then all keys. So the gradient is that of the
/// rows.
/// </summary>
internal sealed class ParameterRows<T> : IShardViews<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public const string Name = "rows";
    public const int Width = 19;

    public int Dimension => Width;

    /// <summary>Shards have from 3 to 7 items, of which the last may be fewer.</summary>
    public static int ItemsBefore(int shard) => Enumerable.Range(0, shard).Sum(before => 3 + before % 5);

    public T Scale(ReadOnlySpan<T> parameters) => parameters[0];

    public ShardViews<T> Embed(int shard, ReadOnlySpan<T> parameters, CancellationToken cancellationToken)
    {
        (Range queries, Range keys) = RowsOf(shard, parameters.Length);
        return new(parameters[queries].ToArray(), parameters[keys].ToArray());
    }

    public void Backward(
        int shard,
        ReadOnlySpan<T> parameters,
        ShardViewSlopes<T> slopes,
        Span<T> gradient,
        CancellationToken cancellationToken)
    {
        (Range queries, Range keys) = RowsOf(shard, parameters.Length);
        slopes.Queries.CopyTo(gradient[queries]);
        slopes.Keys.CopyTo(gradient[keys]);
        gradient[0] = slopes.Scale;
    }

    private static (Range Queries, Range Keys) RowsOf(int shard, int parameters)
    {
        int all = (parameters - 1) / 2;
        int first = 1 + ItemsBefore(shard) * Width;
        int end = 1 + ItemsBefore(shard + 1) * Width;
        return (first..end, (first + all)..(end + all));
    }
}
