using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace LossKit.Plots.Drawing;

/// <summary>A plot of a picture, and the legend below it.</summary>
/// <remarks>
/// A legend inside a plot hides what it is about, and one whose names are long loses its last: here it has as many
/// rows as it needs, and the plot the rest.
/// </remarks>
internal sealed class Panel
{
    private const float FontSize = 13;
    private const float TitleSize = 15;
    private const float LegendMargin = 6;
    private const float LegendSymbol = 32;

    // Axes of plots below each other are aligned by this.
    private const float LeftWidth = 78;

    /// <summary>An empty plot in the style of all pictures.</summary>
    /// <param name="title">What it shows; none of a plot below another one.</param>
    /// <param name="x">The horizontal axis and its unit.</param>
    /// <param name="y">The vertical axis and its unit.</param>
    public Panel(string? title, string x, string y)
    {
        // Or each plot would wipe out those above it.
        Plot.RenderManager.ClearCanvasBeforeEachRender = false;
        Plot.Font.Set(EmbeddedFont.Registered);
        Plot.Axes.Color(Ink.Text);
        Plot.Grid.MajorLineColor = Ink.Grid;
        Plot.Axes.Left.MinimumSize = LeftWidth;
        Plot.Axes.Right.MinimumSize = 24;
        Plot.Axes.Bottom.TickGenerator = new NumericAutomatic { LabelFormatter = Number };
        Plot.Axes.Left.TickGenerator = new NumericAutomatic { LabelFormatter = Number };
        Plot.XLabel(x, FontSize);
        Plot.YLabel(y, FontSize);
        if (title is not null)
        {
            Plot.Title(title, TitleSize);
            Plot.Axes.Title.Label.Bold = false;
        }

        Plot.Axes.Bottom.Label.Bold = false;
        Plot.Axes.Left.Label.Bold = false;
        Plot.HideLegend();
    }

    public Plot Plot { get; } = new();

    /// <summary>How high the plot is, compared with others of the picture.</summary>
    public float Share { get; init; } = 1;

    /// <summary>How high the legend is in a picture of a width.</summary>
    public float LegendHeight(int width)
    {
        using Paint paint = Paint.NewDisposablePaint();
        Legend legend = LegendOf(width);
        return legend.ManualItems.Count == 0
            ? 0
            : legend.GetLayout(new(width - 2 * LegendMargin, 10_000), paint).LegendRect.Height + 2 * LegendMargin;
    }

    public void Draw(SKCanvas canvas, PixelRect area, float legendHeight)
    {
        // The title as it was given comes back, for a picture that is made wider.
        string title = Plot.Axes.Title.Label.Text;
        Plot.Axes.Title.Label.Text = Wrapped(title, Letters(area.Width - LeftWidth, TitleSize));

        // A plot draws itself twice if it has found its layout the first time: of an SVG both would be there.
        Plot.RenderInMemory((int)area.Width, (int)area.Height);
        Plot.Render(canvas, area);
        Plot.Axes.Title.Label.Text = title;
        if (legendHeight > 0)
        {
            using Paint paint = Paint.NewDisposablePaint();
            PixelRect below = new(area.Left, area.Right, area.Bottom + legendHeight, area.Bottom);
            LegendOf((int)area.Width).Render(canvas, paint, below.Contract(LegendMargin), Alignment.MiddleCenter);
        }
    }

    /// <summary>Numbers of any size, in any culture the same, with a true minus.</summary>
    public static string Number(double number) =>
        number.ToString("0.#####;−0.#####;0", System.Globalization.CultureInfo.InvariantCulture) is string plain
            && Math.Abs(number) is 0 or (>= 1e-4 and < 1e6)
            ? plain
            : number.ToString("0.###e0", System.Globalization.CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>A text in lines of at most so many letters, broken where it has blanks, commas or dots.</summary>
    public static string Wrapped(string text, int letters)
    {
        System.Text.StringBuilder wrapped = new();
        foreach (string given in text.Split('\n'))
        {
            ReadOnlySpan<char> rest = given;
            wrapped.Append(wrapped.Length > 0 ? "\n" : "");
            while (rest.Length > letters)
            {
                int at = rest[..letters].LastIndexOfAny(" ,.)") + 1;
                at = at < letters / 3 ? letters : at;
                wrapped.Append(rest[..at].TrimEnd()).Append('\n');
                rest = rest[at..].TrimStart();
            }

            wrapped.Append(rest);
        }

        return wrapped.ToString();
    }

    /// <summary>What the plot has in its legend, in lines that are no wider than the picture.</summary>
    private Legend LegendOf(int width)
    {
        LegendItem[] items = Plot.Legend.GetItems();
        foreach (LegendItem item in items)
        {
            item.LabelText = Wrapped(item.LabelText, Letters(width - LegendSymbol - 50, FontSize));
        }

        return new(Plot)
        {
            DisplayPlottableLegendItems = false,
            ManualItems = [.. items],
            FontName = EmbeddedFont.Registered,
            FontSize = FontSize,
            FontColor = Ink.Text,
            Orientation = Orientation.Horizontal,
            TightHorizontalWrapping = true,
            OutlineWidth = 0,
            ShadowColor = Colors.Transparent,
            SymbolWidth = LegendSymbol,
            InterItemPadding = new(14, 14, 2, 2),
        };
    }

    /// <summary>How many letters of a size go into a width; of this font one is 0.6 of its size on average.</summary>
    private static int Letters(float width, float size) => Math.Max(12, (int)(width / (0.6f * size)));
}
