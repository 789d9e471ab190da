using LossKit.Plots.Drawing;
using ScottPlot;
using ScottPlot.Plottables;

namespace LossKit.Plots;

// Pictures of decisions.
public static partial class LossPlot
{
    /// <summary>What decisions cost by the threshold, with the best threshold and those by the book marked.</summary>
    /// <param name="costs">The costs of the four outcomes.</param>
    /// <param name="scores">What the model says; higher is more positive. Finite.</param>
    /// <param name="targets">What is true: positive if greater than ½.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <param name="unit">The unit of the costs, such as <c>€</c>; none if it is empty.</param>
    /// <exception cref="ArgumentException">As <see cref="ThresholdCurve.Of"/> says.</exception>
    public static Picture CostAgainstThreshold<T>(
        DecisionCosts costs,
        ReadOnlySpan<T> scores,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> weights = default,
        string unit = "")
        where T : unmanaged, IFloatingPointIeee754<T> =>
        CostAgainstThreshold(ThresholdCurve.Of(costs, scores, targets, weights), unit);

    /// <summary>What decisions cost by the threshold, with the best threshold and those by the book marked.</summary>
    /// <param name="curve">Its numbers.</param>
    /// <param name="unit">The unit of the costs, such as <c>€</c>; none if it is empty.</param>
    public static Picture CostAgainstThreshold(ThresholdCurve curve, string unit = "")
    {
        ArgumentNullException.ThrowIfNull(curve);
        Panel panel = new(
            $"Cost against threshold: {Outcome("false alarm", curve.Costs.FalsePositive)}, "
                + Outcome("miss", curve.Costs.FalseNegative),
            curve.AreProbabilities ? "threshold (probability)" : "threshold (score)",
            unit.Length > 0 ? $"mean cost per example, {unit}" : "mean cost per example");
        double lowest = curve.Thresholds[0];
        double highest = curve.Thresholds[^2];
        double margin = highest > lowest ? 0.03 * (highest - lowest) : 0.5;
        (double from, double to) = curve.AreProbabilities ? (0, 1) : (lowest - margin, highest + margin);

        List<double> xs = [from];
        List<double> ys = [];
        for (int i = 0; i < curve.Thresholds.Count; i++)
        {
            double end = double.IsFinite(curve.Thresholds[i]) ? curve.Thresholds[i] : to;
            xs.AddRange([end, end]);
            ys.AddRange([curve.MeanCosts[i], curve.MeanCosts[i]]);
        }

        xs.RemoveAt(xs.Count - 1);
        panel.Line(xs, ys, "cost of deciding by the threshold", Ink.Blue, LinePattern.Solid);
        (double low, double high) = Strokes.Limits(curve.MeanCosts);
        panel.Plot.Axes.SetLimits(from, to, Math.Min(low, curve.Best.Cost.Mean), high);
        double best = Math.Clamp(curve.Best.Threshold, from, to);
        Mark(best, $"best: {Rounded(curve.Best.Threshold)}, costs {Rounded(curve.Best.Cost.Mean)}", Ink.Vermillion, 0);
        panel.Plot.Add.Marker(best, curve.Best.Cost.Mean, MarkerShape.FilledDiamond, 11, Ink.Vermillion);
        if (curve.AreProbabilities)
        {
            double calibrated = curve.Costs.CalibratedThreshold;
            if (calibrated is >= 0 and <= 1)
            {
                Mark(calibrated, $"right of calibrated probabilities: {Rounded(calibrated)}", Ink.Green, 1);
            }

            Mark(0.5, $"½, costs {Rounded(CostAt(curve, 0.5))}", Ink.Grey, 3);
        }

        return new(panel);

        void Mark(double threshold, string name, Color color, int pattern) =>
            panel.Vertical(threshold, name, color, Ink.PatternOf(pattern), 1.8f);

        string Outcome(string name, double cost) =>
            $"{name} {Rounded(cost)}{(unit.Length > 0 ? $" {unit}" : "")}";
    }

    /// <summary>How often each class was decided for each truth, and what that cost.</summary>
    /// <remarks>Colours go by cost; a shade of its own marks what is right and costs nothing.</remarks>
    /// <param name="costs">What it costs to decide for one class where the truth is another.</param>
    /// <param name="decisions">The class decided for, for each example.</param>
    /// <param name="labels">The true class of each example.</param>
    /// <param name="names">The names of the classes; their numbers if there are none.</param>
    /// <param name="unit">The unit of the costs, such as <c>€</c>; none if it is empty.</param>
    /// <exception cref="ArgumentException">Lengths differ, or there are not as many names as classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A decision or label is no class.</exception>
    public static Picture Confusion(
        CostMatrix costs,
        ReadOnlySpan<int> decisions,
        ReadOnlySpan<int> labels,
        IReadOnlyList<string>? names = null,
        string unit = "") => Confusion(ConfusionTable.Of(costs, decisions, labels), names, unit);

    /// <summary>How often each class was decided for each truth, and what that cost.</summary>
    /// <param name="table">Its numbers.</param>
    /// <param name="names">The names of the classes; their numbers if there are none.</param>
    /// <param name="unit">The unit of the costs, such as <c>€</c>; none if it is empty.</param>
    /// <exception cref="ArgumentException">There are not as many names as classes.</exception>
    public static Picture Confusion(
        ConfusionTable table, IReadOnlyList<string>? names = null, string unit = "")
    {
        ArgumentNullException.ThrowIfNull(table);
        int classes = table.Classes;
        names ??= [.. Enumerable.Range(0, classes).Select(i => FormattableString.Invariant($"{i}"))];
        if (names.Count != classes)
        {
            throw new ArgumentException($"'names' has {names.Count} entries: expected {classes}.", nameof(names));
        }

        string of = unit.Length > 0 ? $" {unit}" : "";
        Panel panel = new(
            $"Decisions and what they cost: {Rounded(table.Cost.Mean)}{of} per example", "decision", "truth");
        double dearest = 0;
        for (int i = 0; i < classes * classes; i++)
        {
            dearest = Math.Max(dearest, table.CostOf(i / classes, i % classes));
        }

        for (int truth = 0; truth < classes; truth++)
        {
            for (int decision = 0; decision < classes; decision++)
            {
                DrawCell(panel, table, (truth, decision), dearest, of);
            }
        }

        double[] places = [.. Enumerable.Range(0, classes).Select(i => (double)i)];
        string[] labels = [.. names.Select(name => Panel.Wrapped(name, 14))];
        panel.Plot.Axes.Bottom.SetTicks(places, labels);
        panel.Plot.Axes.Left.SetTicks([.. places.Select(place => classes - 1 - place)], labels);
        panel.Plot.HideGrid();
        panel.Plot.Axes.SetLimits(-0.5, classes - 0.5, -0.5, classes - 0.5);
        int size = Math.Max(420, 110 * classes);
        return new(panel) { Width = size + 160, Height = size + 60 };
    }

    private static void DrawCell(
        Panel panel, ConfusionTable table, (int Truth, int Decision) cell, double dearest, string unit)
    {
        double cost = table.CostOf(cell.Truth, cell.Decision);
        double share = dearest > 0 ? Math.Max(0, cost / dearest) : 0;
        int row = table.Classes - 1 - cell.Truth;
        Rectangle area = panel.Plot.Add.Rectangle(cell.Decision - 0.5, cell.Decision + 0.5, row - 0.5, row + 0.5);
        area.FillColor = share > 0 ? Ink.Vermillion.WithAlpha(0.12 + 0.75 * share)
            : cell.Truth == cell.Decision ? Ink.Blue.WithAlpha(0.15) : Colors.White;
        area.LineColor = Colors.White;
        area.LineWidth = 2;
        string costs = cost == 0 ? "no cost" : $"cost {Rounded(cost)}{unit}";
        Text text = panel.Plot.Add.Text(
            $"{Rounded(table.Weight(cell.Truth, cell.Decision))}\n{costs}", cell.Decision, row);
        text.LabelFontName = EmbeddedFont.Registered;
        text.LabelFontSize = 13;
        text.LabelFontColor = Ink.Text;
        text.LabelAlignment = Alignment.MiddleCenter;
    }

    private static double CostAt(ThresholdCurve curve, double threshold) =>
        curve.MeanCosts[Enumerable.Range(0, curve.Thresholds.Count).First(i => curve.Thresholds[i] >= threshold)];

    /// <summary>A number to four significant digits.</summary>
    private static string Rounded(double number) => double.IsFinite(number)
        ? Panel.Number(double.Parse(
            number.ToString("G4", System.Globalization.CultureInfo.InvariantCulture),
            System.Globalization.CultureInfo.InvariantCulture))
        : number > 0 ? "∞" : "−∞";
}
