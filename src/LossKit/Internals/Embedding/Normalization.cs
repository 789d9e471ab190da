namespace LossKit.Internals.Embedding;

/// <summary>Rows divided by their Euclidean norms, or by the least norm if they are shorter.</summary>
internal static class Normalization
{
    /// <summary>
    /// Below it, rounding a row and its products leaves much of a gradient along it; of a single number nothing else
    /// would be left.
    /// </summary>
    private const int ShortRow = 16;

    /// <summary>What shorter rows are divided by.</summary>
    public const double LeastNorm = 1e-12;

    /// <summary>
    /// Divides the rows in place; a row shorter than the least norm has that, negative, for its norm.
    /// </summary>
    public static void Normalize<T>(Span<T> rows, int dimension, Span<T> norms)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int k = 0; k < norms.Length; k++)
        {
            Span<T> row = rows[Rows.At(k, dimension)];
            double norm = Lengths<T>.Norm(row);
            norms[k] = T.CreateTruncating(norm < LeastNorm ? -LeastNorm : norm);
            Divide(row, Math.Max(norm, LeastNorm));
        }
    }

    /// <summary>
    /// Turns the gradient with respect to normalised rows z = x/‖x‖ into that with respect to x: (g − (g·z)z)/‖x‖. Does
    /// nothing to one that is left out.
    /// </summary>
    public static void Backward<T>(ReadOnlySpan<T> rows, ReadOnlySpan<T> norms, Span<T> gradient)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int dimension = norms.IsEmpty ? 0 : gradient.Length / norms.Length;
        for (int k = 0; k < norms.Length && dimension > 0; k++)
        {
            ReadOnlySpan<T> row = rows[Rows.At(k, dimension)];
            Span<T> ofRow = gradient[Rows.At(k, dimension)];
            if (!ofRow.ContainsAnyExcept(T.Zero))
            {
                // It counts for nothing, and may hold anything.
                continue;
            }

            if (dimension < ShortRow && !T.IsNegative(norms[k]))
            {
                Spans.Combine(1, ofRow, -Along(ofRow, row), row, ofRow);
            }
            else if (!T.IsNegative(norms[k]))
            {
                Spans.AddScaled(ofRow, -T.CreateTruncating(RowProduct<T>.Of<Dot>(ofRow, row)), row);
            }

            Divide(ofRow, Math.Abs(double.CreateTruncating(norms[k])));
        }
    }

    /// <summary>How much of a gradient lies along a row, as rounded.</summary>
    private static double Along<T>(ReadOnlySpan<T> gradient, ReadOnlySpan<T> row)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double along = 0;
        double square = 0;
        for (int i = 0; i < row.Length; i++)
        {
            double z = double.CreateTruncating(row[i]);
            along += double.CreateTruncating(gradient[i]) * z;
            square += z * z;
        }

        return along / square;
    }

    private static void Divide<T>(Span<T> row, double divisor) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T inverse = T.CreateTruncating(1 / divisor);
        if (T.IsNormal(inverse))
        {
            Spans.Scale(row, inverse);
            return;
        }

        // The inverse of what is nearly out of range is no exact number any more.
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = T.CreateTruncating(double.CreateTruncating(row[i]) / divisor);
        }
    }
}
