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

        double start = Clock.Nanoseconds;
        for (int i = 0; i < calls; i++)
        {
            run();
        }

        return Clock.Nanoseconds - start;
    }
}
