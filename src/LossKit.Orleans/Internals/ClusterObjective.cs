using Orleans;

namespace LossKit.Orleans.Internals;

/// <summary>All shards by a cluster.</summary>
internal sealed class ClusterObjective<T>(
    IGrainFactory cluster, string name, string? loss, int shards, ShardingOptions options)
    : ShardedObjective<T>(shards)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ShardTree _tree = new(shards, options.ShardsPerBlock, options.FanOut);

    private protected override async Task<Partial<T>> EvaluateAsync(
        ReadOnlyMemory<T> parameters,
        bool withGradient,
        IProgress<ShardProgress>? progress,
        CancellationToken cancellationToken)
    {
        long step = Step++;
        await using Watch? watch = progress is null ? null : new(cluster, progress, step, Shards, options.SlowFactor);

        // Away from the caller's thread, which may be that of a window: sums are made here too.
        Answer<T> answer = await Task.Run(
            () => new Gathering<T>(cluster, options.Run, new()
            {
                Objective = name,
                Loss = loss,
                Tree = _tree,
                Key = new(step, withGradient, StepKey.PrintOf(parameters.Span)),
                Parameters = new(parameters),
                InFlight = options.InFlight,
                Retries = new(options),
                Watcher = watch?.Reference,
            }).Run(_tree.TopLevel, .._tree.Parts(_tree.TopLevel), cancellationToken),
            cancellationToken).ConfigureAwait(false);
        Partial<T> total = answer.TotalOrThrow();
        watch?.Complete();
        return total;
    }
}
