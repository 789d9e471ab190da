using LossKit.Plots.Drawing;
using ScottPlot;
using ScottPlot.Plottables;

namespace LossKit.Plots;

/// <summary>
/// Pictures of losses, trainings, decisions, forecasts and objectives, one call each:
/// <c>LossPlot.Curve(Loss.Huber&lt;double&gt;()).Save("huber.svg")</c>.
/// </summary>
/// <remarks>
/// What is drawn is computed by a class of its own, which a picture can be made of as well: <see cref="LossCurve"/> and
/// its like are plain numbers.
/// </remarks>
public static partial class LossPlot
{
    /// <summary>A loss with its derivatives, its kinks marked.</summary>
    /// <inheritdoc cref="LossCurve.Of{T}(PointwiseLoss{T}, double?, double?, double?, int)"/>
    public static Picture Curve<T>(
        PointwiseLoss<T> loss, double? target = null, double? from = null, double? to = null)
        where T : unmanaged, IFloatingPointIeee754<T> => Curve(LossCurve.Of(loss, target, from, to));

    /// <summary>A loss with its derivatives, its kinks marked.</summary>
    /// <param name="curve">Its numbers.</param>
    public static Picture Curve(LossCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        Panel values = new(curve.Name, PredictionAxis([curve]), "loss") { Share = 1.15f };
        values.Line(curve.Predictions, curve.Values, "loss", Ink.Blue, LinePattern.Solid, Jumps(curve));
        Panel slopes = new(null, PredictionAxis([curve]), "derivatives");
        (double, double) limits = SlopeLimits(curve);
        Draw(curve.Gradients, "first derivative", Ink.Vermillion, LinePattern.Solid);
        if (curve.Hessians.Count > 0)
        {
            Draw(curve.Hessians, "second derivative", Ink.Green, LinePattern.Dashed);
        }

        values.Plot.XLabel("");
        Fit(values, [curve], Strokes.Limits(curve.Values));
        Fit(slopes, [curve], limits);
        MarkKinks(values, slopes, curve);
        return new(values, slopes) { Height = 640 };

        void Draw(IReadOnlyList<double> line, string name, Color color, LinePattern pattern) =>
            slopes.Line(curve.Predictions, line, name, color, pattern, curve.Kinks, limits);
    }

    /// <summary>Several losses in one picture, without their derivatives.</summary>
    /// <param name="losses">The losses; each is drawn from 3 below to 3 above the target, where it is defined.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Picture Curves<T>(params IReadOnlyList<PointwiseLoss<T>> losses)
        where T : unmanaged, IFloatingPointIeee754<T> => Curves([.. losses.Select(loss => LossCurve.Of(loss))]);

    /// <summary>Several losses in one picture, without their derivatives.</summary>
    /// <param name="curves">Their numbers.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Picture Curves(params IReadOnlyList<LossCurve> curves)
    {
        ArgumentNullException.ThrowIfNull(curves);
        if (curves.Count == 0)
        {
            throw new ArgumentException("'curves' is empty: there is nothing to draw.", nameof(curves));
        }

        Panel panel = new("Losses", PredictionAxis(curves), "loss");
        for (int i = 0; i < curves.Count; i++)
        {
            panel.Line(
                curves[i].Predictions,
                curves[i].Values,
                curves[i].Name,
                Ink.OfSeries(i),
                Ink.PatternOf(i),
                Jumps(curves[i]));
        }

        Fit(panel, curves, Strokes.Limits([.. curves.Select(curve => curve.Values)]));
        // Many losses have a legend of many lines.
        return new(panel) { Height = Math.Max(520, 400 + (int)panel.LegendHeight(width: 800)) };
    }

    private static void Fit(Panel panel, IReadOnlyList<LossCurve> curves, (double Low, double High) loss) =>
        panel.Plot.Axes.SetLimits(
            curves.Min(curve => curve.Predictions[0]),
            curves.Max(curve => curve.Predictions[^1]),
            loss.Low,
            loss.High);

    /// <summary>Those of both derivatives, of which the second may not make the first look flat.</summary>
    private static (double Low, double High) SlopeLimits(LossCurve curve)
    {
        (double low, double high) = Strokes.Limits(curve.Gradients);
        (double lowest, double highest) = Strokes.Limits(curve.Gradients, curve.Hessians);
        double most = 1.5 * (high - low);
        return (Math.Max(lowest, low - most), Math.Min(highest, high + most));
    }

    private static void MarkKinks(Panel values, Panel slopes, LossCurve curve)
    {
        if (curve.Kinks.Count > 0)
        {
            Markers marks = values.Plot.Add.Markers(
                curve.Kinks.ToArray(),
                curve.Kinks.Select(kink => ValueAt(curve, kink)).ToArray(),
                MarkerShape.FilledCircle,
                9,
                Ink.Text);
            marks.LegendText = (curve.Kinks.Count == 1 ? "kink at " : "kinks at ")
                + string.Join(", ", curve.Kinks.Select(Panel.Number));
        }

        // After the marks: ScottPlot would leave its dashes to what is drawn next.
        foreach (double kink in curve.Kinks)
        {
            foreach (Panel panel in (Panel[])[values, slopes])
            {
                panel.Vertical(kink, "", Ink.Grey, LinePattern.Dotted, 1.2f);
            }
        }
    }

    private static double ValueAt(LossCurve curve, double prediction) =>
        curve.Values[Enumerable.Range(0, curve.Predictions.Count)
            .MinBy(i => Math.Abs(curve.Predictions[i] - prediction))];

    /// <summary>The kinks at which the loss itself jumps: those of a step.</summary>
    private static double[] Jumps(LossCurve curve)
    {
        (double low, double high) = Strokes.Limits(curve.Values);
        return
        [
            .. curve.Kinks.Where(kink =>
            {
                int after = Enumerable.Range(0, curve.Predictions.Count).First(i => curve.Predictions[i] > kink);
                return after > 0 && Math.Abs(curve.Values[after] - curve.Values[after - 1]) > 0.01 * (high - low);
            }),
        ];
    }

    private static string PredictionAxis(IReadOnlyList<LossCurve> curves)
    {
        string[] scales = [.. curves.Select(curve => curve.Facts.Link).Distinct().Select(link => link.Name)];
        double[] targets = [.. curves.Select(curve => curve.Target).Distinct()];
        string scale = scales is [string only] && only is not ("identity" or "unknown")
            ? $", {(only == "logit" ? "a logit" : only == "log" ? "the log of the mean" : only)}"
            : "";
        return targets is [double target] && double.IsFinite(target)
            ? $"prediction{scale} (target {Panel.Number(target)})"
            : $"prediction{scale}";
    }
}
