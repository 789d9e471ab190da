using Orleans;

namespace LossKit.Orleans.Internals;

/// <summary>What some shards say: their sum, or why there is none.</summary>
/// <remarks>
/// A failure is no exception on its way: it has to arrive as it was, whatever silos make of those.
/// </remarks>
[GenerateSerializer, Immutable, Alias("LossKit.Answer`1")]
internal sealed class Answer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    [Id(0)]
    public Partial<T>? Total { get; init; }

    [Id(1)]
    public Failure? Failure { get; init; }

    public static Answer<T> Of(Failure failure) => new() { Failure = failure };

    /// <exception cref="ShardException">There is none.</exception>
    public Partial<T> TotalOrThrow() => Total ?? throw Failure!.ToException();
}

/// <summary>Why there is no sum.</summary>
[GenerateSerializer, Immutable, Alias("LossKit.Failure")]
internal sealed record Failure(
    [property: Id(0)] int Shard,
    [property: Id(1)] long Step,
    [property: Id(2)] string Silo,
    [property: Id(3)] string Reason,
    [property: Id(4)] ShardAttempt[] Attempts)
{
    /// <summary>It could not be reached.</summary>
    public static Failure NoAnswer(int shard, long step, List<ShardAttempt> attempts) => new(
        shard,
        step,
        Silo: "",
        FormattableString.Invariant($"no answer after {attempts.Count} attempts"),
        [.. attempts]);

    public ShardException ToException() => new(Shard, Step, Silo, Reason, Attempts);
}
