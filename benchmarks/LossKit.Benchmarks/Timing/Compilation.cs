using System.Runtime;

namespace LossKit.Benchmarks.Timing;

/// <summary>Has everything compiled as well as it will be in the long run, before anything is timed.</summary>
internal static class Compilation
{
    /// <summary>More than the thirty calls after which the JIT compiler has a closer look.</summary>
    private const int Calls = 40;

    private const int MostPasses = 20;
    private const int QuietPasses = 2;
    private const int MillisecondsToCompile = 300;

    /// <param name="contenders">All that will be measured, on batches that may be smaller; gone through lazily.</param>
    public static void Finish(IEnumerable<IContender> contenders)
    {
        int quiet = 0;
        for (int pass = 0; pass < MostPasses && quiet < QuietPasses; pass++)
        {
            long before = JitInfo.GetCompiledMethodCount();
            foreach (IContender contender in contenders)
            {
                contender.Time(Calls);
            }

            Thread.Sleep(MillisecondsToCompile);
            quiet = JitInfo.GetCompiledMethodCount() == before ? quiet + 1 : 0;
        }
    }
}
