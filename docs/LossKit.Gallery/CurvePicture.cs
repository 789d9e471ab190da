using ScottPlot;
using ScottPlot.Plottables;

namespace LossKit.Gallery;

/// <summary>A loss with its derivatives along an axis, as SVG.</summary>
internal static class CurvePicture
{
    private const int Width = 620;
    private const int Height = 380;

    /// <summary>What stands out of the picture, in heights of what fits.</summary>
    private const double Overshoot = 0.06;

    private static readonly Color s_loss = Color.FromHex("#1f5fa8");
    private static readonly Color s_slope = Color.FromHex("#c4571a");
    private static readonly Color s_curvature = Color.FromHex("#4d8f3c");
    private static readonly Color s_kink = Color.FromHex("#8a8a8a");

    /// <param name="curve">The loss.</param>
    /// <param name="slice">The axis.</param>
    /// <param name="hasGradient">Whether slopes are drawn.</param>
    public static string Svg(LossCurve curve, Slice slice, bool hasGradient)
    {
        using Plot plot = new();
        plot.FigureBackground.Color = Colors.White;
        foreach (double kink in slice.Kinks)
        {
            plot.Add.VerticalLine(kink, 1, s_kink, LinePattern.Dotted);
        }

        if (hasGradient && curve.Curvatures.Any(double.IsFinite))
        {
            Add(plot, curve.At, curve.Curvatures, slice.Kinks, s_curvature, "second derivative", LinePattern.Dotted);
        }

        if (hasGradient)
        {
            Add(plot, curve.At, curve.Slopes, slice.Kinks, s_slope, "derivative", LinePattern.Dashed);
        }

        Add(plot, curve.At, curve.Values, [], s_loss, hasGradient ? "loss" : "value", LinePattern.Solid);
        plot.XLabel(slice.Label, 15);
        plot.Axes.Bottom.TickLabelStyle.FontSize = 13;
        plot.Axes.Left.TickLabelStyle.FontSize = 13;
        (double low, double high) = Limits(curve, hasGradient);
        plot.Axes.SetLimits(slice.From, slice.To, low, high);
        Legend legend = plot.ShowLegend(Alignment.UpperLeft, Orientation.Horizontal);
        legend.FontSize = 13;
        plot.ShowLegend(Edge.Top);
        return plot.GetSvgXml(Width, Height);
    }

    /// <summary>A line for each stretch between kinks: at a kink a derivative jumps, and is not joined.</summary>
    private static void Add(
        Plot plot,
        double[] at,
        double[] numbers,
        IReadOnlyList<double> kinks,
        Color color,
        string name,
        LinePattern pattern)
    {
        double[] ends = [.. kinks.Order(), double.PositiveInfinity];
        int start = 0;
        foreach (double end in ends)
        {
            int stop = start;
            while (stop < at.Length && at[stop] < end)
            {
                stop++;
            }

            int[] drawn = [.. Enumerable.Range(start, stop - start).Where(i => double.IsFinite(numbers[i]))];
            if (drawn.Length > 0)
            {
                Scatter line = plot.Add.ScatterLine(
                    drawn.Select(i => at[i]).ToArray(), drawn.Select(i => numbers[i]).ToArray(), color);
                line.LineWidth = 2;
                line.LinePattern = pattern;
                line.LegendText = start == 0 ? name : "";
            }

            start = stop;
        }
    }

    /// <summary>All of the loss and its slope; curvatures have peaks that would leave nothing of these.</summary>
    private static (double Low, double High) Limits(LossCurve curve, bool hasGradient)
    {
        double[] numbers =
        [
            .. curve.Values.Concat(hasGradient ? curve.Slopes : []).Where(double.IsFinite).Append(0).Order(),
        ];
        (double low, double high) = (numbers[0], numbers[^1]);
        // Steep ends, as of exponentials and logarithms, are cut off.
        (double lowest, double highest) = (Quantile(0.03), Quantile(0.97));
        double middle = Math.Max(highest - lowest, 1e-9);
        low = Math.Max(low, lowest - 1.5 * middle);
        high = Math.Min(high, highest + 1.5 * middle);
        double margin = Overshoot * (high - low);
        return (low - margin, high + margin);

        double Quantile(double share) => numbers[(int)(share * (numbers.Length - 1))];
    }
}
