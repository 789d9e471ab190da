namespace ProbabilisticForecast;

/// <summary>What is asked of a forecast: by how much the value will have changed so many weeks later.</summary>
/// <param name="Origin">The week in which it is made.</param>
/// <param name="Horizon">How many weeks it looks ahead.</param>
internal readonly record struct Question(int Origin, int Horizon)
{
    public const int Features = 16;

    /// <summary>How many weeks of the past a forecast looks at.</summary>
    public const int Memory = 5 * CarbonDioxide.WeeksOfYear;

    /// <summary>The most weeks that are looked ahead.</summary>
    public const int FarthestHorizon = CarbonDioxide.WeeksOfYear;

    /// <summary>All questions of these weeks, neither end of which lies outside of them.</summary>
    public static Question[] Between(int first, int end) =>
    [
        .. from origin in Enumerable.Range(first, end - first)
           from horizon in Enumerable.Range(1, FarthestHorizon)
           where origin + horizon < end
           select new Question(origin, horizon),
    ];

    /// <summary>What a forecast may know: how far ahead, the seasons of both weeks, and how it went lately.</summary>
    public static float[] FeaturesOf(ReadOnlySpan<Question> questions, CarbonDioxide series)
    {
        float[] features = new float[questions.Length * Features];
        for (int i = 0; i < questions.Length; i++)
        {
            questions[i].Describe(series, features.AsSpan(i * Features, Features));
        }

        return features;
    }

    /// <summary>What came, NaN where it was not measured.</summary>
    public static float[] TargetsOf(ReadOnlySpan<Question> questions, CarbonDioxide series)
    {
        float[] targets = new float[questions.Length];
        for (int i = 0; i < questions.Length; i++)
        {
            targets[i] = series.Change(questions[i].Origin, questions[i].Horizon);
        }

        return targets;
    }

    private void Describe(CarbonDioxide series, Span<float> features)
    {
        float share = (float)Horizon / FarthestHorizon;
        features[0] = share;
        features[1] = MathF.Sqrt(share);
        Season(series.Year(Origin), features[2..6]);
        Season(series.Year(Origin + Horizon), features[6..10]);
        features[10] = series.RecentChange(Origin, 1);
        features[11] = series.RecentChange(Origin, 4);
        features[12] = series.RecentChange(Origin, 13) / 2;
        features[13] = series.RecentChange(Origin, CarbonDioxide.WeeksOfYear) - 1;

        // What the change would be if it went on as in the last years, and how fast that was.
        float growth = series.RecentChange(Origin, Memory) * CarbonDioxide.WeeksOfYear / Memory;
        features[14] = growth * share;
        features[15] = growth - 1;
    }

    /// <summary>Once and twice around a year.</summary>
    private static void Season(double year, Span<float> features)
    {
        for (int k = 0; k < features.Length / 2; k++)
        {
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * (k + 1) * year);
            (features[2 * k], features[2 * k + 1]) = ((float)sine, (float)cosine);
        }
    }
}
