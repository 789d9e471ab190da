using MathNet.Numerics.LinearAlgebra;

namespace RobustRegression;

/// <summary>Draws what was predicted, with a band around it, and what happened.</summary>
internal static class BandPlot
{
    /// <summary>
    /// A column per few patients, in the order of their predicted medians; as high as the highest of the actual values.
    /// </summary>
    public static string Draw(
        Vector<double> low, Vector<double> median, Vector<double> high, Vector<double> actual, int columns, int rows)
    {
        int[] order = [.. Enumerable.Range(0, median.Count).OrderBy(i => median[i])];
        double top = actual.Maximum();
        char[][] cells = [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Repeat(' ', columns).ToArray())];
        for (int column = 0; column < columns; column++)
        {
            int[] patients = order[(column * order.Length / columns)..((column + 1) * order.Length / columns)];
            int highest = Row(patients.Average(i => high[i]));
            int lowest = Row(patients.Average(i => low[i]));
            for (int row = highest; row <= lowest; row++)
            {
                cells[row][column] = '░';
            }

            cells[Row(patients.Average(i => median[i]))][column] = '─';
            foreach (int i in patients)
            {
                cells[Row(actual[i])][column] = '●';
            }
        }

        return string.Join('\n', cells.Select((line, row) =>
            $"{(rows - 1 - row) * top / (rows - 1),4:F0} │{new string(line)}"));

        int Row(double value) => rows - 1 - (int)Math.Round(Math.Clamp(value / top, 0, 1) * (rows - 1));
    }
}
