using LossKit.Conformance;

namespace LossKit.Native;

/// <summary>Numbers of this process beside those of another, which may have other registers.</summary>
internal static class Comparison
{
    /// <summary>Prints what differs, how many series are the same to the last bit, and how many passed.</summary>
    /// <returns>0 if all numbers are near enough, and both have the same series.</returns>
    public static int Of(IEnumerable<Series> expected, IEnumerable<Series> got, TextWriter output)
    {
        Dictionary<string, Series> others = expected.ToDictionary(series => series.Name);
        List<(Series Series, string? Difference, bool IsSame)> compared =
        [
            .. got.Select(series => others.Remove(series.Name, out Series? other)
                ? (series, Difference(other, series), other.Numbers.SequenceEqual(series.Numbers))
                : (series, "only here", false)),
            .. others.Values.Select(other => (other, "only there", false)),
        ];
        foreach ((Series series, string? difference, _) in compared.Where(pair => pair.Difference is not null))
        {
            output.WriteLine($"{series.Name}: {difference}");
        }

        int passed = compared.Count(pair => pair.Difference is null);
        output.WriteLine($"{compared.Count(pair => pair.IsSame)} of {compared.Count} the same to the last bit");
        output.WriteLine($"{passed} passed, {compared.Count - passed} failed");
        return passed == compared.Count ? 0 : 1;
    }

    private static string? Difference(Series expected, Series got)
    {
        if (expected.Numbers.Length != got.Numbers.Length)
        {
            return $"{got.Numbers.Length} numbers, expected {expected.Numbers.Length}";
        }

        Tolerance tolerance = got.IsSingle ? new Tolerance().ForFloat(expected.Numbers) : new();
        int place = expected.Numbers.Zip(got.Numbers, tolerance.Allows).ToList().IndexOf(false);
        return place < 0 ? null : $"number {place} is {got.Numbers[place]:R}, expected {expected.Numbers[place]:R}";
    }
}
