using LossKit.Plots.Drawing;
using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;

namespace LossKit.Plots;

// Pictures of trainings.
public static partial class LossPlot
{
    private const float WidthOfVerdicts = 90;

    /// <summary>
    /// Costs and metrics of a training, and below them the steps at which each of the monitor's verdicts held.
    /// </summary>
    /// <param name="history">The training.</param>
    /// <param name="title">What it is of.</param>
    /// <exception cref="ArgumentException">It has no step.</exception>
    public static Picture Training(TrainingHistory history, string title = "Training")
    {
        ArgumentNullException.ThrowIfNull(history);
        if (history.Train.Count == 0)
        {
            throw new ArgumentException("'history' has no step: there is nothing to draw.", nameof(history));
        }

        double[] steps = [.. Enumerable.Range(0, history.Train.Count).Select(i => (double)(history.FirstStep + i))];
        Panel costs = new(title, "", "cost") { Share = 2 };
        costs.Measured(steps, history.Train, "train", Ink.Blue, LinePattern.Solid);
        costs.Measured(steps, history.Validation, "validation", Ink.Vermillion, LinePattern.Dashed);
        MarkBest(costs, history);
        List<Panel> panels = [costs];
        if (history.MetricNames.Count > 0)
        {
            Panel metrics = new(null, "", "metric") { Share = 1.3f };
            for (int i = 0; i < history.MetricNames.Count; i++)
            {
                string name = history.MetricNames[i];
                metrics.Measured(steps, history.Metric(name), name, Ink.OfSeries(i + 2), Ink.PatternOf(i));
            }

            panels.Add(metrics);
        }

        panels.Add(Lanes(history));
        foreach (Panel panel in panels)
        {
            panel.Plot.Axes.SetLimitsX(steps[0] - 0.5, steps[^1] + 0.5);
            panel.Plot.Axes.Left.MinimumSize = WidthOfVerdicts;
        }

        (double low, double high) = Strokes.Limits(history.Train, history.Validation);
        costs.Plot.Axes.SetLimitsY(low, high);
        return new([.. panels]) { Height = history.MetricNames.Count > 0 ? 700 : 560 };
    }

    /// <summary>Training and validation costs, with the verdicts of a monitor.</summary>
    /// <inheritdoc cref="TrainingHistory.Of"/>
    public static Picture Training(
        ReadOnlySpan<double> train, ReadOnlySpan<double> validation = default, TrainingMonitor? monitor = null) =>
        Training(TrainingHistory.Of(train, validation, monitor));

    /// <summary>A line through the steps at which something was measured.</summary>
    private static void Measured(
        this Panel panel,
        double[] steps,
        IReadOnlyList<double> values,
        string name,
        Color color,
        LinePattern pattern)
    {
        int[] measured = [.. Enumerable.Range(0, steps.Length).Where(i => double.IsFinite(values[i]))];
        if (measured.Length > 0)
        {
            panel.Line(
                [.. measured.Select(i => steps[i])], [.. measured.Select(i => values[i])], name, color, pattern);
        }
    }

    /// <summary>The best of the curve that the training is to stop by, if that is a cost.</summary>
    private static void MarkBest(Panel costs, TrainingHistory history)
    {
        BestSoFar best = history.Monitor.Best;
        if (history.Monitor.State.StopOn is null && best.Step >= history.FirstStep && double.IsFinite(best.Value))
        {
            Marker mark = costs.Plot.Add.Marker(best.Step, best.Value, MarkerShape.FilledDiamond, 11, Ink.Text);
            mark.LegendText = $"best {Panel.Number(Math.Round(best.Value, 5))} at step {best.Step}";
        }
    }

    /// <summary>A row for each verdict that ever held, with a bar where it did.</summary>
    private static Panel Lanes(TrainingHistory history)
    {
        TrainingVerdicts[] held = [.. history.Spells.Select(spell => spell.Verdict).Distinct()];
        Panel lanes = new(null, "step", "") { Share = 0.55f + 0.22f * held.Length };
        foreach (VerdictSpell spell in history.Spells)
        {
            int lane = held.Length - 1 - Array.IndexOf(held, spell.Verdict);
            Rectangle bar = lanes.Plot.Add.Rectangle(spell.From - 0.5, spell.To + 0.5, lane - 0.32, lane + 0.32);
            bar.FillColor = ColorOf(spell.Verdict);
            bar.LineWidth = 0;
        }

        lanes.Plot.Axes.Left.TickGenerator = held.Length == 0
            ? new NumericManual([0], ["no verdict"])
            : new NumericManual(
                [.. Enumerable.Range(0, held.Length).Select(lane => (double)lane)],
                [.. held.Reverse().Select(verdict => verdict.ToString())]);
        lanes.Plot.Axes.SetLimitsY(-0.6, Math.Max(1, held.Length) - 0.4);
        return lanes;
    }

    private static Color ColorOf(TrainingVerdicts verdict) => verdict switch
    {
        TrainingVerdicts.Improving => Ink.Green,
        TrainingVerdicts.Plateau => Ink.Sky,
        TrainingVerdicts.Overfitting => Ink.Orange,
        TrainingVerdicts.Misaligned => Ink.Purple,
        TrainingVerdicts.Diverging => Ink.Vermillion,
        _ => Ink.Text,
    };
}
