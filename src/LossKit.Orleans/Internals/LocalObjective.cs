using System.Diagnostics;

namespace LossKit.Orleans.Internals;

/// <summary>All shards by this process, one after the other.</summary>
internal abstract class LocalObjective<T>(int shards) : ShardedObjective<T>(shards)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private protected override Task<Partial<T>> EvaluateAsync(
        ReadOnlyMemory<T> parameters,
        bool withGradient,
        IProgress<ShardProgress>? progress,
        CancellationToken cancellationToken) => Task.Run(
            () => Evaluate(Step++, parameters, withGradient, progress, cancellationToken), cancellationToken);

    /// <summary>What each shard says, in the order of their numbers.</summary>
    private protected abstract IEnumerable<Answer<T>> Answers(
        long step, ReadOnlyMemory<T> parameters, bool withGradient, CancellationToken cancellationToken);

    private protected static ShardPlace Place(int shard, long step) => new(shard, step, Here.Name);

    private Partial<T> Evaluate(
        long step,
        ReadOnlyMemory<T> parameters,
        bool withGradient,
        IProgress<ShardProgress>? progress,
        CancellationToken cancellationToken)
    {
        TreeSum<Partial<T>> sum = new(Shards, Partial<T>.Add);
        int shard = 0;
        long start = Stopwatch.GetTimestamp();
        foreach (Answer<T> answer in Answers(step, parameters, withGradient, cancellationToken))
        {
            sum.Add(shard, answer.TotalOrThrow());
            progress?.Report(new(
                step, Shards, shard + 1, ShardEvent.Done, shard, Here.Name, Stopwatch.GetElapsedTime(start), null));
            shard++;
            start = Stopwatch.GetTimestamp();
        }

        return sum.Total!;
    }
}

/// <summary>Where all is done that no silo does.</summary>
internal static class Here
{
    public const string Name = "this process";
}

/// <summary>Shards that know nothing of each other.</summary>
internal sealed class LocalShards<T>(IShardObjective<T> objective, int shards) : LocalObjective<T>(shards)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private protected override IEnumerable<Answer<T>> Answers(
        long step, ReadOnlyMemory<T> parameters, bool withGradient, CancellationToken cancellationToken) =>
        Enumerable.Range(0, Shards).Select(shard => ShardWork.Evaluate(
            objective, Place(shard, step), parameters, withGradient, cancellationToken));
}

/// <summary>Shards whose rows meet those of all others.</summary>
internal sealed class LocalViews<T>(IShardViews<T> views, RetrievalLoss<T> loss, int shards) : LocalObjective<T>(shards)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private protected override IEnumerable<Answer<T>> Answers(
        long step, ReadOnlyMemory<T> parameters, bool withGradient, CancellationToken cancellationToken)
    {
        ViewPart<T>[] parts = [.. Enumerable.Range(0, Shards).Select(shard =>
        {
            Outcome<ViewPart<T>> embedded =
                ViewPart<T>.Embed(views, loss, Place(shard, step), parameters, cancellationToken);
            return embedded.Value ?? throw embedded.Failure!.ToException();
        })];
        ViewTotals[] totals = [.. parts.Select(part =>
        {
            ViewMeeting<T> meeting = new(part);
            foreach (ViewPart<T> other in parts)
            {
                cancellationToken.ThrowIfCancellationRequested();
                meeting.Meet(other.Shard, other.Rows);
            }

            return meeting.Finish();
        })];
        foreach ((ViewPart<T> part, ViewTotals total) in parts.Zip(totals))
        {
            if (!withGradient)
            {
                yield return ShardWork.Checked<T>(Place(part.Shard, step), total.Cost, []);
                continue;
            }

            ViewPulling<T> pulling = new(part, total);
            foreach (ViewPart<T> other in parts)
            {
                cancellationToken.ThrowIfCancellationRequested();
                pulling.Pull(other.Shard, other.Rows, totals[other.Shard].LogSums);
            }

            yield return pulling.Finish(views, Place(part.Shard, step), parameters, cancellationToken);
        }
    }
}
