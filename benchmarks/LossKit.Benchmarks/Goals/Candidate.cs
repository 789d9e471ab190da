using System.Diagnostics;

namespace LossKit.Benchmarks.Goals;

/// <summary>Something timed: the best of many short timings, as anything else on the machine only ever adds.</summary>
internal sealed class Candidate(string name, Func<double> run)
{
    /// <summary>Long enough for tiered compilation to have finished with it.</summary>
    private const int WarmUpMilliseconds = 700;

    private const int MillisecondsPerTiming = 4;

    private int _calls;
    private double _best = double.PositiveInfinity;

    public string Name => name;

    public double NanosecondsPerElement => _best / GoalsBatch.Count;

    public void WarmUp()
    {
        long start = Stopwatch.GetTimestamp();
        int calls = 0;
        for (; Stopwatch.GetElapsedTime(start).TotalMilliseconds < WarmUpMilliseconds; calls++)
        {
            run();
        }

        _calls = Math.Max(1, calls * MillisecondsPerTiming / WarmUpMilliseconds);
    }

    public void Time()
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < _calls; i++)
        {
            run();
        }

        _best = Math.Min(_best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / _calls);
    }
}
