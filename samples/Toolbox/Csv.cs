using System.Globalization;

namespace Toolbox;

/// <summary>Comma-separated numbers that are shipped with a sample.</summary>
public static class Csv
{
    /// <summary>The fields of each line of a file of the sample's folder <c>data</c>, without its header.</summary>
    public static IEnumerable<string[]> Lines(string file) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", file)).Skip(1).Select(line => line.Split(','));

    /// <summary>The same, all fields being numbers.</summary>
    public static double[][] Numbers(string file) =>
        [.. Lines(file).Select(fields => Array.ConvertAll(fields, Number))];

    public static double Number(string field) => double.Parse(field, CultureInfo.InvariantCulture);
}
