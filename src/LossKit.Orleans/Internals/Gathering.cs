using Orleans;

namespace LossKit.Orleans.Internals;

/// <summary>Asks the parts of a level for what they say, a bounded number at a time, and adds it up.</summary>
internal sealed class Gathering<T>(IGrainFactory grains, string run, Request<T> request)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The sum of these parts of the level, or why there is none.</summary>
    /// <exception cref="OperationCanceledException">Nobody wants to know any more.</exception>
    public async Task<Answer<T>> Run(int level, Range parts, CancellationToken cancellationToken)
    {
        int first = parts.Start.Value;
        int count = parts.End.Value - first;
        int atOnce = (int)Math.Clamp(request.InFlight / request.Tree.Span(level), 1, count);
        Request<T> ofPart = request with { InFlight = request.InFlight / atOnce };
        TreeSum<Partial<T>> sum = new(count, Partial<T>.Add);
        Failure? failure = await Bounded.Run(
            count,
            atOnce,
            async (part, token) =>
            {
                Answer<T> answer = await Ask(level, first + part, ofPart, token);
                if (answer.Failure is null)
                {
                    sum.Add(part, answer.Total!);
                }

                return answer.Failure;
            },
            cancellationToken);
        return failure is null ? new() { Total = sum.Total } : Answer<T>.Of(failure);
    }

    private async Task<Answer<T>> Ask(int level, int index, Request<T> ofPart, CancellationToken cancellationToken)
    {
        (int first, int shards) = ofPart.Tree.ShardsOf(level, index);
        string key = PartKey.Of(run, ofPart.Objective, level, index, ofPart.Tree.BlockOf(level, index));
        IPart<T> part = level > 0 ? grains.GetGrain<INode<T>>(key)
            : request.Loss is null ? grains.GetGrain<IShard<T>>(key)
            : grains.GetGrain<IViewShard<T>>(key);
        (Answer<T>? answer, List<ShardAttempt> attempts) = await Calling.Ask(
            part,
            ofPart.Key,
            () => part.Evaluate(ofPart, cancellationToken),
            ofPart.Retries,
            first,
            shards,
            attempt => ofPart.Tell(new(ShardEvent.Retried, first, Silo: "", attempt.Elapsed, attempt.Error)),
            cancellationToken);
        return answer ?? Answer<T>.Of(Failure.NoAnswer(first, ofPart.Key.Step, attempts));
    }
}
