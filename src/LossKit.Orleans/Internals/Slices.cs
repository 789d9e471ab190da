using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace LossKit.Orleans.Internals;

/// <summary>Some examples of a batch.</summary>
[GenerateSerializer, Immutable, Alias("LossKit.SliceRequest`2")]
internal sealed record SliceRequest<T, TTarget>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged
{
    /// <summary>The number of the batch.</summary>
    [Id(0)]
    public required long Call { get; init; }

    [Id(1)]
    public required int Slice { get; init; }

    [Id(2)]
    public required bool WithGradient { get; init; }

    [Id(3)]
    public required Numbers<T> Predictions { get; init; }

    [Id(4)]
    public required Numbers<TTarget> Targets { get; init; }

    [Id(5)]
    public required Numbers<T> Weights { get; init; }

    public StepKey Key => new(Call, WithGradient, Parameters: 0);

    /// <summary>What a loss says of it.</summary>
    public SliceAnswer<T> Evaluate(ILoss<T, TTarget> loss, string silo)
    {
        T[] gradient = WithGradient ? new T[Predictions.Memory.Length] : [];
        return ShardWork.Guard(
            new(Slice, Call, silo),
            "loss",
            () => new SliceAnswer<T>
            {
                Cost = WithGradient
                    ? loss.ValueAndGradient(
                        Predictions.Memory.Span, Targets.Memory.Span, gradient, Weights.Memory.Span, Reduction.Sum)
                    : loss.Value(Predictions.Memory.Span, Targets.Memory.Span, Weights.Memory.Span),
                Gradient = new(gradient),
            },
            failure => new SliceAnswer<T> { Failure = failure },
            CancellationToken.None);
    }
}

/// <summary>What a loss says of a slice.</summary>
[GenerateSerializer, Immutable, Alias("LossKit.SliceAnswer`1")]
internal sealed class SliceAnswer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    [Id(0)]
    public Cost Cost { get; init; }

    [Id(1)]
    public Numbers<T> Gradient { get; init; }

    [Id(2)]
    public Failure? Failure { get; init; }
}

/// <summary>Evaluates slices, of any batch and any loss.</summary>
[Alias("LossKit.ISlice`2")]
internal interface ISlice<T, TTarget> : IAskable
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged
{
    [ResponseTimeout("1.00:00:00")]
    Task<SliceAnswer<T>> Evaluate(
        string loss, SliceRequest<T, TTarget> request, CancellationToken cancellationToken);
}

/// <inheritdoc/>
[Reentrant, EvenPlacement]
internal sealed class SliceGrain<T, TTarget>(NamedLosses losses, SiloWorkers workers, ILocalSiloDetails silo)
    : Grain, ISlice<T, TTarget>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged
{
    private readonly Running _running = new();

    public Task<bool> IsAtIt(StepKey key) => Task.FromResult(_running.Is(key));

    public Task<SliceAnswer<T>> Evaluate(
        string loss, SliceRequest<T, TTarget> request, CancellationToken cancellationToken) => _running.During(
            request.Key,
            () => workers.Run(
                () => request.Evaluate(losses.Find<T, ILoss<T, TTarget>>(loss), silo.SiloAddress.ToString()),
                cancellationToken));
}

/// <summary>All slices by a cluster.</summary>
internal sealed class ClusterSlices<T, TTarget>(
    ILoss<T, TTarget> loss, IGrainFactory cluster, ShardingOptions options)
    : SlicedLoss<T, TTarget>(loss.Shape, options.ExamplesPerSlice)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged
{
    private readonly string _name = loss.ToString()!;

    private protected override Task<Failure?> EvaluateAsync(
        int slices,
        Func<int, SliceRequest<T, TTarget>> slice,
        Action<int, SliceAnswer<T>> take,
        CancellationToken cancellationToken) => Bounded.Run(
            slices,
            options.InFlight,
            async (number, token) =>
            {
                SliceRequest<T, TTarget> request = slice(number);
                ISlice<T, TTarget> grain = cluster.GetGrain<ISlice<T, TTarget>>(
                    PartKey.Of(options.Run, name: "", level: 0, number, block: number));
                (SliceAnswer<T>? answer, List<ShardAttempt> attempts) = await Calling.Ask(
                    grain,
                    request.Key,
                    () => grain.Evaluate(_name, request, token),
                    new(options),
                    number,
                    shards: 1,
                    _ => { },
                    token);
                if (answer is null)
                {
                    return Failure.NoAnswer(number, request.Call, attempts);
                }

                if (answer.Failure is null)
                {
                    take(number, answer);
                }

                return answer.Failure;
            },
            cancellationToken);
}

/// <summary>All slices by this process, one after the other.</summary>
internal sealed class LocalSlices<T, TTarget>(ILoss<T, TTarget> loss, int examplesPerSlice)
    : SlicedLoss<T, TTarget>(loss.Shape, examplesPerSlice)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged
{
    private protected override Task<Failure?> EvaluateAsync(
        int slices,
        Func<int, SliceRequest<T, TTarget>> slice,
        Action<int, SliceAnswer<T>> take,
        CancellationToken cancellationToken)
    {
        Failure? failure = null;
        for (int number = 0; number < slices && failure is null; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SliceAnswer<T> answer = slice(number).Evaluate(loss, Here.Name);
            failure = answer.Failure;
            if (failure is null)
            {
                take(number, answer);
            }
        }

        return Task.FromResult(failure);
    }
}
