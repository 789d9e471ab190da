namespace LossKit.Benchmarks.Timing;

/// <summary>Timings that take turns, so that a disturbance hits all alike.</summary>
internal static class Interleaved
{
    private const double NanosecondsPerTiming = 1e6;
    private const double NanosecondsOfLong = 1e7;
    private const double NanosecondsOfVeryLong = 5e8;
    private const int LargeElements = 500_000;
    private const int FewRounds = 7;
    private const int ManyRounds = 9;

    /// <summary>How many timings are enough: where a call is long, each is of many milliseconds.</summary>
    public static int Rounds(int elements) => elements < LargeElements ? ManyRounds : FewRounds;

    /// <summary>
    /// ns per call of each. What is timed by single calls has its first timing when they are planned; what takes very
    /// long has no other, or few would take all the time.
    /// </summary>
    public static (double Median, double Best)[] Measure(IReadOnlyList<IContender> contenders, int rounds)
    {
        (int Calls, double Time)[] plans = [.. contenders.Select(Plan)];
        List<double>[] times = [.. plans.Select(plan => (List<double>)(plan.Calls == 1 ? [plan.Time] : []))];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < contenders.Count; i++)
            {
                (int calls, double time) = plans[i];
                if (time > NanosecondsOfVeryLong || times[i].Count == rounds)
                {
                    continue;
                }

                // Whoever came before has filled the caches; what is long does not find its data there anyway.
                if (time < NanosecondsOfLong)
                {
                    contenders[i].Time(1);
                }

                times[i].Add(contenders[i].Time(calls) / calls);
            }
        }

        return [.. times.Select(MedianAndBest)];
    }

    public static double Median(IEnumerable<double> numbers)
    {
        double[] sorted = [.. numbers.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>How many calls a timing has, and what one took.</summary>
    private static (int Calls, double Time) Plan(IContender contender)
    {
        int calls = 1;
        double time = contender.Time(calls);
        while (time < NanosecondsPerTiming / 4)
        {
            calls *= 4;
            time = contender.Time(calls);
        }

        return ((int)Math.Max(1, Math.Round(calls * NanosecondsPerTiming / time)), time / calls);
    }

    private static (double Median, double Best) MedianAndBest(List<double> numbers) => (Median(numbers), numbers.Min());
}
