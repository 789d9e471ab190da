namespace LossKit.Internals.Lattice;

/// <summary>A probability of paths, m · 2ᵉ: it neither underflows nor loses digits.</summary>
internal readonly record struct PathNumber(double Mantissa, double Exponent)
{
    /// <summary>No path at all.</summary>
    public static PathNumber None => new(0, double.NegativeInfinity);

    public bool IsNone => double.IsNegativeInfinity(Exponent);

    public double Log => IsNone ? double.NegativeInfinity : Math.Log(Mantissa) + Exponent * Math.Log(2);

    public static PathNumber operator +(PathNumber left, PathNumber right)
    {
        double exponent = Math.Max(left.Exponent, right.Exponent);
        return double.IsNegativeInfinity(exponent)
            ? None
            : new(left.Beside(exponent) + right.Beside(exponent), exponent);
    }

    public static PathNumber operator /(PathNumber left, PathNumber right) =>
        new(left.Mantissa / right.Mantissa, left.Exponent - right.Exponent);

    public static PathNumber Sum<T>(ReadOnlySpan<T> mantissas, ReadOnlySpan<T> exponents)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        PathNumber sum = None;
        for (int i = 0; i < mantissas.Length; i++)
        {
            sum += new PathNumber(double.CreateTruncating(mantissas[i]), double.CreateTruncating(exponents[i]));
        }

        return sum;
    }

    /// <summary>In units of 2^<paramref name="exponent"/>, which is not less than its own.</summary>
    private double Beside(double exponent) => Math.ScaleB(Mantissa, (int)Math.Max(-2000, Exponent - exponent));
}
