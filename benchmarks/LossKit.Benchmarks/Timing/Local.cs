using System.Diagnostics;

namespace LossKit.Benchmarks.Timing;

/// <summary>A contender in this process.</summary>
/// <param name="run">Computes the loss and returns its mean.</param>
internal sealed class Local(Func<double> run) : IContender
{
    public double Run() => run();

    public double Time(int calls)
    {
        // What is too long to be repeated is also too long to find its data in a cache.
        if (calls > 1)
        {
            run();
        }

        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
        {
            run();
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }
}
