using System.Runtime.InteropServices;
using LossKit.HalfPrecision;

namespace LossKit.Internals.Storage;

/// <summary>Numbers that are kept in 16 bits: from them and to them.</summary>
/// <typeparam name="TNumber"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
internal static class NumberStorage<TNumber> where TNumber : unmanaged
{
    public static void Check()
    {
        if (typeof(TNumber) != typeof(Half) && typeof(TNumber) != typeof(BFloat16))
        {
            throw new NotSupportedException(
                $"Numbers of 16 bits are Half or BFloat16, not {typeof(TNumber).Name}; losses are of float or double "
                + "themselves.");
        }
    }

    public static float Widen(ushort bits) => typeof(TNumber) == typeof(Half)
        ? HalfStorage.Widen(Vector.Create((int)bits))[0]
        : BFloatStorage.Widen(Vector.Create((int)bits))[0];

    public static ushort Narrow(float number) => (ushort)(typeof(TNumber) == typeof(Half)
        ? HalfStorage.Narrow(Vector.Create(number))[0]
        : BFloatStorage.Narrow(Vector.Create(number))[0]);

    /// <summary>The floats of numbers.</summary>
    public static void Widen(ReadOnlySpan<TNumber> numbers, Span<float> floats)
    {
        ReadOnlySpan<ushort> bits = MemoryMarshal.Cast<TNumber, ushort>(numbers);
        if (typeof(TNumber) == typeof(Half))
        {
            WidenAll<HalfStorage>(bits, floats);
        }
        else
        {
            WidenAll<BFloatStorage>(bits, floats);
        }
    }

    /// <summary>The nearest numbers to floats.</summary>
    public static void Narrow(ReadOnlySpan<float> floats, Span<TNumber> numbers)
    {
        Span<ushort> bits = MemoryMarshal.Cast<TNumber, ushort>(numbers);
        if (typeof(TNumber) == typeof(Half))
        {
            NarrowAll<HalfStorage>(floats, bits);
        }
        else
        {
            NarrowAll<BFloatStorage>(floats, bits);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WidenAll<TStorage>(ReadOnlySpan<ushort> bits, Span<float> floats)
        where TStorage : struct, IStorage
    {
        ref ushort from = ref MemoryMarshal.GetReference(bits);
        ref float to = ref MemoryMarshal.GetReference(floats[..bits.Length]);
        int count = Vector<ushort>.Count;
        int i = 0;
        for (; i <= bits.Length - count; i += count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref from, (nuint)i).As<ushort, short>(), out Vector<int> low, out Vector<int> high);
            TStorage.Widen(low).StoreUnsafe(ref to, (nuint)i);
            TStorage.Widen(high).StoreUnsafe(ref to, (nuint)(i + Vector<int>.Count));
        }

        for (; i < bits.Length; i++)
        {
            floats[i] = TStorage.Widen(Vector.Create((int)bits[i]))[0];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowAll<TStorage>(ReadOnlySpan<float> floats, Span<ushort> bits)
        where TStorage : struct, IStorage
    {
        ref float from = ref MemoryMarshal.GetReference(floats);
        ref ushort to = ref MemoryMarshal.GetReference(bits[..floats.Length]);
        int count = Vector<ushort>.Count;
        int i = 0;
        for (; i <= floats.Length - count; i += count)
        {
            Vector<int> low = TStorage.Narrow(Vector.LoadUnsafe(ref from, (nuint)i));
            Vector<int> high = TStorage.Narrow(Vector.LoadUnsafe(ref from, (nuint)(i + Vector<int>.Count)));
            Vector.Narrow(low.As<int, uint>(), high.As<int, uint>()).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < floats.Length; i++)
        {
            bits[i] = (ushort)TStorage.Narrow(Vector.Create(floats[i]))[0];
        }
    }
}

/// <summary>Numbers of 16 bits as floats, in scratch memory; the outputs of a call go back from there.</summary>
internal readonly ref struct Widened<TNumber> where TNumber : unmanaged
{
    private readonly Rented<float> _floats;
    private readonly Span<TNumber> _output;

    /// <summary>The floats of an input.</summary>
    public Widened(ReadOnlySpan<TNumber> input)
    {
        _floats = new(input.Length);
        NumberStorage<TNumber>.Widen(input, _floats.Span);
    }

    /// <summary>Room for an output.</summary>
    public Widened(Span<TNumber> output)
    {
        _floats = new(output.Length);
        _output = output;
    }

    public Span<float> Floats => _floats.Span;

    /// <summary>Writes the output.</summary>
    public void Write() => NumberStorage<TNumber>.Narrow(Floats, _output);

    public void Dispose() => _floats.Dispose();
}
