namespace LossKit.Orleans;

/// <summary>
/// A shard has no result: it has said something that no number of repetitions makes better (a NaN or infinity in cost
/// or gradient, an exception), or could not be reached as often as is allowed.
/// </summary>
public sealed class ShardException : Exception
{
    internal ShardException(int shard, long step, string silo, string reason, IReadOnlyList<ShardAttempt> attempts)
        : base(Text(shard, step, silo, reason, attempts))
    {
        (Shard, Step, Silo, Reason, Attempts) = (shard, step, silo, reason, attempts);
    }

    /// <summary>Which shard, or the first of those that could not be reached together.</summary>
    public int Shard { get; }

    /// <summary>The number of the evaluation.</summary>
    public long Step { get; }

    /// <summary>Where the shard was evaluated; empty if it could not be reached.</summary>
    public string Silo { get; }

    /// <summary>What was wrong.</summary>
    public string Reason { get; }

    /// <summary>The attempts that have failed before; none if the shard itself has said what is wrong.</summary>
    public IReadOnlyList<ShardAttempt> Attempts { get; }

    private static string Text(
        int shard, long step, string silo, string reason, IReadOnlyList<ShardAttempt> attempts)
    {
        string on = silo.Length == 0 ? "" : $" on {silo}";
        string first = FormattableString.Invariant($"Shard {shard} at step {step}{on}: {reason}");
        return string.Join(Environment.NewLine, attempts.Select(attempt => $"  {attempt}").Prepend(first));
    }
}
