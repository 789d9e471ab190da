using System.Globalization;

namespace LossKit.Orleans;

/// <summary>How a cluster is asked for shards. None of it changes a bit of the result.</summary>
public sealed record ShardingOptions
{
    /// <summary>
    /// The name of the run, by which silos know a step that is repeated, also by another client: then evaluations have
    /// to have the same <see cref="ShardedObjective{T}.Step"/>. One of its own by default.
    /// </summary>
    public string Run { get; init; } = Guid.NewGuid().ToString("N");

    /// <summary>
    /// How many shards whose numbers follow each other share a silo, a power of two; 1 by default. Their sum crosses
    /// the network instead of each of them.
    /// </summary>
    public int ShardsPerBlock { get; init; } = 1;

    /// <summary>
    /// How many parts are added up in one place, a power of two: shards or blocks by the client up to so many, by
    /// grains in between beyond that; 64 by default.
    /// </summary>
    public int FanOut { get; init; } = 64;

    /// <summary>The most shards, or slices, that are asked for at a time; as many as there are by default.</summary>
    public int InFlight { get; init; } = int.MaxValue;

    /// <summary>How often a part is asked for before giving up, at least 1; 5 by default.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>
    /// How long to wait before a part is asked for again, twice as long each time; half a second by default. Until a
    /// cluster knows that a silo is dead it may send requests there.
    /// </summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// How long a part may take before it counts as lost and is asked for again, at most a day; one hour by default. Of
    /// a silo that dies the parts are known to be lost as soon as the cluster's membership says so and a heartbeat
    /// asks; a shard that still computes is not started twice.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How often a part that has not answered is asked whether it is still at it; every two seconds by default.
    /// </summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// From how many times the median time of the step's shards on one is reported as slow; 4 by default, more than 1.
    /// </summary>
    public double SlowFactor { get; init; } = 4;

    /// <summary>How many examples a slice of a batch has; 65,536 by default.</summary>
    public int ExamplesPerSlice { get; init; } = 1 << 16;

    /// <exception cref="ArgumentException">A number is out of range.</exception>
    internal ShardingOptions Checked()
    {
        Check(!string.IsNullOrEmpty(Run) && !Run.Contains('/'), nameof(Run), Run, "a name without '/'");
        Check(IsPowerOfTwo(ShardsPerBlock), nameof(ShardsPerBlock), ShardsPerBlock, "a power of two");
        Check(FanOut > 1 && IsPowerOfTwo(FanOut), nameof(FanOut), FanOut, "a power of two of at least 2");
        Check(InFlight >= 1, nameof(InFlight), InFlight, "at least 1");
        Check(Attempts >= 1, nameof(Attempts), Attempts, "at least 1");
        Check(RetryDelay >= TimeSpan.Zero, nameof(RetryDelay), RetryDelay, "not negative");
        Check(
            Timeout > TimeSpan.Zero && Timeout <= TimeSpan.FromDays(1), nameof(Timeout), Timeout, "within a day");
        Check(Heartbeat > TimeSpan.Zero, nameof(Heartbeat), Heartbeat, "positive");
        Check(SlowFactor > 1, nameof(SlowFactor), SlowFactor, "more than 1");
        Check(ExamplesPerSlice >= 1, nameof(ExamplesPerSlice), ExamplesPerSlice, "at least 1");
        return this;

        static bool IsPowerOfTwo(int number) => number > 0 && BitOperations.IsPow2(number);

        static void Check(bool isRight, string name, object given, string expected)
        {
            if (!isRight)
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"'{name}' is {given}: must be {expected}."),
                    "options");
            }
        }
    }
}
