namespace LossKit.Benchmarks.Timing;

/// <summary>A contender in this process.</summary>
/// <param name="run">Computes the loss and returns its mean.</param>
internal sealed class Local(Func<double> run) : IContender
{
    public double Run() => run();

    public double Time(int calls)
    {
        double start = Clock.Nanoseconds;
        for (int i = 0; i < calls; i++)
        {
            run();
        }

        return Clock.Nanoseconds - start;
    }
}
