using System.Globalization;
using System.Text;

namespace Toolbox;

/// <summary>Lines, bands and dots over two axes. Several of them, one below the other, are a picture.</summary>
/// <param name="title">What stands above it.</param>
/// <param name="xTitle">What the horizontal axis is.</param>
/// <param name="yTitle">What the vertical axis is.</param>
public sealed class Chart(string title, string xTitle, string yTitle)
{
    private const double Width = 820;
    private const double Height = 380;
    private const double Left = 70;
    private const double Right = 20;
    private const double Top = 62;
    private const double Bottom = 50;
    private const int TicksAtMost = 9;

    private readonly List<Series> _series = [];

    private enum Look
    {
        Line,
        Dashes,
        Area,
        Dots,
    }

    public Chart Line(string name, string color, IEnumerable<(double X, double Y)> points) =>
        Add(name, color, Look.Line, points);

    public Chart Dashes(string name, string color, IEnumerable<(double X, double Y)> points) =>
        Add(name, color, Look.Dashes, points);

    public Chart Dots(string name, string color, IEnumerable<(double X, double Y)> points) =>
        Add(name, color, Look.Dots, points);

    /// <summary>What lies between two lines; where bands overlap, they are darker.</summary>
    public Chart Band(string name, string color, IEnumerable<(double X, double Low, double High)> points) =>
        Add(name, color, Look.Area, [
            .. points.Select(point => (point.X, point.Low)),
            .. points.Reverse().Select(point => (point.X, point.High)),
        ]);

    /// <summary>
    /// Writes the charts to a file of the folder <c>out</c> of the current directory, and returns its path.
    /// </summary>
    public static string Save(string file, params Chart[] charts)
    {
        StringBuilder svg = new();
        double height = charts.Length * Height;
        svg.Append(Invariant(
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}"
              font-family="sans-serif" font-size="13" fill="#222">
            <rect width="100%" height="100%" fill="white"/>

            """));
        for (int k = 0; k < charts.Length; k++)
        {
            svg.Append(Invariant($"<g transform=\"translate(0 {k * Height})\">\n"));
            charts[k].Draw(svg);
            svg.Append("</g>\n");
        }

        string path = OutFolder.PathOf(file);
        File.WriteAllText(path, svg.Append("</svg>\n").ToString());
        return path;
    }

    /// <param name="name">In the legend; what has none is not in it.</param>
    /// <param name="color">As SVG has it.</param>
    /// <param name="look">How it is drawn.</param>
    /// <param name="points">Where.</param>
    private Chart Add(string name, string color, Look look, IEnumerable<(double X, double Y)> points)
    {
        _series.Add(new(name, color, look, [.. points]));
        return this;
    }

    private void Draw(StringBuilder svg)
    {
        Axis x = Axis.Of(_series.SelectMany(series => series.Points).Select(point => point.X), Left, Width - Right);
        Axis y = Axis.Of(_series.SelectMany(series => series.Points).Select(point => point.Y), Height - Bottom, Top);
        foreach (double tick in x.Ticks)
        {
            svg.Append(Invariant(
                $"""
                <path d="M{x[tick]:F1} {Top}V{Height - Bottom}" stroke="#e4e4e4"/>
                <text x="{x[tick]:F1}" y="{Height - Bottom + 18}" text-anchor="middle">{tick:G6}</text>

                """));
        }

        foreach (double tick in y.Ticks)
        {
            svg.Append(Invariant(
                $"""
                <path d="M{Left} {y[tick]:F1}H{Width - Right}" stroke="#e4e4e4"/>
                <text x="{Left - 8}" y="{y[tick] + 4:F1}" text-anchor="end">{tick:G6}</text>

                """));
        }

        svg.Append(Invariant(
            $"""
            <text x="{Left}" y="22" font-size="16" font-weight="bold">{title}</text>
            <text x="{(Left + Width - Right) / 2}" y="{Height - 12}" text-anchor="middle">{xTitle}</text>
            <text transform="translate(18 {(Top + Height - Bottom) / 2}) rotate(-90)"
              text-anchor="middle">{yTitle}</text>

            """));
        double legend = Left;
        foreach (Series series in _series)
        {
            string points = string.Join(' ', series.Points.Select(p => Invariant($"{x[p.X]:F1},{y[p.Y]:F1}")));
            svg.Append(series.Look == Look.Dots
                ? string.Concat(series.Points.Select(p => Mark(series, Invariant($"{x[p.X]:F1},{y[p.Y]:F1}"))))
                : Mark(series, points));
            if (series.Name.Length > 0)
            {
                svg.Append(Mark(series, Sample(series.Look, legend)));
                svg.Append(Invariant($"<text x=\"{legend + 28}\" y=\"48\">{series.Name}</text>\n"));
                legend += 48 + 7.2 * series.Name.Length;
            }
        }
    }

    /// <summary>What stands for a series beside its name.</summary>
    private static string Sample(Look look, double left) => look switch
    {
        Look.Dots => Invariant($"{left + 11},43"),
        Look.Area => Invariant($"{left},37 {left + 22},37 {left + 22},50 {left},50"),
        _ => Invariant($"{left},43 {left + 22},43"),
    };

    private static string Mark(Series series, string points) => series.Look switch
    {
        Look.Dots => Invariant(
            $"<circle r=\"2.6\" transform=\"translate({points})\" fill=\"{series.Color}\"/>\n"),
        Look.Area => Invariant($"<polygon points=\"{points}\" fill=\"{series.Color}\" fill-opacity=\"0.25\"/>\n"),
        Look.Dashes => Invariant(
            $"<polyline points=\"{points}\" fill=\"none\" stroke=\"{series.Color}\" stroke-dasharray=\"6 4\"/>\n"),
        _ => Invariant($"<polyline points=\"{points}\" fill=\"none\" stroke=\"{series.Color}\" stroke-width=\"2\"/>\n"),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Series(string Name, string Color, Look Look, (double X, double Y)[] Points);

    /// <summary>From numbers to places in the picture.</summary>
    private sealed record Axis(double Least, double Most, double Start, double End, double[] Ticks)
    {
        private static readonly double[] s_steps = [1, 2, 5, 10];

        public double this[double number] => Start + (number - Least) / (Most - Least) * (End - Start);

        /// <summary>An axis that holds these numbers, with ticks 1, 2 or 5 times a power of 10 apart.</summary>
        public static Axis Of(IEnumerable<double> numbers, double start, double end)
        {
            (double least, double most) = (numbers.Min(), numbers.Max());
            double power = Math.Pow(10, Math.Floor(Math.Log10((most - least) / TicksAtMost)));
            double step = power * s_steps.First(step => (most - least) / (step * power) <= TicksAtMost);
            double[] ticks =
            [
                .. Enumerable.Range((int)Math.Ceiling(least / step - 1e-9), TicksAtMost + 1).Select(k => k * step)
                    .Where(tick => tick <= most + 1e-9 * step),
            ];
            double margin = 0.02 * (most - least);
            return new(least - margin, most + margin, start, end, ticks);
        }
    }
}
