using System.Globalization;
using LossKit.Internals.Storage;

namespace LossKit.HalfPrecision;

/// <summary>
/// A number of 16 bits with the range of <see cref="float"/> and 8 significant bits: the upper half of a float. It is
/// storage; arithmetic is that of the float it converts to.
/// </summary>
/// <remarks>
/// The bits are those of PyTorch's and ML frameworks' bfloat16, so that memory of theirs can be cast. A float is
/// rounded to the nearest, of two equally near to the one whose last bit is 0; what is beyond the range becomes
/// infinite, and NaN stays NaN.
/// </remarks>
public readonly struct BFloat16 : IEquatable<BFloat16>, IComparable<BFloat16>, IFormattable
{
    private readonly ushort _bits;

    private BFloat16(ushort bits) => _bits = bits;

    /// <summary>The bits: sign, 8 of the exponent, 7 of the fraction.</summary>
    public ushort Bits => _bits;

    /// <summary>The number of some bits.</summary>
    public static BFloat16 FromBits(ushort bits) => new(bits);

    /// <summary>The nearest number to a float.</summary>
    public static explicit operator BFloat16(float number) => new(NumberStorage<BFloat16>.Narrow(number));

    /// <summary>The float itself: nothing is lost.</summary>
    public static implicit operator float(BFloat16 number) => NumberStorage<BFloat16>.Widen(number._bits);

    /// <summary>Whether both are the same number, as floats are: 0 is −0, and NaN is not NaN.</summary>
    public static bool operator ==(BFloat16 left, BFloat16 right) => (float)left == right;

    /// <summary>Whether they are not the same number.</summary>
    public static bool operator !=(BFloat16 left, BFloat16 right) => !(left == right);

    /// <summary>Whether the first is smaller.</summary>
    public static bool operator <(BFloat16 left, BFloat16 right) => (float)left < right;

    /// <summary>Whether the first is larger.</summary>
    public static bool operator >(BFloat16 left, BFloat16 right) => (float)left > right;

    /// <summary>Whether the first is not larger.</summary>
    public static bool operator <=(BFloat16 left, BFloat16 right) => (float)left <= right;

    /// <summary>Whether the first is not smaller.</summary>
    public static bool operator >=(BFloat16 left, BFloat16 right) => (float)left >= right;

    /// <summary>As floats are equal, but that NaN equals NaN.</summary>
    public bool Equals(BFloat16 other) => ((float)this).Equals(other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is BFloat16 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ((float)this).GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(BFloat16 other) => ((float)this).CompareTo(other);

    /// <summary>As the float is written.</summary>
    public override string ToString() => ToString(null, CultureInfo.CurrentCulture);

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) =>
        ((float)this).ToString(format, formatProvider);
}
