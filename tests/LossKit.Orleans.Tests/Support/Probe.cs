using System.Collections.Concurrent;

namespace LossKit.Orleans.Tests.Support;

/// <summary>
/// Logistic regression that does to a shard what a test tells it to, and counts; the silos of a test are in one
/// process.
/// </summary>
internal sealed class Probe : LogisticShards<double>
{
    private static int s_running;
    private static int s_mostRunning;

    /// <summary>What happens to a shard before it is evaluated; the number of the call is the second one.</summary>
    public static Action<int, int, CancellationToken> Before { get; set; } = (_, _, _) => { };

    /// <summary>What becomes of the gradient.</summary>
    public static Action<int, double[]> After { get; set; } = (_, _) => { };

    /// <summary>What a shard's cost is, if not its own.</summary>
    public static Func<int, Cost?> Instead { get; set; } = _ => null;

    public static ConcurrentDictionary<int, int> Calls { get; } = [];

    public static int MostRunning => s_mostRunning;

    public static void Reset()
    {
        (Before, After, Instead) = ((_, _, _) => { }, (_, _) => { }, _ => null);
        (s_running, s_mostRunning) = (0, 0);
        Calls.Clear();
    }

    public override Cost ValueAndGradient(
        int shard, ReadOnlySpan<double> parameters, Span<double> gradient, CancellationToken cancellationToken)
    {
        int running = Interlocked.Increment(ref s_running);
        InterlockedMaximum(running);
        try
        {
            Before(shard, Calls.AddOrUpdate(shard, 1, (_, calls) => calls + 1), cancellationToken);
            Cost cost = base.ValueAndGradient(shard, parameters, gradient, cancellationToken);
            double[] changed = gradient.ToArray();
            After(shard, changed);
            changed.CopyTo(gradient);
            return Instead(shard) ?? cost;
        }
        finally
        {
            Interlocked.Decrement(ref s_running);
        }
    }

    private static void InterlockedMaximum(int running)
    {
        for (int most = s_mostRunning; running > most; most = s_mostRunning)
        {
            if (Interlocked.CompareExchange(ref s_mostRunning, running, most) == most)
            {
                return;
            }
        }
    }
}
