using LossKit.Plots.Drawing;
using ScottPlot;
using ScottPlot.Plottables;

namespace LossKit.Plots;

// Pictures of calibration.
public static partial class LossPlot
{
    /// <summary>
    /// A reliability diagram: what came true beside what was predicted, bin by bin with its interval, and below how
    /// much each bin weighs. The legend has the expected calibration error and its interval.
    /// </summary>
    /// <param name="table">The bins.</param>
    /// <param name="title">What it is of.</param>
    /// <param name="confidence">That of the calibration error's interval, strictly between 0 and 1.</param>
    /// <exception cref="ArgumentException">There is no example in any bin.</exception>
    public static Picture Reliability(
        ReliabilityTable table, string title = "Reliability", double confidence = 0.95) =>
        Reliability([("", table)], title, confidence);

    /// <summary>Reliability diagrams of several models, or of one before and after it was calibrated.</summary>
    /// <param name="tables">The bins of each, by name.</param>
    /// <param name="title">What it is of.</param>
    /// <param name="confidence">That of the calibration errors' intervals, strictly between 0 and 1.</param>
    /// <exception cref="ArgumentException">There is none, or one without an example.</exception>
    public static Picture Reliability(
        IReadOnlyList<(string Name, ReliabilityTable Table)> tables,
        string title = "Reliability",
        double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(tables);
        if (tables.Count == 0 || tables.Any(given => given.Table.Bins.All(bin => bin.Count == 0)))
        {
            throw new ArgumentException("'tables' has no example: there is nothing to draw.", nameof(tables));
        }

        Panel rates = new(title, "", "observed rate") { Share = 2.6f };
        Panel weights = new(null, "predicted probability", "share");
        rates.Line([0, 1], [0, 1], "perfect calibration", Ink.Grey, LinePattern.Dotted, width: 1.5f);
        for (int i = 0; i < tables.Count; i++)
        {
            (string name, ReliabilityTable table) = tables[i];
            ReliabilityBin[] bins = [.. table.Bins.Where(bin => bin.Count > 0)];
            DrawRates(rates, bins, Ink.OfSeries(i));
            rates.Line(
                [.. bins.Select(bin => bin.MeanPrediction)],
                [.. bins.Select(bin => bin.ObservedRate)],
                Named(name, table.ExpectedCalibrationError, table.CalibrationErrorInterval(confidence)),
                Ink.OfSeries(i),
                Ink.PatternOf(i));
            DrawWeights(weights, bins, Ink.OfSeries(i));
        }

        rates.Plot.Axes.SetLimits(-0.02, 1.02, -0.02, 1.02);
        weights.Plot.Axes.SetLimitsX(-0.02, 1.02);
        weights.Plot.Axes.AutoScaleY();
        weights.Plot.Axes.SetLimitsY(0, weights.Plot.Axes.GetLimits().Top);
        return new(rates, weights) { Height = 660, Width = 640 };
    }

    private static string Named(string name, double error, ConfidenceInterval interval) =>
        $"{name}{(name.Length > 0 ? ": " : "")}calibration error {Rounded(error)}"
        + $" ({Rounded(100 * interval.Confidence)} %: {Rounded(interval.Low)} to {Rounded(interval.High)})";

    private static void DrawRates(Panel panel, ReliabilityBin[] bins, Color color)
    {
        double[] xs = [.. bins.Select(bin => bin.MeanPrediction)];
        double[] ys = [.. bins.Select(bin => bin.ObservedRate)];
        ErrorBar intervals = panel.Plot.Add.ErrorBar(xs, ys, new double[xs.Length]);
        intervals.XErrorNegative = intervals.XErrorPositive = null;
        intervals.YErrorPositive = [.. bins.Select(bin => bin.Interval.High - bin.ObservedRate)];
        intervals.YErrorNegative = [.. bins.Select(bin => bin.ObservedRate - bin.Interval.Low)];
        intervals.Color = color;
        intervals.CapSize = 4;
        panel.Plot.Add.Markers(xs, ys, MarkerShape.FilledCircle, 7, color);
    }

    private static void DrawWeights(Panel panel, ReliabilityBin[] bins, Color color)
    {
        double all = bins.Sum(bin => bin.Weight);
        foreach (ReliabilityBin bin in bins)
        {
            // Bins of equal counts may be a single number wide.
            double half = Math.Max(0.5 * (bin.High - bin.Low), 0.003);
            double middle = 0.5 * (bin.Low + bin.High);
            Rectangle bar = panel.Plot.Add.Rectangle(middle - half, middle + half, 0, bin.Weight / all);
            bar.FillColor = color.WithAlpha(0.45);
            bar.LineColor = color;
            bar.LineWidth = 1;
        }
    }
}
