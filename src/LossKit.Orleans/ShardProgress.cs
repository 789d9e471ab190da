using System.Globalization;

namespace LossKit.Orleans;

/// <summary>What has happened to a shard.</summary>
public enum ShardEvent
{
    /// <summary>It has been evaluated.</summary>
    Done,

    /// <summary>It had been evaluated at this step already, and has said the same again.</summary>
    Kept,

    /// <summary>It takes much longer than the others; said once a step.</summary>
    Slow,

    /// <summary>It, or those from it on, could not be reached, and will be asked again.</summary>
    Retried,
}

/// <summary>How far an evaluation is, and what has just happened to one of its shards.</summary>
/// <param name="Step">The number of the evaluation.</param>
/// <param name="Shards">How many shards there are.</param>
/// <param name="Done">How many of them are done.</param>
/// <param name="Event">What has happened.</param>
/// <param name="Shard">To which shard.</param>
/// <param name="Silo">Where; empty where nobody knows.</param>
/// <param name="Elapsed">How long it has taken so far.</param>
/// <param name="Detail">
/// What else there is to say: the median of a slow one's others, the error of a retried one.
/// </param>
public readonly record struct ShardProgress(
    long Step, int Shards, int Done, ShardEvent Event, int Shard, string Silo, TimeSpan Elapsed, string? Detail)
{
    /// <summary>One line, for logs.</summary>
    public override string ToString()
    {
        string silo = Silo.Length == 0 ? "" : $" on {Silo}";
        string detail = Detail is null ? "" : $": {Detail}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"step {Step}, {Done} of {Shards} shards: {Shard} {Event}{silo} after {Elapsed.TotalSeconds:G3} s{detail}");
    }
}
