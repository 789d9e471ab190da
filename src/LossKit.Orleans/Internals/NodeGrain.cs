using Orleans;
using Orleans.Concurrency;

namespace LossKit.Orleans.Internals;

/// <summary>Adds up parts of the level below. It keeps nothing: they do.</summary>
[Reentrant, EvenPlacement]
internal sealed class NodeGrain<T> : Grain, INode<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public Task<Answer<T>> Evaluate(Request<T> request, CancellationToken cancellationToken)
    {
        string key = this.GetPrimaryKeyString();
        (int level, int index) = PartKey.PartOf(key);
        return new Gathering<T>(GrainFactory, PartKey.RunOf(key), request)
            .Run(level - 1, request.Tree.Children(level, index), cancellationToken);
    }
}
