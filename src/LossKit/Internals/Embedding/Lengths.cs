namespace LossKit.Internals.Embedding;

/// <summary>
/// Norms and distances of rows, also of those whose squares leave the range of <typeparamref name="T"/>.
/// </summary>
internal static class Lengths<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The squares of numbers up to this power of two, and down to its inverse, add up in range.</summary>
    private static int OrdinaryExponent => typeof(T) == typeof(float) ? 40 : 400;

    /// <summary>What is less may be a sum of squares that were rounded to 0 or to a few bits.</summary>
    private static double LeastSquare => typeof(T) == typeof(float) ? 1e-30 : 1e-280;

    /// <summary>‖row‖.</summary>
    public static double Norm(ReadOnlySpan<T> row)
    {
        double square = RowProduct<T>.Of<Dot>(row, row);
        return IsInRange(square) ? Math.Sqrt(square) : Scaled(row, default);
    }

    /// <summary>‖left − right‖.</summary>
    public static double Distance(ReadOnlySpan<T> left, ReadOnlySpan<T> right)
    {
        double square = RowProduct<T>.Of<SquaredDistance>(left, right);
        return IsInRange(square) ? Math.Sqrt(square) : Scaled(left, right);
    }

    /// <summary>left · right / (normLeft · normRight), for norms of at least those of the rows.</summary>
    public static double Cosine(ReadOnlySpan<T> left, ReadOnlySpan<T> right, double normLeft, double normRight)
    {
        if (IsInRange(normLeft * normLeft) && IsInRange(normRight * normRight))
        {
            return RowProduct<T>.Of<Dot>(left, right) / (normLeft * normRight);
        }

        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            sum += double.CreateTruncating(left[i]) / normLeft * (double.CreateTruncating(right[i]) / normRight);
        }

        return sum;
    }

    /// <summary>
    /// 1 − cosine of rows near each other, ½‖left/normLeft − right/normRight‖², which does not cancel.
    /// </summary>
    public static double CosineDistance(
        ReadOnlySpan<T> left, ReadOnlySpan<T> right, double normLeft, double normRight)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            double gap = double.CreateTruncating(left[i]) / normLeft - double.CreateTruncating(right[i]) / normRight;
            sum += gap * gap;
        }

        return sum / 2;
    }

    /// <summary>
    /// The power of two by which rows are to be divided before they are compared with each other: 1 unless their
    /// squares could leave the range.
    /// </summary>
    public static T Unit(in EmbeddingSides<T> rows)
    {
        T largest = T.MaxNative(Spans.LargestSize(rows.First), Spans.LargestSize(rows.Second));
        int exponent = WeightTotal<T>.ExponentOf(largest);
        return Math.Abs(exponent) < OrdinaryExponent ? T.One : T.ScaleB(T.One, exponent);
    }

    // In floats a sum of squares is finite up to about 1e38, like the numbers themselves.
    private static bool IsInRange(double square) =>
        square >= LeastSquare && square < IeeeFormat<T>.LargestFinite / 16;

    /// <summary>In units of the largest number, whose square is then 1.</summary>
    private static double Scaled(ReadOnlySpan<T> left, ReadOnlySpan<T> right)
    {
        double unit = 0;
        for (int i = 0; i < left.Length; i++)
        {
            unit = Math.Max(unit, Math.Abs(Difference(left, right, i)));
        }

        if (unit == 0 || !double.IsFinite(unit))
        {
            return unit;
        }

        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            double share = Difference(left, right, i) / unit;
            sum += share * share;
        }

        return unit * Math.Sqrt(sum);
    }

    private static double Difference(ReadOnlySpan<T> left, ReadOnlySpan<T> right, int i) =>
        double.CreateTruncating(left[i]) - (right.IsEmpty ? 0 : double.CreateTruncating(right[i]));
}
