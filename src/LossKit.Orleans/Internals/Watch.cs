using System.Diagnostics;
using System.Globalization;
using Orleans;

namespace LossKit.Orleans.Internals;

/// <summary>Follows the shards of a step: counts those that are done, and finds those that take too long.</summary>
internal sealed class Watch : IShardWatcher, IAsyncDisposable
{
    /// <summary>How often those that have been begun are looked at.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    private readonly IGrainFactory _grains;
    private readonly IProgress<ShardProgress> _progress;
    private readonly long _step;
    private readonly double _slowFactor;
    private readonly Dictionary<int, (string Silo, long Start)> _begun = [];
    private readonly HashSet<int> _slow = [];
    private readonly bool[] _isDone;
    private readonly List<TimeSpan> _times = [];
    private readonly CancellationTokenSource _end = new();
    private readonly Task _looking;
    private int _done;

    public Watch(
        IGrainFactory grains, IProgress<ShardProgress> progress, long step, int shards, double slowFactor)
    {
        (_grains, _progress, _step, _slowFactor) = (grains, progress, step, slowFactor);
        _isDone = new bool[shards];
        Reference = grains.CreateObjectReference<IShardWatcher>(this);
        _looking = Task.Run(LookForSlowOnes);
    }

    /// <summary>What silos reach it by.</summary>
    public IShardWatcher Reference { get; }

    public Task Happened(ShardNews news)
    {
        lock (_begun)
        {
            switch (news.Event)
            {
                case null when _isDone[news.Shard]:
                    // The other news has overtaken it.
                    return Task.CompletedTask;
                case null:
                    _begun[news.Shard] = (news.Silo, Stopwatch.GetTimestamp());
                    return Task.CompletedTask;
                case ShardEvent.Done or ShardEvent.Kept when _isDone[news.Shard]:
                    return Task.CompletedTask;
                case ShardEvent.Done or ShardEvent.Kept:
                    _isDone[news.Shard] = true;
                    _done++;
                    _begun.Remove(news.Shard);
                    if (news.Event == ShardEvent.Done)
                    {
                        _times.Add(news.Elapsed);
                    }

                    break;
            }

            Report(news);
        }

        return Task.CompletedTask;
    }

    /// <summary>The step has its result: of whose news has not come, that is the news.</summary>
    public void Complete()
    {
        for (int shard = 0; shard < _isDone.Length; shard++)
        {
            _ = Happened(new(ShardEvent.Done, shard, Silo: "", TimeSpan.Zero, Detail: null));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _looking.ConfigureAwait(false);
        _end.Dispose();
        _grains.DeleteObjectReference<IShardWatcher>(Reference);
    }

    private async Task LookForSlowOnes()
    {
        using PeriodicTimer timer = new(s_interval);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false))
            {
                lock (_begun)
                {
                    ReportSlowOnes();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The step is over.
        }
    }

    private void ReportSlowOnes()
    {
        // Of fewer than half of the shards, the median may be that of the quick ones.
        if (2 * _times.Count < _isDone.Length)
        {
            return;
        }

        TimeSpan median = _times.Order().ElementAt(_times.Count / 2);
        foreach ((int shard, (string silo, long start)) in _begun)
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            if (elapsed > s_interval && elapsed > _slowFactor * median && _slow.Add(shard))
            {
                string detail = string.Create(
                    CultureInfo.InvariantCulture, $"the median of the others is {median.TotalSeconds:G3} s");
                Report(new(ShardEvent.Slow, shard, silo, elapsed, detail));
            }
        }
    }

    private void Report(ShardNews news) => _progress.Report(new(
        _step, _isDone.Length, _done, news.Event!.Value, news.Shard, news.Silo, news.Elapsed, news.Detail));
}
