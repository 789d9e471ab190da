namespace LossKit.Gpu.Lanes;

/// <summary>What a lane cannot do in C#'s own operators: constants, and what is made of a number's bits.</summary>
internal interface IArithmetic<T> where T : unmanaged
{
    static abstract T Of(double value);

    static abstract T Of(Parameter value);

    static abstract double ToDouble(T value);

    /// <summary>left · right + addend, rounded once.</summary>
    static abstract T MultiplyAdd(T left, T right, T addend);

    static abstract T Abs(T x);

    static abstract T Sqrt(T x);

    /// <summary>2ⁿ for an integral n within the exponents of normal numbers.</summary>
    static abstract T PowerOfTwo(int n);

    static abstract int ToInteger(T x);

    static abstract T OfInteger(int n);

    /// <summary>eˣ for x ≤ 0, to 4 ulp, by what the device has of its own; 0 where no normal number is left.</summary>
    static abstract T ExpOfNegative(T x);

    /// <summary>The bits of the exponent of a number that is not negative.</summary>
    static abstract int ExponentBits(T x);

    /// <summary>The mantissa of a normal number, in [1, 2).</summary>
    static abstract T Mantissa(T x);
}
