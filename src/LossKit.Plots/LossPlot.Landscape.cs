using LossKit.Plots.Drawing;
using ScottPlot;
using ScottPlot.Colormaps;
using ScottPlot.Plottables;

namespace LossKit.Plots;

// Pictures of objectives.
public static partial class LossPlot
{
    // Of a landscape whose upper half is so much higher than its lower half, most would be of one colour.
    private const double Skewed = 6;

    /// <summary>
    /// The landscape of an objective around a point, in the plane of the two directions in which it is most curved.
    /// </summary>
    /// <param name="function">The objective, of at least two parameters.</param>
    /// <param name="point">The parameters in the middle.</param>
    /// <param name="radius">How far to either side, in units of the parameters; positive and finite.</param>
    /// <param name="title">What it is of.</param>
    /// <exception cref="ArgumentException">
    /// There are fewer than two parameters, or another number is not what it has to be.
    /// </exception>
    public static Picture Landscape(
        DifferentiableFunction function,
        ReadOnlySpan<double> point,
        double radius = 1,
        string title = "Landscape of the objective")
    {
        if (point.Length < 2)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"'point' has {point.Length} parameters: a plane needs two."),
                nameof(point));
        }

        HessianSpectrum spectrum = HessianSpectrum.Leading(function, point);
        return Landscape(
            LandscapePlane.Along(
                function,
                point,
                spectrum.Eigenvectors[0],
                spectrum.Eigenvectors[1],
                radius,
                firstName: Curvature(0),
                secondName: Curvature(1)),
            title);

        string Curvature(int i) => $"direction of curvature {Rounded(spectrum.Eigenvalues[i])}";
    }

    /// <summary>The landscape of an objective on a plane.</summary>
    /// <param name="plane">Its numbers.</param>
    /// <param name="title">What it is of.</param>
    /// <exception cref="ArgumentException">No value is finite.</exception>
    public static Picture Landscape(LandscapePlane plane, string title = "Landscape of the objective")
    {
        ArgumentNullException.ThrowIfNull(plane);
        int n = plane.Positions.Count;
        double[] sorted =
        [
            .. Enumerable.Range(0, n * n).Select(i => plane.Value(i / n, i % n)).Where(double.IsFinite).Order(),
        ];
        if (sorted.Length == 0)
        {
            throw new ArgumentException("'plane' has no finite value: there is nothing to draw.", nameof(plane));
        }

        double least = sorted[0];
        double half = sorted[sorted.Length / 2] - least;
        bool isSkewed = sorted[^1] - least > Skewed * half && half > 0;
        double radius = plane.Positions[^1];
        double cell = plane.Positions[1] - plane.Positions[0];
        Panel panel = new(title, plane.FirstName, plane.SecondName);

        double[,] heights = new double[n, n];
        Coordinates3d[,] contours = new Coordinates3d[n, n];
        for (int row = 0; row < n; row++)
        {
            for (int column = 0; column < n; column++)
            {
                double value = plane.Value(column, row);
                double height = Height(double.IsNaN(value) ? sorted[^1] : Math.Clamp(value, least, sorted[^1]));
                heights[n - 1 - row, column] = double.IsFinite(value) ? height : double.NaN;
                contours[row, column] = new(plane.Positions[column], plane.Positions[row], height);
            }
        }

        Heatmap heatmap = panel.Plot.Add.Heatmap(heights);
        heatmap.Position = new CoordinateRect(
            -radius - 0.5 * cell, radius + 0.5 * cell, -radius - 0.5 * cell, radius + 0.5 * cell);
        heatmap.Colormap = new Viridis();
        heatmap.Smooth = true;
        ContourLines lines = panel.Plot.Add.ContourLines(contours, 12);
        lines.LineColor = Colors.White.WithAlpha(0.7);
        lines.LineWidth = 1;
        lines.LabelStyle.IsVisible = false;
        ScottPlot.Panels.ColorBar bar = panel.Plot.Add.ColorBar(heatmap);
        bar.Axis.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            LabelFormatter = height => Rounded(Value(height)),
        };
        bar.Axis.TickLabelStyle.FontName = EmbeddedFont.Registered;
        Marker center = panel.Plot.Add.Marker(0, 0, MarkerShape.Cross, 14, Ink.Vermillion);
        center.MarkerLineWidth = 3;
        center.LegendText = $"the point: {Rounded(plane.Value(n / 2, n / 2))}";
        (int First, int Second) lowest = Lowest();
        Marker mark = panel.Plot.Add.Marker(
            plane.Positions[lowest.First], plane.Positions[lowest.Second], MarkerShape.OpenCircle, 13, Colors.White);
        mark.MarkerLineWidth = 2.5f;
        mark.MarkerLineColor = Ink.Orange;
        mark.LegendText = $"least of what is seen: {Rounded(least)}";
        panel.Plot.Axes.SetLimits(-radius, radius, -radius, radius);
        return new(panel) { Width = 720, Height = 680 };

        // A logarithm of what is above the least, in units that the lower half has.
        double Height(double value) => isSkewed ? Math.Log10(1 + (value - least) / (0.1 * half)) : value;

        double Value(double height) => isSkewed ? least + 0.1 * half * (Math.Pow(10, height) - 1) : height;

        (int First, int Second) Lowest()
        {
            int place = Enumerable.Range(0, n * n).First(i => plane.Value(i / n, i % n) == least);
            return (place / n, place % n);
        }
    }

    /// <summary>The landscape of an objective along lines through a point.</summary>
    /// <param name="lines">Their numbers, of the same point.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Picture Landscape(params IReadOnlyList<LandscapeLine> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        if (lines.Count == 0)
        {
            throw new ArgumentException("'lines' is empty: there is nothing to draw.", nameof(lines));
        }

        Panel panel = new("Landscape of the objective", "steps along the direction", "objective");
        for (int i = 0; i < lines.Count; i++)
        {
            panel.Line(lines[i].Positions, lines[i].Values, lines[i].Name, Ink.OfSeries(i), Ink.PatternOf(i));
        }

        (double low, double high) = Strokes.Limits([.. lines.Select(line => line.Values)]);
        panel.Plot.Axes.SetLimits(
            lines.Min(line => line.Positions[0]), lines.Max(line => line.Positions[^1]), low, high);
        panel.Vertical(0, "the point", Ink.Grey, LinePattern.Dotted, 1.2f);
        return new(panel);
    }
}
