using ScottPlot;
using ScottPlot.Plottables;

namespace LossKit.Plots.Drawing;

/// <summary>Lines of numbers that need not be finite, and limits that a few huge ones do not decide.</summary>
internal static class Strokes
{
    /// <summary>A line that is interrupted where a number is not finite, and at given places.</summary>
    public static void Line(
        this Panel panel,
        IReadOnlyList<double> xs,
        IReadOnlyList<double> ys,
        string name,
        Color color,
        LinePattern pattern,
        IReadOnlyList<double>? breaks = null,
        (double Low, double High)? limits = null,
        float width = 2.2f)
    {
        // A line that goes far beyond the picture, as toward a pole, would lose its dashes.
        (double low, double high) = limits ?? (double.NegativeInfinity, double.PositiveInfinity);
        double beyond = high - low;
        string legend = name;
        int start = 0;
        for (int i = 0; i <= xs.Count; i++)
        {
            bool isEnd = i == xs.Count || !double.IsFinite(ys[i]);
            if (isEnd || (i > start && (breaks ?? []).Any(at => xs[i - 1] < at && at < xs[i])))
            {
                if (i > start)
                {
                    Scatter line = panel.Plot.Add.ScatterLine(
                        xs.Skip(start).Take(i - start).ToArray(),
                        ys.Skip(start).Take(i - start)
                            .Select(y => Math.Clamp(y, low - beyond, high + beyond)).ToArray(),
                        color);
                    line.LineWidth = width;
                    line.LinePattern = pattern;
                    line.LegendText = legend;
                    legend = "";
                }

                start = isEnd ? i + 1 : i;
            }
        }
    }

    /// <summary>A line from the lower to the upper end of a plot.</summary>
    public static void Vertical(
        this Panel panel, double x, string name, Color color, LinePattern pattern, float width) =>
        panel.Plot.Add.VerticalLine(x, width, color, pattern).LegendText = name;

    /// <summary>Limits of what can be seen of lines: nearly all of it, unless a few numbers are far off.</summary>
    public static (double Low, double High) Limits(params IEnumerable<double>[] lines)
    {
        double[] sorted = [.. lines.SelectMany(line => line).Where(double.IsFinite).Order()];
        if (sorted.Length == 0)
        {
            return (0, 1);
        }

        double low = sorted[(int)(0.04 * (sorted.Length - 1))];
        double high = sorted[(int)Math.Ceiling(0.96 * (sorted.Length - 1))];
        double spread = high - low;
        low = low - sorted[0] <= 2 * spread ? sorted[0] : low - 0.5 * spread;
        high = sorted[^1] - high <= 2 * spread ? sorted[^1] : high + 0.5 * spread;
        double margin = high > low ? 0.06 * (high - low) : Math.Max(0.5 * Math.Abs(high), 0.5);
        return (low - margin, high + margin);
    }
}
