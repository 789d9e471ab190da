using Orleans;
using Orleans.Concurrency;

namespace LossKit.Orleans.Internals;

/// <summary>Adds up parts of the level below. It keeps nothing: they do.</summary>
[Reentrant, EvenPlacement]
internal sealed class NodeGrain<T> : Grain, INode<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Running _running = new();

    public Task<bool> IsAtIt(StepKey key) => Task.FromResult(_running.Is(key));

    public Task<Answer<T>> Evaluate(Request<T> request, CancellationToken cancellationToken)
    {
        string key = this.GetPrimaryKeyString();
        (int level, int index) = PartKey.PartOf(key);
        return _running.During(request.Key, () => new Gathering<T>(GrainFactory, PartKey.RunOf(key), request)
            .Run(level - 1, request.Tree.Children(level, index), cancellationToken));
    }
}
