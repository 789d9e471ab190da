using System.Globalization;

namespace LossKit.Native;

/// <summary>What one loss returned: its cost, the losses of its examples, and their derivatives.</summary>
/// <param name="IsSingle">Whether it was computed in <see cref="float"/>.</param>
internal sealed record Series(string Name, bool IsSingle, double[] Numbers)
{
    private const char Between = '\t';

    /// <summary>A line each, with every digit.</summary>
    public static void Write(TextWriter output, IEnumerable<Series> all)
    {
        foreach (Series series in all)
        {
            IEnumerable<string> numbers = series.Numbers.Select(x => x.ToString("R", CultureInfo.InvariantCulture));
            output.WriteLine(string.Join(Between, [series.Name, $"{series.IsSingle}", .. numbers]));
        }
    }

    public static IEnumerable<Series> Read(IEnumerable<string> lines) =>
        from line in lines
        let parts = line.Split(Between)
        select new Series(
            parts[0],
            bool.Parse(parts[1]),
            [.. parts.Skip(2).Select(text => double.Parse(text, CultureInfo.InvariantCulture))]);
}
