using System.Diagnostics;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace LossKit.Orleans.Internals;

/// <summary>Evaluates its shard, and keeps what it has said at the last step.</summary>
[Reentrant, EvenPlacement]
internal sealed class ShardGrain<T>(Objectives objectives, SiloWorkers workers, ILocalSiloDetails silo)
    : Grain, IShard<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Running _running = new();
    private readonly Kept<Answer<T>> _kept = new(answer => answer.Failure is not null);

    public Task<bool> IsAtIt(StepKey key) => Task.FromResult(_running.Is(key));

    public Task<Answer<T>> Evaluate(Request<T> request, CancellationToken cancellationToken)
    {
        ShardNews news = new(
            Event: null,
            PartKey.PartOf(this.GetPrimaryKeyString()).Index,
            silo.SiloAddress.ToString(),
            TimeSpan.Zero,
            Detail: null);
        return _running.During(request.Key, async () =>
        {
            (Answer<T> answer, bool wasKept) = await _kept.Get(
                request.Key, () => Compute(request, news, cancellationToken), cancellationToken);
            if (wasKept)
            {
                request.Tell(news with { Event = ShardEvent.Kept });
            }

            return answer;
        });
    }

    private async Task<Answer<T>> Compute(Request<T> request, ShardNews news, CancellationToken cancellationToken)
    {
        ShardPlace place = new(news.Shard, request.Key.Step, news.Silo);
        request.Tell(news);
        long start = Stopwatch.GetTimestamp();
        Answer<T> answer = await workers.Run(
            () => objectives.Find<IShardObjective<T>>(request.Objective) is { } objective
                ? ShardWork.Evaluate(
                    objective, place, request.Parameters.Memory, request.Key.WithGradient, cancellationToken)
                : Answer<T>.Of(place.Refuse(objectives.Missing<IShardObjective<T>>(request.Objective))),
            cancellationToken);
        if (answer.Failure is null)
        {
            request.Tell(news with { Event = ShardEvent.Done, Elapsed = Stopwatch.GetElapsedTime(start) });
        }

        return answer;
    }
}
