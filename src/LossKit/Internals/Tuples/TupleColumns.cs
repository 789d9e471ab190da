using System.Runtime.InteropServices;

namespace LossKit.Internals.Tuples;

/// <summary>Brings the examples of a batch into columns, and columns back into rows.</summary>
internal static class TupleColumns<T, TLane>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
{
    /// <summary>
    /// Fills <paramref name="width"/> columns, <paramref name="stride"/> apart, with <paramref name="count"/> examples
    /// from <paramref name="first"/> on, and whole lanes with copies of the last. <paramref name="pitch"/> is how far
    /// columns are apart in <paramref name="numbers"/>, 0 if those are rows.
    /// </summary>
    public static void Load(
        ReadOnlySpan<T> numbers, int width, int pitch, int first, Span<T> columns, int stride, int count)
    {
        if (width == 0)
        {
            return;
        }

        if (pitch > 0 || width == 1)
        {
            for (int c = 0; c < width; c++)
            {
                Copy(numbers.Slice(c * pitch + first, count), columns[(c * stride)..]);
            }
        }
        else
        {
            ToColumns(numbers.Slice(first * width, count * width), width, columns, stride, count);
        }

        int padded = (count + TLane.Count - 1) / TLane.Count * TLane.Count;
        for (int c = 0; c < width && padded > count; c++)
        {
            Span<T> column = columns.Slice(c * stride, padded);
            column[count..].Fill(column[count - 1]);
        }
    }

    /// <summary>What <see cref="Span{T}.CopyTo"/> does, which takes several times as long for a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(ReadOnlySpan<T> from, Span<T> to)
    {
        ref T source = ref MemoryMarshal.GetReference(from);
        ref T target = ref MemoryMarshal.GetReference(to);
        nuint count = (nuint)from.Length;
        nuint step = (nuint)TLane.Count;
        nuint i = 0;
        for (; i + step <= count; i += step)
        {
            TLane.Store(TLane.Load(in source, i), ref target, i);
        }

        for (; i < count; i++)
        {
            Unsafe.Add(ref target, i) = Unsafe.Add(ref source, i);
        }
    }

    // Each width has a loop of its own, so that only the one in use is compiled.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ToColumns(ReadOnlySpan<T> rows, int width, Span<T> columns, int stride, int count)
    {
        ref T source = ref MemoryMarshal.GetReference(rows);
        ref T target = ref MemoryMarshal.GetReference(columns);
        nuint whole = (nuint)(count / TLane.Count * TLane.Count);
        if (width == 2)
        {
            PairsToColumns(ref source, ref target, (nuint)stride, whole);
        }
        else if (width == 4)
        {
            FoursToColumns(ref source, ref target, (nuint)stride, whole);
        }
        else
        {
            whole = 0;
        }

        if (whole < (nuint)count)
        {
            Move<Yes>(ref source, (nuint)width, ref target, (nuint)stride, whole, (nuint)count);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void PairsToColumns(ref T source, ref T target, nuint apart, nuint count)
    {
        nuint step = (nuint)TLane.Count;
        for (nuint i = 0; i < count; i += step)
        {
            TLane even = TLane.Split(
                TLane.Load(in source, 2 * i), TLane.Load(in source, 2 * i + step), out TLane odd);
            TLane.Store(even, ref target, i);
            TLane.Store(odd, ref target, apart + i);
        }
    }

    /// <summary>Pairs of pairs: what is even of the even ones is the first column.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FoursToColumns(ref T source, ref T target, nuint apart, nuint count)
    {
        nuint step = (nuint)TLane.Count;
        for (nuint i = 0; i < count; i += step)
        {
            TLane evenOfLeft = TLane.Split(
                TLane.Load(in source, 4 * i), TLane.Load(in source, 4 * i + step), out TLane oddOfLeft);
            TLane evenOfRight = TLane.Split(
                TLane.Load(in source, 4 * i + 2 * step), TLane.Load(in source, 4 * i + 3 * step), out TLane oddOfRight);
            TLane.Store(TLane.Split(evenOfLeft, evenOfRight, out TLane third), ref target, i);
            TLane.Store(TLane.Split(oddOfLeft, oddOfRight, out TLane fourth), ref target, apart + i);
            TLane.Store(third, ref target, 2 * apart + i);
            TLane.Store(fourth, ref target, 3 * apart + i);
        }
    }

    /// <summary>The inverse: <paramref name="count"/> rows of columns <paramref name="stride"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToRows(ReadOnlySpan<T> columns, int stride, Span<T> rows, int width, int count)
    {
        ref T source = ref MemoryMarshal.GetReference(columns);
        ref T target = ref MemoryMarshal.GetReference(rows);
        nuint whole = (nuint)(count / TLane.Count * TLane.Count);
        if (width == 2)
        {
            PairsToRows(ref source, ref target, (nuint)stride, whole);
        }
        else if (width == 4)
        {
            FoursToRows(ref source, ref target, (nuint)stride, whole);
        }
        else
        {
            whole = 0;
        }

        if (whole < (nuint)count)
        {
            Move<No>(ref target, (nuint)width, ref source, (nuint)stride, whole, (nuint)count);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void PairsToRows(ref T source, ref T target, nuint apart, nuint count)
    {
        nuint step = (nuint)TLane.Count;
        for (nuint i = 0; i < count; i += step)
        {
            TLane left = TLane.Join(TLane.Load(in source, i), TLane.Load(in source, apart + i), out TLane right);
            TLane.Store(left, ref target, 2 * i);
            TLane.Store(right, ref target, 2 * i + step);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FoursToRows(ref T source, ref T target, nuint apart, nuint count)
    {
        nuint step = (nuint)TLane.Count;
        for (nuint i = 0; i < count; i += step)
        {
            TLane evenOfLeft = TLane.Join(
                TLane.Load(in source, i), TLane.Load(in source, 2 * apart + i), out TLane evenOfRight);
            TLane oddOfLeft = TLane.Join(
                TLane.Load(in source, apart + i), TLane.Load(in source, 3 * apart + i), out TLane oddOfRight);
            TLane.Store(TLane.Join(evenOfLeft, oddOfLeft, out TLane second), ref target, 4 * i);
            TLane.Store(second, ref target, 4 * i + step);
            TLane.Store(TLane.Join(evenOfRight, oddOfRight, out TLane fourth), ref target, 4 * i + 2 * step);
            TLane.Store(fourth, ref target, 4 * i + 3 * step);
        }
    }

    /// <summary>Examples <paramref name="first"/> up to <paramref name="end"/>, number by number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Move<TToColumns>(
        ref T rows, nuint width, ref T columns, nuint apart, nuint first, nuint end)
        where TToColumns : struct, IChoice
    {
        for (nuint i = first; i < end; i++)
        {
            for (nuint c = 0; c < width; c++)
            {
                ref T cell = ref Unsafe.Add(ref rows, i * width + c);
                ref T column = ref Unsafe.Add(ref columns, c * apart + i);
                (TToColumns.IsYes ? ref column : ref cell) = TToColumns.IsYes ? cell : column;
            }
        }
    }
}
