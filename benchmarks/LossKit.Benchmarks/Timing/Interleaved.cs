namespace LossKit.Benchmarks.Timing;

/// <summary>Timings that take turns, so that a disturbance hits all alike.</summary>
internal static class Interleaved
{
    private const double NanosecondsPerTiming = 1e6;
    private const double NanosecondsOfLong = 1e8;
    private const double NanosecondsOfVeryLong = 5e8;
    private const int LargeElements = 1_000_000;
    private const int FewRounds = 5;
    private const int ManyRounds = 11;

    /// <summary>How many timings are enough: where a call is long, each is of many milliseconds.</summary>
    public static int Rounds(int elements) => elements < LargeElements ? ManyRounds : FewRounds;

    /// <summary>ns per call of each.</summary>
    public static (double Median, double Best)[] Measure(IReadOnlyList<IContender> contenders, int rounds)
    {
        (int Calls, double Time)[] plans = [.. contenders.Select(Plan)];
        int[] periods = [.. plans.Select(plan => Period(plan.Time, rounds))];
        List<double>[] times = [.. plans.Zip(periods, (plan, period) =>
            (List<double>)(period > 1 ? [plan.Time] : []))];
        for (int round = 1; round <= rounds; round++)
        {
            for (int i = 0; i < contenders.Count; i++)
            {
                if (round % periods[i] == 0)
                {
                    int calls = plans[i].Calls;
                    times[i].Add(contenders[i].Time(calls) / calls);
                }
            }
        }

        return [.. times.Select(MedianAndBest)];
    }

    /// <summary>
    /// Every how many rounds a contender is timed: a long one seldom, a very long one once, or few would take all the
    /// time. What planning took counts then too.
    /// </summary>
    private static int Period(double nanoseconds, int rounds) => nanoseconds switch
    {
        > NanosecondsOfVeryLong => rounds,
        > NanosecondsOfLong => 3,
        _ => 1,
    };

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

    private static (double Median, double Best) MedianAndBest(List<double> numbers)
    {
        numbers.Sort();
        return ((numbers[(numbers.Count - 1) / 2] + numbers[numbers.Count / 2]) / 2, numbers[0]);
    }
}
