using ScottPlot.Plottables;

namespace LossKit.Plots.Tests.Support;

/// <summary>What lines are drawn in a picture.</summary>
internal static class Lines
{
    /// <summary>The points of the line that the legend has by a name.</summary>
    public static (double X, double Y)[] Line(this Picture picture, string name) =>
    [
        .. picture.Plots.SelectMany(plot => plot.GetPlottables<Scatter>()).First(line => line.LegendText == name)
            .Data.GetScatterPoints().Select(point => (point.X, point.Y)),
    ];
}
