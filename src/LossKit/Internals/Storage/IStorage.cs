namespace LossKit.Internals.Storage;

/// <summary>How floats are kept in 16 bits, as a type: a loop is compiled for each.</summary>
internal interface IStorage
{
    /// <summary>The floats of what is in the lower halves, whatever is in the upper ones.</summary>
    static abstract Vector<float> Widen(Vector<int> bits);

    /// <summary>What floats become, in the lower halves.</summary>
    static abstract Vector<int> Narrow(Vector<float> numbers);
}

/// <summary>The upper half of a float.</summary>
internal readonly struct BFloatStorage : IStorage
{
    private const int Infinity = 0x7F80_0000;
    private const int Quiet = 0x40;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Widen(Vector<int> bits) => (bits << 16).As<int, float>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<int> Narrow(Vector<float> numbers)
    {
        Vector<int> bits = numbers.As<float, int>();
        Vector<int> upper = bits >>> 16;

        // Half of the last bit that stays, and no more if that is 0: of two equally near numbers the even one.
        Vector<int> rounded = (bits + Vector.Create(0x7FFF) + (upper & Vector<int>.One)) >>> 16;
        Vector<int> isNaN = Vector.GreaterThan(bits & Vector.Create(int.MaxValue), Vector.Create(Infinity));
        return Vector.ConditionalSelect(isNaN, upper | Vector.Create(Quiet), rounded);
    }
}

/// <summary>IEEE 754 binary16.</summary>
internal readonly struct HalfStorage : IStorage
{
    private const int Sign = 0x8000;
    private const int Infinity = 0x7C00;
    private const int QuietNaN = 0x7E00;

    /// <summary>How many bits of a fraction a float has more.</summary>
    private const int FractionBits = 13;

    /// <summary>What the exponents of floats are larger by.</summary>
    private const int Rebias = (127 - 15) << 23;

    /// <summary>The least float that is no subnormal half.</summary>
    private const int LeastNormal = Rebias + (1 << 23);

    /// <summary>65,536: the least float that is infinite, however halves are rounded.</summary>
    private const int LeastInfinite = (127 + 16) << 23;

    /// <summary>
    /// ½, whose last bit as a float is that of a subnormal half: to add it rounds, and leaves the bits.
    /// </summary>
    private const int OneHalf = 126 << 23;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Widen(Vector<int> bits)
    {
        Vector<int> magnitude = (bits & Vector.Create(Sign - 1)) << FractionBits;
        Vector<int> normal = magnitude + Vector.Create(Rebias);

        // Infinite ones and NaN have the largest exponent of both.
        Vector<int> isInfinite = Vector.GreaterThan(magnitude, Vector.Create((Infinity << FractionBits) - 1));
        normal += isInfinite & Vector.Create(Rebias);

        // The fraction of a subnormal one, less the 1 that a float has before it.
        Vector<float> subnormal = (magnitude + Vector.Create(LeastNormal)).As<int, float>()
            - Vector.Create(BitConverter.Int32BitsToSingle(LeastNormal));
        Vector<int> isSubnormal = Vector.LessThan(magnitude, Vector.Create(1 << 23));
        Vector<int> result = Vector.ConditionalSelect(isSubnormal, subnormal.As<float, int>(), normal);
        return (result | ((bits & Vector.Create(Sign)) << 16)).As<int, float>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<int> Narrow(Vector<float> numbers)
    {
        Vector<int> bits = numbers.As<float, int>();
        Vector<int> magnitude = bits & Vector.Create(int.MaxValue);
        Vector<int> last = (magnitude >>> FractionBits) & Vector<int>.One;

        // Half of the last bit that stays, and no more if that is 0: of two equally near numbers the even one.
        Vector<int> normal = (magnitude + Vector.Create(0xFFF - Rebias) + last) >>> FractionBits;
        Vector<float> shifted = magnitude.As<int, float>() + Vector.Create(0.5f);
        Vector<int> subnormal = shifted.As<float, int>() - Vector.Create(OneHalf);
        Vector<int> isNaN = Vector.GreaterThan(magnitude, Vector.Create(0x7F80_0000));
        Vector<int> result = Vector.ConditionalSelect(
            Vector.LessThan(magnitude, Vector.Create(LeastNormal)), subnormal, normal);
        result = Vector.ConditionalSelect(
            Vector.LessThan(magnitude, Vector.Create(LeastInfinite)), result, Vector.Create(Infinity));
        result = Vector.ConditionalSelect(isNaN, Vector.Create(QuietNaN), result);
        return result | ((bits >>> 16) & Vector.Create(Sign));
    }
}
