using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace LossKit.Internals.Buffers;

/// <summary>Turns rows into columns and back, in squares that fit registers.</summary>
internal static class Transposition<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>
    /// <paramref name="columns"/>[c·stride + k] = <paramref name="matrix"/>[rows[k], c] for c below
    /// <paramref name="width"/>, in a matrix whose rows are <paramref name="pitch"/> apart.
    /// </summary>
    public static void ToColumns(
        ReadOnlySpan<T> matrix, int pitch, int width, ReadOnlySpan<int> rows, Span<T> columns, int stride) =>
        Move<Yes>(
            ref MemoryMarshal.GetReference(matrix),
            pitch,
            width,
            rows,
            ref MemoryMarshal.GetReference(columns),
            stride);

    /// <summary><paramref name="matrix"/>[rows[k], c] = <paramref name="columns"/>[c·stride + k].</summary>
    public static void ToRows(
        ReadOnlySpan<T> columns, int stride, Span<T> matrix, int pitch, int width, ReadOnlySpan<int> rows) =>
        Move<No>(
            ref MemoryMarshal.GetReference(matrix),
            pitch,
            width,
            rows,
            ref MemoryMarshal.GetReference(columns),
            stride);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Move<TToColumns>(
        ref T matrix, int pitch, int width, ReadOnlySpan<int> rows, ref T columns, int stride)
        where TToColumns : struct, IChoice
    {
        int side = Square.Side;
        int k = 0;
        if (width >= side)
        {
            for (; k <= rows.Length - side; k += side)
            {
                ref T first = ref Unsafe.Add(ref matrix, (nint)rows[k] * pitch);
                ref T second = ref Unsafe.Add(ref matrix, (nint)rows[k + 1] * pitch);
                ref T third = ref Unsafe.Add(ref matrix, (nint)rows[k + side - 2] * pitch);
                ref T fourth = ref Unsafe.Add(ref matrix, (nint)rows[k + side - 1] * pitch);
                for (int c = 0; c < width; c += side)
                {
                    // The last square overlaps the one before it and writes the same once more.
                    int at = Math.Min(c, width - side);
                    ref T column = ref Unsafe.Add(ref columns, (nint)at * stride + k);
                    if (TToColumns.IsYes)
                    {
                        Square.Load(ref first, ref second, ref third, ref fourth, at).Transposed()
                            .Store(ref column, stride);
                    }
                    else
                    {
                        Square.Load(ref column, stride).Transposed()
                            .Store(ref first, ref second, ref third, ref fourth, at);
                    }
                }
            }
        }

        for (; k < rows.Length; k++)
        {
            ref T row = ref Unsafe.Add(ref matrix, (nint)rows[k] * pitch);
            for (int c = 0; c < width; c++)
            {
                ref T column = ref Unsafe.Add(ref columns, (nint)c * stride + k);
                ref T from = ref TToColumns.IsYes ? ref Unsafe.Add(ref row, c) : ref column;
                ref T to = ref TToColumns.IsYes ? ref column : ref Unsafe.Add(ref row, c);
                to = from;
            }
        }
    }

    /// <summary>Four by four floats or two by two doubles.</summary>
    private struct Square
    {
        private Vector128<T> _first;
        private Vector128<T> _second;
        private Vector128<T> _third;
        private Vector128<T> _fourth;

        /// <summary>2 or 4; without the instructions, more than any matrix has.</summary>
        public static int Side
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => Sse2.IsSupported || AdvSimd.Arm64.IsSupported ? Vector128<T>.Count : int.MaxValue;
        }

        private static bool IsSingle
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => typeof(T) == typeof(float);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Square Load(ref T first, ref T second, ref T third, ref T fourth, int at)
        {
            Square square = new()
            {
                _first = Vector128.LoadUnsafe(ref first, (nuint)at),
                _second = Vector128.LoadUnsafe(ref second, (nuint)at),
            };
            if (IsSingle)
            {
                square._third = Vector128.LoadUnsafe(ref third, (nuint)at);
                square._fourth = Vector128.LoadUnsafe(ref fourth, (nuint)at);
            }

            return square;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Square Load(ref T start, int stride) => Load(
            ref start,
            ref Unsafe.Add(ref start, stride),
            ref Unsafe.Add(ref start, (nint)2 * stride),
            ref Unsafe.Add(ref start, (nint)3 * stride),
            0);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(ref T first, ref T second, ref T third, ref T fourth, int at)
        {
            _first.StoreUnsafe(ref first, (nuint)at);
            _second.StoreUnsafe(ref second, (nuint)at);
            if (IsSingle)
            {
                _third.StoreUnsafe(ref third, (nuint)at);
                _fourth.StoreUnsafe(ref fourth, (nuint)at);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(ref T start, int stride) => Store(
            ref start,
            ref Unsafe.Add(ref start, stride),
            ref Unsafe.Add(ref start, (nint)2 * stride),
            ref Unsafe.Add(ref start, (nint)3 * stride),
            0);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly Square Transposed()
        {
            Vector128<double> a = Low(_first, _second).AsDouble();
            Vector128<double> b = High(_first, _second).AsDouble();
            if (!IsSingle)
            {
                return new() { _first = a.As<double, T>(), _second = b.As<double, T>() };
            }

            // Pairs of floats are then moved as if each were a double.
            Vector128<double> c = Low(_third, _fourth).AsDouble();
            Vector128<double> d = High(_third, _fourth).AsDouble();
            return new()
            {
                _first = LowOfDoubles(a, c),
                _second = HighOfDoubles(a, c),
                _third = LowOfDoubles(b, d),
                _fourth = HighOfDoubles(b, d),
            };
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<T> Low(Vector128<T> left, Vector128<T> right)
        {
            if (!IsSingle)
            {
                return LowOfDoubles(left.AsDouble(), right.AsDouble());
            }

            return Sse.IsSupported
                ? Sse.UnpackLow(left.AsSingle(), right.AsSingle()).As<float, T>()
                : AdvSimd.Arm64.ZipLow(left.AsSingle(), right.AsSingle()).As<float, T>();
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<T> High(Vector128<T> left, Vector128<T> right)
        {
            if (!IsSingle)
            {
                return HighOfDoubles(left.AsDouble(), right.AsDouble());
            }

            return Sse.IsSupported
                ? Sse.UnpackHigh(left.AsSingle(), right.AsSingle()).As<float, T>()
                : AdvSimd.Arm64.ZipHigh(left.AsSingle(), right.AsSingle()).As<float, T>();
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<T> LowOfDoubles(Vector128<double> left, Vector128<double> right) =>
            (Sse2.IsSupported ? Sse2.UnpackLow(left, right) : AdvSimd.Arm64.ZipLow(left, right)).As<double, T>();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<T> HighOfDoubles(Vector128<double> left, Vector128<double> right) =>
            (Sse2.IsSupported ? Sse2.UnpackHigh(left, right) : AdvSimd.Arm64.ZipHigh(left, right)).As<double, T>();
    }
}
