using System.Diagnostics;

namespace LossKit.Orleans.Internals;

/// <summary>All shards by this process, one after the other.</summary>
internal sealed class LocalObjective<T>(IShardObjective<T> objective, int shards) : ShardedObjective<T>(shards)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Where that is.</summary>
    public const string Silo = "this process";

    private protected override Task<Partial<T>> EvaluateAsync(
        ReadOnlyMemory<T> parameters,
        bool withGradient,
        IProgress<ShardProgress>? progress,
        CancellationToken cancellationToken) => Task.Run(
            () => Evaluate(Step++, parameters.Span, withGradient, progress, cancellationToken), cancellationToken);

    private Partial<T> Evaluate(
        long step,
        ReadOnlySpan<T> parameters,
        bool withGradient,
        IProgress<ShardProgress>? progress,
        CancellationToken cancellationToken)
    {
        TreeSum<Partial<T>> sum = new(Shards, Partial<T>.Add);
        for (int shard = 0; shard < Shards; shard++)
        {
            long start = Stopwatch.GetTimestamp();
            Answer<T> answer = ShardWork.Evaluate(
                objective, new(shard, step, Silo), parameters, withGradient, cancellationToken);
            sum.Add(shard, answer.TotalOrThrow());
            progress?.Report(new(
                step, Shards, shard + 1, ShardEvent.Done, shard, Silo, Stopwatch.GetElapsedTime(start), Detail: null));
        }

        return sum.Total!;
    }
}
