using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LossKit.Tensors.Internals;

/// <summary>
/// A tensor as a loss reads it: examples in row-major order of all axes but one, which has the numbers of an example.
/// </summary>
/// <remarks>The memory behind it is what the tensor was made of, whose lengths and strides are known to fit.</remarks>
internal readonly ref struct TensorView<T> where T : unmanaged
{
    private readonly ref T _start;
    private readonly ReadOnlySpan<nint> _lengths;
    private readonly ReadOnlySpan<nint> _strides;
    private readonly int _axis;
    private readonly bool _isRowMajor;

    private TensorView(ref T start, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides, nint length, int axis)
    {
        _start = ref start;
        _lengths = lengths;
        _strides = strides;
        _axis = axis;
        Length = length;
        Width = axis < 0 ? 1 : (int)lengths[axis];
        _isRowMajor = IsContiguous(axisIsLast: true);
    }

    /// <summary>How many numbers there are.</summary>
    public nint Length { get; }

    /// <summary>How many numbers an example has.</summary>
    public int Width { get; }

    /// <summary>Of a tensor whose shape is known to be right.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="axis">The axis of the numbers of an example; −1 if there is one number an example.</param>
    public static TensorView<T> Of(in ReadOnlyTensorSpan<T> tensor, int axis) => new(
        ref Unsafe.AsRef(in tensor.GetPinnableReference()),
        tensor.Lengths,
        tensor.Strides,
        tensor.FlattenedLength,
        axis);

    /// <inheritdoc cref="Of(in ReadOnlyTensorSpan{T}, int)"/>
    public static TensorView<T> Of(in TensorSpan<T> tensor, int axis) => new(
        ref tensor.GetPinnableReference(), tensor.Lengths, tensor.Strides, tensor.FlattenedLength, axis);

    /// <summary>The same numbers by another name of their type.</summary>
    public TensorView<TOther> As<TOther>() where TOther : unmanaged =>
        new(ref Unsafe.As<T, TOther>(ref _start), _lengths, _strides, Length, _axis);

    /// <summary>Whether all of it is one span, example by example or, if planar, column by column.</summary>
    public bool IsSpan(bool isPlanar) =>
        Length == 0
        || (Length <= int.MaxValue && (isPlanar && Width > 1 ? IsContiguous(axisIsLast: false) : _isRowMajor));

    /// <summary>All of it, where <see cref="IsSpan"/> holds.</summary>
    public Span<T> AsSpan() => MemoryMarshal.CreateSpan(ref _start, (int)Length);

    /// <summary>Some examples: where they lie, if that is a span, else the beginning of a buffer.</summary>
    public Span<T> Place(nint first, int count, Span<T> buffer, bool isPlanar) => Length == 0 ? default
        : IsInPlace(isPlanar) ? MemoryMarshal.CreateSpan(ref Unsafe.Add(ref _start, first * Width), count * Width)
        : buffer[..(count * Width)];

    /// <summary>Some examples, for reading.</summary>
    public ReadOnlySpan<T> Read(nint first, int count, Span<T> buffer, bool isPlanar)
    {
        Span<T> place = Place(first, count, buffer, isPlanar);
        if (Length > 0 && !IsInPlace(isPlanar))
        {
            Copy<Reading>(first, count, place, isPlanar);
        }

        return place;
    }

    /// <summary>Writes what was put at a <see cref="Place"/> to where it belongs.</summary>
    public void Write(nint first, int count, Span<T> place, bool isPlanar)
    {
        if (Length > 0 && !IsInPlace(isPlanar))
        {
            Copy<Writing>(first, count, place, isPlanar);
        }
    }

    /// <summary>Whether both are the same numbers in the same places.</summary>
    public bool IsSame(in TensorView<T> other) =>
        Unsafe.AreSame(ref _start, ref other._start) && HasLayoutOf(other) && _axis == other._axis;

    /// <summary>Whether several of its numbers lie in one place.</summary>
    public bool OverlapsItself()
    {
        for (int axis = 0; axis < _lengths.Length; axis++)
        {
            if (_lengths[axis] > 1 && _strides[axis] == 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether a number of one may be a number of the other: exact where strides are the same, as those of columns of
    /// one tensor; else by where they begin and end.
    /// </summary>
    public bool MayShare(in TensorView<T> other)
    {
        if (Length == 0 || other.Length == 0)
        {
            return false;
        }

        nint bytes = Unsafe.ByteOffset(ref _start, ref other._start);
        nint distance = bytes / Unsafe.SizeOf<T>();
        return distance <= Extent()
            && -distance <= other.Extent()
            && (!HasLayoutOf(other) || Reaches(distance, ulong.MaxValue));
    }

    private bool HasLayoutOf(in TensorView<T> other) =>
        _lengths.SequenceEqual(other._lengths) && _strides.SequenceEqual(other._strides);

    private bool IsInPlace(bool isPlanar) => _isRowMajor && (Width == 1 || !isPlanar);

    /// <summary>How far the last number is from the first.</summary>
    private nint Extent()
    {
        nint extent = 0;
        for (int axis = 0; axis < _lengths.Length; axis++)
        {
            extent += (_lengths[axis] - 1) * _strides[axis];
        }

        return extent;
    }

    /// <summary>Whether two numbers of this layout are that far apart, by the axes that are left.</summary>
    private bool Reaches(nint distance, ulong left)
    {
        int widest = -1;
        for (int axis = 0; axis < _lengths.Length; axis++)
        {
            bool isLeft = (left >> axis & 1) != 0 && _lengths[axis] > 1 && _strides[axis] > 0;
            widest = isLeft && (widest < 0 || _strides[axis] > _strides[widest]) ? axis : widest;
        }

        if (widest < 0)
        {
            return distance == 0;
        }

        nint steps = distance / _strides[widest];
        for (nint k = steps - 1; k <= steps + 1; k++)
        {
            if (Math.Abs(k) < _lengths[widest] && Reaches(distance - k * _strides[widest], left & ~(1ul << widest)))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsContiguous(bool axisIsLast)
    {
        nint expected = 1;
        bool isContiguous = !axisIsLast || _axis < 0 || Follows(_axis, ref expected);
        for (int axis = _lengths.Length - 1; axis >= 0; axis--)
        {
            isContiguous &= axis == _axis || Follows(axis, ref expected);
        }

        return Length == 0 || (isContiguous && (axisIsLast || _axis < 0 || Follows(_axis, ref expected)));
    }

    /// <summary>Whether an axis has the stride that comes after those before it.</summary>
    private bool Follows(int axis, ref nint expected)
    {
        bool follows = _lengths[axis] == 1 || _strides[axis] == expected;
        expected *= _lengths[axis];
        return follows;
    }

    /// <summary>Between the tensor and a span of some of its examples, a run of the innermost axis at a time.</summary>
    private void Copy<TDirection>(nint first, int count, Span<T> span, bool isPlanar)
        where TDirection : struct, IDirection
    {
        (int pitch, int columnPitch) = isPlanar ? (1, count) : (Width, 1);
        nint columnStride = _axis < 0 ? 0 : _strides[_axis];
        for (int done = 0; done < count;)
        {
            (nint offset, nint stride, nint left) = Locate(first + done);
            int run = (int)Math.Min(left, count - done);
            for (int column = 0; column < Width; column++)
            {
                ref T start = ref Unsafe.Add(ref _start, offset + column * columnStride);
                for (int i = 0; i < run; i++)
                {
                    TDirection.Move(
                        ref Unsafe.Add(ref start, i * stride), ref span[(done + i) * pitch + column * columnPitch]);
                }
            }

            done += run;
        }
    }

    /// <summary>Where an example is, how far the next one, and how many follow at that distance.</summary>
    private (nint Offset, nint Stride, nint Left) Locate(nint example)
    {
        (nint offset, nint stride, nint left) = (0, 0, 1);
        bool isInnermost = true;
        for (int axis = _lengths.Length - 1; axis >= 0; axis--)
        {
            if (axis == _axis)
            {
                continue;
            }

            (example, nint index) = Math.DivRem(example, _lengths[axis]);
            offset += index * _strides[axis];
            (stride, left) = isInnermost ? (_strides[axis], _lengths[axis] - index) : (stride, left);
            isInnermost = false;
        }

        return (offset, stride, left);
    }

    private interface IDirection
    {
        static abstract void Move(ref T number, ref T entry);
    }

    private readonly struct Reading : IDirection
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Move(ref T number, ref T entry) => entry = number;
    }

    private readonly struct Writing : IDirection
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Move(ref T number, ref T entry) => number = entry;
    }
}
