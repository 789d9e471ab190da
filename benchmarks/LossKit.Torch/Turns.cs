using System.Diagnostics;

namespace LossKit.Torch;

/// <summary>Two programs in turns, so that what else the machine does falls on both.</summary>
internal static class Turns
{
    private const int Repetitions = 7;

    /// <summary>The shortest time of each, in milliseconds.</summary>
    public static (double One, double Other) Best(Action one, Action other)
    {
        double ofOne = double.PositiveInfinity;
        double ofOther = double.PositiveInfinity;
        for (int k = 0; k < Repetitions; k++)
        {
            ofOne = Math.Min(ofOne, Time(one));
            ofOther = Math.Min(ofOther, Time(other));
        }

        return (ofOne, ofOther);
    }

    private static double Time(Action call)
    {
        long start = Stopwatch.GetTimestamp();
        call();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
