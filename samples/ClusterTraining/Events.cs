using System.Collections.Concurrent;
using LossKit.Orleans;

namespace ClusterTraining;

/// <summary>Kills a silo in the middle of a step, and keeps what the cluster says of it.</summary>
internal sealed class Events(SiloProcess victim, int killAtStep) : IProgress<ShardProgress>
{
    private int _isKilled;

    /// <summary>Shards that were asked for again, or were slow.</summary>
    public ConcurrentQueue<ShardProgress> Troubles { get; } = [];

    /// <summary>When the silo was killed.</summary>
    public ShardProgress? KilledAt { get; private set; }

    public void Report(ShardProgress value)
    {
        if (value.Step == killAtStep && value.Done >= value.Shards / 2 && Interlocked.Exchange(ref _isKilled, 1) == 0)
        {
            KilledAt = value;
            victim.Kill().Wait();
        }

        if (value.Event is ShardEvent.Retried or ShardEvent.Slow)
        {
            Troubles.Enqueue(value);
        }
    }
}
