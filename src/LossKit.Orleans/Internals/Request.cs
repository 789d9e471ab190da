using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Orleans;

namespace LossKit.Orleans.Internals;

/// <summary>What all parts of an evaluation are asked.</summary>
[GenerateSerializer, Immutable, Alias("LossKit.Request`1")]
internal sealed record Request<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The name that the objective is registered by.</summary>
    [Id(0)]
    public required string Objective { get; init; }

    /// <summary>The name of the loss, if it is one over the rows of all shards.</summary>
    [Id(7)]
    public required string? Loss { get; init; }

    [Id(1)]
    public required ShardTree Tree { get; init; }

    [Id(2)]
    public required StepKey Key { get; init; }

    [Id(3)]
    public required Numbers<T> Parameters { get; init; }

    /// <summary>How many shards may be in flight below who is asked.</summary>
    [Id(4)]
    public required int InFlight { get; init; }

    [Id(5)]
    public required Retries Retries { get; init; }

    /// <summary>Who wants to know how far the shards are, if anybody does.</summary>
    [Id(6)]
    public required IShardWatcher? Watcher { get; init; }

    /// <summary>Tells who wants to know, and does not wait.</summary>
    public void Tell(ShardNews news) => _ = Watcher?.Happened(news);
}

/// <summary>What two requests have in common if one answer is the other's.</summary>
/// <remarks>
/// With a print of the parameters: a run that was begun anew by the name and the steps of another one may be at others.
/// </remarks>
[GenerateSerializer, Immutable, Alias("LossKit.StepKey")]
internal readonly record struct StepKey(
    [property: Id(0)] long Step, [property: Id(1)] bool WithGradient, [property: Id(2)] UInt128 Parameters)
{
    public static UInt128 PrintOf<T>(ReadOnlySpan<T> parameters) where T : unmanaged
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(parameters), hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }
}

/// <summary>How often a part is asked for, and how long it may take.</summary>
[GenerateSerializer, Immutable, Alias("LossKit.Retries")]
internal readonly record struct Retries(
    [property: Id(0)] int Attempts,
    [property: Id(1)] TimeSpan Delay,
    [property: Id(2)] TimeSpan Timeout,
    [property: Id(3)] TimeSpan Heartbeat)
{
    public Retries(ShardingOptions options)
        : this(options.Attempts, options.RetryDelay, options.Timeout, options.Heartbeat)
    {
    }
}
