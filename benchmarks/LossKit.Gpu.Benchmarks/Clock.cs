using System.Diagnostics;

namespace LossKit.Gpu.Benchmarks;

/// <summary>How long something takes, and how much time there still is.</summary>
internal sealed class Clock(double seconds)
{
    private const int Samples = 7;

    private readonly Stopwatch _all = Stopwatch.StartNew();

    public bool IsOver => _all.Elapsed.TotalSeconds > seconds;

    public TimeSpan Elapsed => _all.Elapsed;

    /// <summary>
    /// Seconds that one of <paramref name="repeats"/> launches takes, queued one after the other: the median of some
    /// series, after one that is not counted.
    /// </summary>
    public static double Median(Accelerator accelerator, int repeats, Action launch)
    {
        double[] times = new double[Samples];
        for (int sample = -1; sample < Samples; sample++)
        {
            accelerator.Synchronize();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < repeats; i++)
            {
                launch();
            }

            accelerator.Synchronize();
            times[Math.Max(sample, 0)] = Stopwatch.GetElapsedTime(start).TotalSeconds / repeats;
        }

        Array.Sort(times);
        return times[Samples / 2];
    }
}
