namespace LossKit.Benchmarks.Timing;

/// <summary>Timings that take turns, so that a disturbance hits all alike.</summary>
internal static class Interleaved
{
    private const double NanosecondsPerTiming = 1e6;
    private const int LargeElements = 1_000_000;
    private const int FewRounds = 7;
    private const int ManyRounds = 11;

    /// <summary>How many timings are enough: where a call is long, each is of many milliseconds.</summary>
    public static int Rounds(int elements) => elements < LargeElements ? ManyRounds : FewRounds;

    /// <summary>ns per call of each.</summary>
    public static (double Median, double Best)[] Measure(IReadOnlyList<IContender> contenders, int rounds)
    {
        int[] calls = [.. contenders.Select(Calls)];
        double[][] times = [.. contenders.Select(_ => new double[rounds])];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < contenders.Count; i++)
            {
                times[i][round] = contenders[i].Time(calls[i]) / calls[i];
            }
        }

        return [.. times.Select(MedianAndBest)];
    }

    private static int Calls(IContender contender)
    {
        int calls = 1;
        double time = contender.Time(calls);
        while (time < NanosecondsPerTiming / 4)
        {
            calls *= 4;
            time = contender.Time(calls);
        }

        return (int)Math.Max(1, Math.Round(calls * NanosecondsPerTiming / time));
    }

    private static (double Median, double Best) MedianAndBest(double[] numbers)
    {
        Array.Sort(numbers);
        return ((numbers[(numbers.Length - 1) / 2] + numbers[numbers.Length / 2]) / 2, numbers[0]);
    }
}
