using System.Diagnostics;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace LossKit.Orleans.Internals;

/// <summary>
/// Evaluates its shard, and keeps what it has said at the last step: who asks again gets the same, and while it is still
/// computed waits for it.
/// </summary>
[Reentrant, EvenPlacement]
internal sealed class ShardGrain<T>(Objectives objectives, SiloWorkers workers, ILocalSiloDetails silo)
    : Grain, IShard<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private StepKey _key;
    private Task<Answer<T>>? _answer;

    public async Task<Answer<T>> Evaluate(Request<T> request, CancellationToken cancellationToken)
    {
        ShardPlace place = new(
            PartKey.PartOf(this.GetPrimaryKeyString()).Index, request.Key.Step, silo.SiloAddress.ToString());
        while (true)
        {
            bool isKept = _answer is not null && _key == request.Key && !HasGivenUp(_answer);
            if (!isKept)
            {
                _key = request.Key;
                _answer = Compute(request, place, cancellationToken);
            }

            try
            {
                Answer<T> answer = await _answer!.WaitAsync(cancellationToken);
                if (isKept)
                {
                    Tell(request, place, ShardEvent.Kept);
                }

                return answer;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Who asked first has gone, and this one still wants to know.
            }
        }
    }

    /// <summary>Whether it is to be computed anew: what went wrong may have been mended meanwhile.</summary>
    private static bool HasGivenUp(Task<Answer<T>> answer) =>
        answer.IsCanceled || answer.IsFaulted || (answer.IsCompleted && answer.Result.Failure is not null);

    private async Task<Answer<T>> Compute(Request<T> request, ShardPlace place, CancellationToken cancellationToken)
    {
        Tell(request, place, happened: null);
        long start = Stopwatch.GetTimestamp();
        Answer<T> answer = await workers.Run(
            () => objectives.Find<T>(request.Objective) is { } objective
                ? ShardWork.Evaluate(
                    objective, place, request.Parameters.Memory.Span, request.Key.WithGradient, cancellationToken)
                : Answer<T>.Of(place, objectives.Missing<T>(request.Objective)),
            cancellationToken);
        if (answer.Failure is null)
        {
            Tell(request, place, ShardEvent.Done, Stopwatch.GetElapsedTime(start));
        }

        return answer;
    }

    private static void Tell(Request<T> request, ShardPlace place, ShardEvent? happened, TimeSpan elapsed = default) =>
        _ = request.Watcher?.Happened(new(happened, place.Shard, place.Silo, elapsed, Detail: null));
}
