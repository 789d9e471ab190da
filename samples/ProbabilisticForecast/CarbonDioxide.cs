using System.Globalization;
using Toolbox;

namespace ProbabilisticForecast;

/// <summary>The carbon dioxide of the air on Mauna Loa, week by week.</summary>
/// <param name="Days">The Saturday of each week.</param>
/// <param name="Values">Parts per million; NaN where there was no measurement.</param>
internal sealed record CarbonDioxide(DateOnly[] Days, float[] Values)
{
    public const int WeeksOfYear = 52;
    private const double DaysOfYear = 365.25;

    /// <summary>The last value that is known in each week, so that what a forecast starts from has no gap.</summary>
    private readonly float[] _known = Known(Values);

    public int Weeks => Values.Length;

    public static CarbonDioxide Load()
    {
        string[][] lines = [.. Csv.Lines("co2.csv")];
        return new(
            [.. lines.Select(fields => DateOnly.Parse(fields[0], CultureInfo.InvariantCulture))],
            [.. lines.Select(fields => fields[1].Length == 0 ? float.NaN : (float)Csv.Number(fields[1]))]);
    }

    /// <summary>The first week that is not before this year.</summary>
    public int FirstOf(int year) => Array.FindIndex(Days, day => day.Year >= year);

    /// <summary>The date as a number of years.</summary>
    public double Year(int week) => Days[week].Year + (Days[week].DayOfYear - 0.5) / DaysOfYear;

    /// <summary>By how much the value will differ so many weeks later; NaN where one is missing.</summary>
    public float Change(int from, int weeks) => Values[from + weeks] - Values[from];

    /// <summary>By how much what is known changed in the weeks before this one.</summary>
    public float RecentChange(int week, int weeks) => _known[week] - _known[week - weeks];

    /// <summary>By how much it rose within a year, in the mean over these weeks.</summary>
    public double YearlyChange(int first, int end) =>
        Enumerable.Range(first, end - first).Average(week => RecentChange(week, WeeksOfYear));

    private static float[] Known(float[] values)
    {
        float[] known = [.. values];
        for (int week = 1; week < known.Length; week++)
        {
            known[week] = float.IsNaN(known[week]) ? known[week - 1] : known[week];
        }

        return known;
    }
}
