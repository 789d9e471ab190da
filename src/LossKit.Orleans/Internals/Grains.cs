using Orleans;
using Orleans.Concurrency;

namespace LossKit.Orleans.Internals;

/// <summary>Who is asked for something that takes its time.</summary>
[Alias("LossKit.IAskable")]
internal interface IAskable : IGrainWithStringKey
{
    /// <summary>Whether it knows of the request, and has not answered yet.</summary>
    Task<bool> IsAtIt(StepKey key);
}

/// <summary>A part of the shards: one, or several added up.</summary>
/// <remarks>
/// The key is the run, the objective, the level and the number on it, and the block, by which it is placed. Orleans'
/// own timeout is the longest that a part may be given: what counts is <see cref="Retries.Timeout"/>.
/// </remarks>
internal interface IPart<T> : IAskable where T : unmanaged, IFloatingPointIeee754<T>
{
    [ResponseTimeout("1.00:00:00")]
    Task<Answer<T>> Evaluate(Request<T> request, CancellationToken cancellationToken);
}

/// <summary>One shard.</summary>
[Alias("LossKit.IShard`1")]
internal interface IShard<T> : IPart<T> where T : unmanaged, IFloatingPointIeee754<T>;

/// <summary>Several shards added up.</summary>
[Alias("LossKit.INode`1")]
internal interface INode<T> : IPart<T> where T : unmanaged, IFloatingPointIeee754<T>;

/// <summary>Who is told how far shards are. What does not arrive is not missed.</summary>
[Alias("LossKit.IShardWatcher")]
internal interface IShardWatcher : IGrainObserver
{
    [OneWay]
    Task Happened(ShardNews news);
}

/// <summary>What has happened to a shard, as far as it knows.</summary>
/// <param name="Event">What; null if it has been begun.</param>
/// <param name="Shard">To which shard.</param>
/// <param name="Silo">Where; empty where nobody knows.</param>
/// <param name="Elapsed">How long it has taken.</param>
/// <param name="Detail">What else there is to say.</param>
[GenerateSerializer, Immutable, Alias("LossKit.ShardNews")]
internal readonly record struct ShardNews(
    [property: Id(0)] ShardEvent? Event,
    [property: Id(1)] int Shard,
    [property: Id(2)] string Silo,
    [property: Id(3)] TimeSpan Elapsed,
    [property: Id(4)] string? Detail);
