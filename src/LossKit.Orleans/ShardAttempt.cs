using System.Globalization;
using Orleans;

namespace LossKit.Orleans;

/// <summary>An attempt to reach shards that has failed.</summary>
/// <param name="FirstShard">The first of the shards that were asked for.</param>
/// <param name="Shards">How many they were.</param>
/// <param name="Number">Which attempt it was, from 1 on.</param>
/// <param name="Elapsed">How long it took to fail.</param>
/// <param name="Error">What the cluster said.</param>
[GenerateSerializer, Immutable, Alias("LossKit.ShardAttempt")]
public readonly record struct ShardAttempt(
    [property: Id(0)] int FirstShard,
    [property: Id(1)] int Shards,
    [property: Id(2)] int Number,
    [property: Id(3)] TimeSpan Elapsed,
    [property: Id(4)] string Error)
{
    /// <summary>One line, for logs.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"attempt {Number} at {Shards} shard(s) from {FirstShard} on, after {Elapsed.TotalSeconds:G3} s: {Error}");
}
