namespace LossKit.Internals;

/// <summary>A sum in double with its rounding errors kept beside it (Neumaier 1974).</summary>
internal readonly record struct CompensatedSum(double Sum, double Error)
{
    /// <summary>The sum, errors included; after an overflow only the sum itself says what happened.</summary>
    public double Total => double.IsFinite(Sum) ? Sum + Error : Sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CompensatedSum operator +(CompensatedSum left, double right)
    {
        double sum = left.Sum + right;
        double lost = Math.Abs(left.Sum) >= Math.Abs(right)
            ? left.Sum - sum + right
            : right - sum + left.Sum;
        return new(sum, left.Error + lost);
    }

    public static CompensatedSum operator +(CompensatedSum left, CompensatedSum right)
    {
        CompensatedSum sum = left + right.Sum;
        return sum with { Error = sum.Error + right.Error };
    }

    public static CompensatedSum operator *(double factor, CompensatedSum sum) =>
        new(factor * sum.Sum, factor * sum.Error);

    /// <summary>The sum times 2^<paramref name="exponent"/>, exactly where that fits.</summary>
    public CompensatedSum Scaled(int exponent) => new(Math.ScaleB(Sum, exponent), Math.ScaleB(Error, exponent));
}
