using Toolbox;

namespace SurvivalAnalysis;

/// <summary>A strike as far as it was watched.</summary>
/// <param name="Duration">How many days it lasted in the end.</param>
/// <param name="Production">How far industrial production was from what was to be expected, in steps of 0.05.</param>
internal readonly record struct Strike(int Duration, float Production)
{
    /// <summary>What a step of production is, about 5 %.</summary>
    public const double Step = 0.05;

    /// <summary>After this day nobody looks any more: strikes that go on are censored.</summary>
    public const int LastDay = 80;

    /// <summary>The last day on which it was seen.</summary>
    public int Day => Math.Min(Duration, LastDay);

    public bool HasEnded => Duration <= LastDay;

    public static Strike[] Load() =>
        [.. Csv.Numbers("strikes.csv").Select(numbers => new Strike((int)numbers[0], (float)(numbers[1] / Step)))];
}
