using System.Runtime.InteropServices;

namespace LossKit.Internals;

/// <summary>Elementary functions of whole spans, in place.</summary>
internal static class Elementary<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>eˣ of numbers that are not positive.</summary>
    public static void ExpOfNegative(Span<T> numbers) => Apply<OfNegative>(numbers);

    /// <summary>eˣ − 1.</summary>
    public static void Expm1(Span<T> numbers) => Apply<Expm1Of>(numbers);

    /// <summary>log(1 + x).</summary>
    public static void Log1p(Span<T> numbers) => Apply<Log1pOf>(numbers);

    /// <summary>log x.</summary>
    public static void Log(Span<T> numbers) => Apply<LogOf>(numbers);

    /// <summary>tanh x.</summary>
    public static void Tanh(Span<T> numbers) => Apply<TanhOf>(numbers);

    /// <summary>1 / cosh² x, the derivative of tanh x.</summary>
    public static void SquaredSech(Span<T> numbers) => Apply<SquaredSechOf>(numbers);

    private static void Apply<TFunction>(Span<T> numbers) where TFunction : struct, IElementary
    {
        int done = LaneWidths.Best switch
        {
            LaneWidth.Vector512 => Loop<TFunction, Vector512Lane<T>>(numbers),
            LaneWidth.Vector => Loop<TFunction, VectorLane<T>>(numbers),
            _ => 0,
        };
        Loop<TFunction, ScalarLane<T>>(numbers[done..]);
    }

    /// <summary>Whole lanes; returns how many numbers they have.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int Loop<TFunction, TLane>(Span<T> numbers)
        where TFunction : struct, IElementary
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        ref T start = ref MemoryMarshal.GetReference(numbers);
        nuint length = (nuint)numbers.Length / (nuint)TLane.Count * (nuint)TLane.Count;
        for (nuint i = 0; i < length; i += (nuint)TLane.Count)
        {
            TLane.Store(TFunction.Of<TLane, T>(TLane.Load(in start, i)), ref start, i);
        }

        return (int)length;
    }

    private interface IElementary
    {
        static abstract TLane Of<TLane, TNumber>(TLane x)
            where TLane : struct, IVectorLane<TLane, TNumber>, ILane<TLane>
            where TNumber : unmanaged;
    }

    private readonly struct OfNegative : IElementary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLane Of<TLane, TNumber>(TLane x)
            where TLane : struct, IVectorLane<TLane, TNumber>, ILane<TLane>
            where TNumber : unmanaged => Exponentials<TLane, TNumber>.ExpOfNegative(x);
    }

    private readonly struct Expm1Of : IElementary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLane Of<TLane, TNumber>(TLane x)
            where TLane : struct, IVectorLane<TLane, TNumber>, ILane<TLane>
            where TNumber : unmanaged => TLane.Expm1(x);
    }

    private readonly struct Log1pOf : IElementary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLane Of<TLane, TNumber>(TLane x)
            where TLane : struct, IVectorLane<TLane, TNumber>, ILane<TLane>
            where TNumber : unmanaged => Logarithms<TLane, TNumber>.Log1p(x);
    }

    private readonly struct LogOf : IElementary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLane Of<TLane, TNumber>(TLane x)
            where TLane : struct, IVectorLane<TLane, TNumber>, ILane<TLane>
            where TNumber : unmanaged => Logarithms<TLane, TNumber>.Log(x);
    }

    private readonly struct TanhOf : IElementary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLane Of<TLane, TNumber>(TLane x)
            where TLane : struct, IVectorLane<TLane, TNumber>, ILane<TLane>
            where TNumber : unmanaged => Sigmoids<TLane, TNumber>.Hyperbolic(x).Tanh;
    }

    private readonly struct SquaredSechOf : IElementary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLane Of<TLane, TNumber>(TLane x)
            where TLane : struct, IVectorLane<TLane, TNumber>, ILane<TLane>
            where TNumber : unmanaged => Sigmoids<TLane, TNumber>.Hyperbolic(x).SquaredSech;
    }
}
