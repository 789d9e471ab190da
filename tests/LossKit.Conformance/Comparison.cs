using System.Globalization;

namespace LossKit.Conformance;

/// <summary>Compares what a loss returned with what a case expects.</summary>
internal static class Comparison
{
    /// <summary>The fields of the case in which some method differs, each with the first difference.</summary>
    /// <remarks>A field that no method returned differs, too.</remarks>
    public static IEnumerable<(string Field, string Difference)> Differences(
        Case given, IReadOnlyList<Observation> seen, Func<double[], Tolerance> toleranceOf)
    {
        foreach ((string field, double[] expected) in given.Results)
        {
            Tolerance tolerance = toleranceOf(expected);
            string? difference = seen
                .Where(observation => observation.Field == field)
                .Select(observation => Difference(expected, observation, tolerance))
                .DefaultIfEmpty($"{field}: expected {expected.Length} numbers, but the loss has none to return")
                .FirstOrDefault(text => text is not null);
            if (difference is not null)
            {
                yield return (field, difference);
            }
        }
    }

    private static string? Difference(double[] expected, Observation seen, Tolerance tolerance)
    {
        double[] got = seen.Numbers;
        if (got.Length != expected.Length)
        {
            return $"{seen.Field} of {seen.Method}: expected {expected.Length} numbers, got {got.Length}";
        }

        int index = expected.Zip(got).ToList().FindIndex(pair => !tolerance.Allows(pair.First, pair.Second));
        return index < 0
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{seen.Field}[{index}] of {seen.Method}: expected {expected[index]:R}, got {got[index]:R}");
    }
}
