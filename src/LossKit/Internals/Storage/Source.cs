using System.Runtime.InteropServices;
using LossKit.HalfPrecision;

namespace LossKit.Internals.Storage;

/// <summary>Numbers in memory as they are, or of 16 bits, which are widened where they are read.</summary>
internal readonly ref struct Source<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _numbers;
    private readonly ReadOnlySpan<Half> _halves;
    private readonly ReadOnlySpan<BFloat16> _bfloats;

    private Source(ReadOnlySpan<T> numbers, ReadOnlySpan<Half> halves, ReadOnlySpan<BFloat16> bfloats)
    {
        _numbers = numbers;
        _halves = halves;
        _bfloats = bfloats;
    }

    public int Length => _numbers.Length + _halves.Length + _bfloats.Length;

    /// <summary>Whether reading takes memory.</summary>
    public bool IsStored => Length > _numbers.Length;

    public static implicit operator Source<T>(ReadOnlySpan<T> numbers) => new(numbers, default, default);

    /// <summary>Of 16 bits each.</summary>
    public static Source<T> Stored<TNumber>(ReadOnlySpan<TNumber> numbers) where TNumber : unmanaged =>
        typeof(TNumber) == typeof(Half)
            ? new(default, MemoryMarshal.Cast<TNumber, Half>(numbers), default)
            : new(default, default, MemoryMarshal.Cast<TNumber, BFloat16>(numbers));

    /// <summary>Some of the numbers; in <paramref name="scratch"/> if they have to be widened.</summary>
    public ReadOnlySpan<T> Part(int start, int count, Span<T> scratch)
    {
        if (!IsStored)
        {
            return _numbers.Slice(start, count);
        }

        CopyTo(start, scratch[..count]);
        return scratch[..count];
    }

    /// <summary>As many numbers as there is room for.</summary>
    public void CopyTo(int start, Span<T> numbers)
    {
        if (!_halves.IsEmpty)
        {
            NumberStorage<Half>.Widen(
                _halves.Slice(start, numbers.Length), MemoryMarshal.Cast<T, float>(numbers));
        }
        else if (!_bfloats.IsEmpty)
        {
            NumberStorage<BFloat16>.Widen(
                _bfloats.Slice(start, numbers.Length), MemoryMarshal.Cast<T, float>(numbers));
        }
        else
        {
            _numbers.Slice(start, numbers.Length).CopyTo(numbers);
        }
    }
}
