using ScottPlot;

namespace LossKit.Plots.Drawing;

/// <summary>Colours that people with any kind of colour vision tell apart.</summary>
/// <remarks>
/// Source: Okabe and Ito, "Color Universal Design", 2008. Lines differ in their patterns, too, so that a print in grey
/// still says which is which.
/// </remarks>
internal static class Ink
{
    public static readonly Color Blue = Color.FromHex("#0072B2");
    public static readonly Color Vermillion = Color.FromHex("#D55E00");
    public static readonly Color Green = Color.FromHex("#009E73");
    public static readonly Color Purple = Color.FromHex("#CC79A7");
    public static readonly Color Orange = Color.FromHex("#E69F00");
    public static readonly Color Sky = Color.FromHex("#56B4E9");
    public static readonly Color Text = Color.FromHex("#222222");
    public static readonly Color Grey = Color.FromHex("#767676");
    public static readonly Color Grid = Color.FromHex("#E4E4E4");

    private static readonly Color[] s_series = [Blue, Vermillion, Green, Purple, Orange, Sky, Text];

    private static readonly LinePattern[] s_patterns =
        [LinePattern.Solid, LinePattern.Dashed, LinePattern.DenselyDashed, LinePattern.Dotted];

    /// <summary>The colour of the i-th of several lines.</summary>
    public static Color OfSeries(int i) => s_series[i % s_series.Length];

    /// <summary>The pattern of the i-th of several lines.</summary>
    public static LinePattern PatternOf(int i) => s_patterns[i % s_patterns.Length];
}
