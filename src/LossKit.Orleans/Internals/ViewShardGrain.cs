using System.Diagnostics;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace LossKit.Orleans.Internals;

/// <summary>
/// Embeds its shard, lets its rows meet those of all others, and keeps all that it has said at the last step.
/// </summary>
/// <remarks>
/// Rows need nobody else, sums need all rows, and the gradient needs all sums: so shards wait for each other, but never
/// in a circle, and who is not begun yet is begun by whoever asks first.
/// </remarks>
[Reentrant, EvenPlacement]
internal sealed class ViewShardGrain<T>(
    Objectives objectives, NamedLosses losses, SiloWorkers workers, ILocalSiloDetails silo)
    : Grain, IViewShard<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Running _running = new();
    private readonly Kept<Outcome<ViewPart<T>>> _part = new(part => part.Failure is not null);
    private readonly Kept<Outcome<ViewTotals>> _totals = new(totals => totals.Failure is not null);
    private readonly Kept<Answer<T>> _answer = new(answer => answer.Failure is not null);

    public Task<bool> IsAtIt(StepKey key) => Task.FromResult(_running.Is(key));

    public Task<ViewAnswer<T>> Rows(Request<T> request, bool withSums, CancellationToken cancellationToken) =>
        _running.During(request.Key, async () =>
        {
            Outcome<ViewPart<T>> part = await PartOf(request, cancellationToken);
            Outcome<ViewTotals>? totals = withSums ? await TotalsOf(request, cancellationToken) : null;
            return part.Failure is null && totals?.Failure is null
                ? new ViewAnswer<T> { Rows = part.Value!.Rows, Sums = totals?.Value?.LogSums ?? default }
                : new ViewAnswer<T> { Failure = part.Failure ?? totals!.Failure };
        });

    public Task<Answer<T>> Evaluate(Request<T> request, CancellationToken cancellationToken) =>
        _running.During(request.Key, async () =>
        {
            (Answer<T> answer, bool wasKept) = await _answer.Get(
                request.Key, () => Compute(request, cancellationToken), cancellationToken);
            if (wasKept)
            {
                Tell(request, ShardEvent.Kept);
            }

            return answer;
        });

    private async Task<Answer<T>> Compute(Request<T> request, CancellationToken cancellationToken)
    {
        Tell(request, happened: null);
        long start = Stopwatch.GetTimestamp();
        Outcome<ViewTotals> totals = await TotalsOf(request, cancellationToken);
        if (totals.Failure is not null)
        {
            return Answer<T>.Of(totals.Failure);
        }

        Answer<T> answer = request.Key.WithGradient
            ? await Pull(request, totals.Value!, cancellationToken)
            : ShardWork.Checked<T>(PlaceOf(request), totals.Value!.Cost, []);
        if (answer.Failure is null)
        {
            Tell(request, ShardEvent.Done, Stopwatch.GetElapsedTime(start));
        }

        return answer;
    }

    private async Task<Outcome<ViewPart<T>>> PartOf(Request<T> request, CancellationToken cancellationToken) =>
        (await _part.Get(
            request.Key,
            () => workers.Run(
                () => objectives.Find<IShardViews<T>>(request.Objective) is { } views
                    ? ViewPart<T>.Embed(
                        views,
                        losses.Find<T, RetrievalLoss<T>>(request.Loss!),
                        PlaceOf(request),
                        request.Parameters.Memory,
                        cancellationToken)
                    : new(null, PlaceOf(request).Refuse(objectives.Missing<IShardViews<T>>(request.Objective))),
                cancellationToken),
            cancellationToken)).Answer;

    private async Task<Outcome<ViewTotals>> TotalsOf(Request<T> request, CancellationToken cancellationToken) =>
        (await _totals.Get(
            request.Key,
            async () =>
            {
                Outcome<ViewPart<T>> part = await PartOf(request, cancellationToken);
                if (part.Failure is not null)
                {
                    return new(null, part.Failure);
                }

                ViewMeeting<T> meeting = new(part.Value!);
                Failure? failure = await Stream(
                    request, withSums: false, (shard, other) => meeting.Meet(shard, other.Rows), cancellationToken);
                return failure is null ? new(meeting.Finish()) : new Outcome<ViewTotals>(null, failure);
            },
            cancellationToken)).Answer;

    private async Task<Answer<T>> Pull(Request<T> request, ViewTotals totals, CancellationToken cancellationToken)
    {
        Outcome<ViewPart<T>> part = await PartOf(request, cancellationToken);
        if (part.Failure is not null)
        {
            return Answer<T>.Of(part.Failure);
        }

        ViewPulling<T> pulling = new(part.Value!, totals);
        Failure? failure = await Stream(
            request,
            withSums: true,
            (shard, other) => pulling.Pull(shard, other.Rows, other.Sums),
            cancellationToken);
        return failure is not null ? Answer<T>.Of(failure) : await workers.Run(
            () => pulling.Finish(
                objectives.Find<IShardViews<T>>(request.Objective)!,
                PlaceOf(request),
                request.Parameters.Memory,
                cancellationToken),
            cancellationToken);
    }

    /// <summary>
    /// Takes in what all shards say, in the order of their numbers; the next one is asked while one is taken in.
    /// </summary>
    private async Task<Failure?> Stream(
        Request<T> request, bool withSums, Action<int, ViewAnswer<T>> take, CancellationToken cancellationToken)
    {
        Task<ViewAnswer<T>>? next = Ask(0);
        for (int shard = 0; shard < request.Tree.Shards; shard++)
        {
            ViewAnswer<T> answer = await next!;
            if (answer.Failure is not null)
            {
                return answer.Failure;
            }

            int number = shard;
            next = shard + 1 < request.Tree.Shards ? Ask(shard + 1) : null;
            await workers.Run(
                () =>
                {
                    take(number, answer);
                    return number;
                },
                cancellationToken);
        }

        return null;

        async Task<ViewAnswer<T>> Ask(int shard)
        {
            string run = PartKey.RunOf(this.GetPrimaryKeyString());
            IViewShard<T> other = GrainFactory.GetGrain<IViewShard<T>>(
                PartKey.Of(run, request.Objective, level: 0, shard, request.Tree.BlockOf(0, shard)));
            (ViewAnswer<T>? answer, List<ShardAttempt> attempts) = await Calling.Ask(
                other,
                request.Key,
                () => other.Rows(request, withSums, cancellationToken),
                request.Retries,
                shard,
                shards: 1,
                attempt => request.Tell(new(ShardEvent.Retried, shard, Silo: "", attempt.Elapsed, attempt.Error)),
                cancellationToken);
            return answer ?? new() { Failure = Failure.NoAnswer(shard, request.Key.Step, attempts) };
        }
    }

    private ShardPlace PlaceOf(Request<T> request) => new(
        PartKey.PartOf(this.GetPrimaryKeyString()).Index, request.Key.Step, silo.SiloAddress.ToString());

    private void Tell(Request<T> request, ShardEvent? happened, TimeSpan elapsed = default)
    {
        ShardPlace place = PlaceOf(request);
        request.Tell(new(happened, place.Shard, place.Silo, elapsed, Detail: null));
    }
}
