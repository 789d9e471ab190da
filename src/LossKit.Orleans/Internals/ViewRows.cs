using Orleans;

namespace LossKit.Orleans.Internals;

/// <summary>The rows of a shard, normalised if the loss does that, as others meet them.</summary>
[GenerateSerializer, Immutable, Alias("LossKit.ViewRows`1")]
internal readonly record struct ViewRows<T>(
    [property: Id(0)] Numbers<T> Queries, [property: Id(1)] Numbers<T> Keys)
    where T : unmanaged, IFloatingPointIeee754<T>;

/// <summary>The log-sum-exp of each row of a shard over all rows of the other view.</summary>
[GenerateSerializer, Immutable, Alias("LossKit.ViewSums")]
internal readonly record struct ViewSums(
    [property: Id(0)] Numbers<double> OfQueries, [property: Id(1)] Numbers<double> OfKeys);

/// <summary>What a shard says to another one.</summary>
[GenerateSerializer, Immutable, Alias("LossKit.ViewAnswer`1")]
internal sealed class ViewAnswer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    [Id(0)]
    public ViewRows<T> Rows { get; init; }

    /// <summary>If they were asked for.</summary>
    [Id(1)]
    public ViewSums Sums { get; init; }

    [Id(2)]
    public Failure? Failure { get; init; }
}

/// <summary>A shard of a contrastive loss.</summary>
[Alias("LossKit.IViewShard`1")]
internal interface IViewShard<T> : IPart<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Its rows, and its sums if they are asked for, which it makes when somebody asks first.</summary>
    [ResponseTimeout("1.00:00:00")]
    Task<ViewAnswer<T>> Rows(Request<T> request, bool withSums, CancellationToken cancellationToken);
}
