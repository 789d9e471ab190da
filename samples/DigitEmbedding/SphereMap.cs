using System.Text;

namespace DigitEmbedding;

/// <summary>
/// Draws rows of three numbers as a map of the unit sphere: longitude to the right, height upwards, which keeps areas.
/// </summary>
internal static class SphereMap
{
    private static readonly string[] s_colors =
        ["red", "green", "yellow", "blue", "magenta", "aqua", "white", "orange1", "grey", "hotpink"];

    /// <summary>In markup. Where several digits share a place, the most frequent is drawn.</summary>
    public static string Draw(LabelledRows rows, int columns, int lines)
    {
        LabelledRows points = rows.Directions();
        ILookup<(int Line, int Column), int> digits = Enumerable.Range(0, points.Count)
            .ToLookup(row => Place(points[row], columns, lines), row => points.Labels[row]);
        StringBuilder text = new();
        for (int line = 0; line < lines; line++)
        {
            for (int column = 0; column < columns; column++)
            {
                text.Append(Cell(digits[(line, column)]));
            }

            text.Append(line < lines - 1 ? "\n" : "");
        }

        return text.ToString();
    }

    private static (int Line, int Column) Place(ReadOnlySpan<float> point, int columns, int lines)
    {
        double right = (Math.Atan2(point[1], point[0]) / Math.PI + 1) / 2;
        double down = (1 - point[2]) / 2;
        return ((int)Math.Clamp(down * lines, 0, lines - 1), (int)Math.Clamp(right * columns, 0, columns - 1));
    }

    private static string Cell(IEnumerable<int> digits)
    {
        IGrouping<int, int>? most = digits.GroupBy(digit => digit).MaxBy(group => group.Count());
        return most is null ? " " : $"[{s_colors[most.Key]}]{most.Key}[/]";
    }
}
