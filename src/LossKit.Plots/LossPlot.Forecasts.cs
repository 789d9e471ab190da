using LossKit.Plots.Drawing;
using ScottPlot;
using ScottPlot.Plottables;

namespace LossKit.Plots;

// Pictures of forecasts: of numbers and of times.
public static partial class LossPlot
{
    /// <summary>Predicted quantiles as a fan of bands, with what came true and how much of it each covers.</summary>
    /// <param name="levels">The levels, in ascending order, within 0 and 1; at least two.</param>
    /// <param name="quantiles">Examples × levels: a row of quantiles for each example, one after another.</param>
    /// <param name="targets">What came true, one for each example; none if it is not known.</param>
    /// <param name="positions">Where each example is, in ascending order; 0, 1, 2 and so on if there are none.</param>
    /// <param name="title">What it is of.</param>
    /// <param name="x">The horizontal axis and its unit.</param>
    /// <param name="y">The vertical axis and its unit.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or levels or positions do not ascend.</exception>
    public static Picture Fan<T>(
        IReadOnlyList<double> levels,
        ReadOnlySpan<T> quantiles,
        ReadOnlySpan<T> targets = default,
        ReadOnlySpan<T> positions = default,
        string title = "Predicted quantiles",
        string x = "example",
        string y = "target")
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Fan(QuantileFan.Of(levels, quantiles, targets, positions), title, x, y);

    /// <summary>Predicted quantiles as a fan of bands, with what came true and how much of it each covers.</summary>
    /// <param name="fan">Its numbers.</param>
    /// <param name="title">What it is of.</param>
    /// <param name="x">The horizontal axis and its unit.</param>
    /// <param name="y">The vertical axis and its unit.</param>
    public static Picture Fan(
        QuantileFan fan, string title = "Predicted quantiles", string x = "example", string y = "target")
    {
        ArgumentNullException.ThrowIfNull(fan);
        Panel panel = new(title, x, y);
        double[] positions = [.. fan.Positions];
        for (int i = 0; i < fan.Bands.Count; i++)
        {
            QuantileBand band = fan.Bands[i];
            FillY fill = panel.Plot.Add.FillY(positions, [.. band.Low], [.. band.High]);
            // A single hue, the darker the nearer to the middle: bands lie on top of each other.
            fill.FillColor = Ink.Blue.WithAlpha(0.18 + 0.22 * i / fan.Bands.Count);
            fill.LineWidth = 0;
            fill.MarkerSize = 0;
            string covered = double.IsNaN(band.Covered)
                ? ""
                : $": covers {Percent(band.Covered)} %, should {Percent(band.Nominal)} %";
            fill.LegendText = $"{Percent(band.LowLevel)} to {Percent(band.HighLevel)} %{covered}";
        }

        if (fan.Middle.Count > 0)
        {
            string name = fan.MiddleLevel == 0.5 ? "median" : $"{Percent(fan.MiddleLevel)} %";
            panel.Line(positions, fan.Middle, name, Ink.Blue, LinePattern.Solid);
        }

        if (fan.Targets.Count > 0)
        {
            Markers truths = panel.Plot.Add.Markers(
                positions, [.. fan.Targets], MarkerShape.FilledCircle, 5, Ink.Vermillion);
            truths.LegendText = "what came true";
        }

        panel.Plot.Axes.AutoScale();
        panel.Plot.Axes.SetLimitsX(positions[0], positions[^1] > positions[0] ? positions[^1] : positions[0] + 1);
        return new(panel);
    }

    /// <summary>Survival curves: of groups of people, observed or predicted.</summary>
    /// <param name="curves">The curves; see <see cref="SurvivalCurve"/> for what they can be of.</param>
    /// <param name="title">What it is of.</param>
    /// <param name="time">The name of the time and its unit.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Picture Survival(
        IReadOnlyList<SurvivalCurve> curves, string title = "Survival", string time = "time")
    {
        ArgumentNullException.ThrowIfNull(curves);
        if (curves.Count == 0)
        {
            throw new ArgumentException("'curves' is empty: there is nothing to draw.", nameof(curves));
        }

        Panel panel = new(title, time, "share whose event comes later");
        double end = curves.Max(curve => curve.Times[^1]);
        for (int i = 0; i < curves.Count; i++)
        {
            (double[] xs, double[] ys) = curves[i].Path();
            panel.Line(xs, ys, $"{curves[i].Name}{Median(curves[i])}", Ink.OfSeries(i), Ink.PatternOf(i));
        }

        panel.Plot.Axes.SetLimits(0, end > 0 ? 1.02 * end : 1, -0.02, 1.03);
        return new(panel);

        static string Median(SurvivalCurve curve) => double.IsFinite(curve.Median)
            ? $" (median {Rounded(curve.Median)})"
            : "";
    }

    /// <summary>What people's times were, and what was predicted for them on average.</summary>
    /// <param name="batch">People with the curves that were predicted for them.</param>
    /// <param name="title">What it is of.</param>
    /// <param name="time">The name of the time and its unit.</param>
    public static Picture Survival<T>(
        SurvivalCurves<T> batch, string title = "Survival, observed and predicted", string time = "time")
        where T : unmanaged, IFloatingPointIeee754<T> => Survival(
            [
                SurvivalCurve.Of("observed", KaplanMeier.Of(batch.Times, batch.Events)),
                SurvivalCurve.MeanOf("predicted, mean of all", batch),
            ],
            title,
            time);

    private static string Percent(double share) => Panel.Number(Math.Round(100 * share, 1));
}
