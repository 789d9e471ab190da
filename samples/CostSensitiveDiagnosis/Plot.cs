using System.Text;

namespace CostSensitiveDiagnosis;

/// <summary>Draws a curve in text.</summary>
internal static class Plot
{
    /// <summary>Lower parts of a character cell, by eighths.</summary>
    private const string Eighths = " ▁▂▃▄▅▆▇█";

    /// <summary>The area under a curve of values between 0 and <paramref name="top"/>.</summary>
    public static string Area(double[] values, double top, int columns, int rows)
    {
        StringBuilder text = new();
        for (int row = rows - 1; row >= 0; row--)
        {
            for (int column = 0; column < columns; column++)
            {
                double value = values[column * (values.Length - 1) / (columns - 1)];
                double filled = value / top * rows - row;
                text.Append(Eighths[(int)Math.Round(8 * Math.Clamp(filled, 0, 1))]);
            }

            text.Append(row > 0 ? "\n" : "");
        }

        return text.ToString();
    }
}
