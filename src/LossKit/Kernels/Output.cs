using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LossKit.Lanes;

namespace LossKit.Kernels;

/// <summary>An output that is written lane by lane, into the caches or, streaming, past them.</summary>
/// <remarks>
/// What streams has to be whole cache lines: each store takes the end of one lane and the beginning of the next. The
/// lanes themselves are the same wherever the memory begins, and so is all that is computed of them. The first and the
/// last lane are stored as they are, too, for what lies outside whole lines.
/// </remarks>
internal ref struct Output<T, TLane, TStreams>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where TStreams : struct, IChoice
{
    private const int Line = 64;

    private readonly ref T _start;
    private readonly nuint _offset;
    private readonly TLane _from;
    private TLane _previous;

    /// <param name="output">If it streams, memory that stays where it is.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe Output(Span<T> output)
    {
        _start = ref MemoryMarshal.GetReference(output);
        if (TStreams.IsYes)
        {
            _offset = (nuint)((-(nint)Unsafe.AsPointer(ref _start) & (Line - 1)) / sizeof(T));
            _from = TLane.SpliceFrom(_offset);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Prefetch(nuint index)
    {
        if (!TStreams.IsYes)
        {
            TLane.Prefetch(ref _start, index);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(TLane value, nuint index)
    {
        if (!TStreams.IsYes || index == 0)
        {
            TLane.Store(value, ref _start, index);
        }
        else
        {
            TLane line = TLane.Splice(_previous, value, _from);
            TLane.StoreStreaming(line, ref _start, index - (nuint)TLane.Count + _offset);
        }

        if (TStreams.IsYes)
        {
            _previous = value;
        }
    }

    /// <summary>Stores the last lane, which began at <paramref name="index"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void End(nuint index)
    {
        if (TStreams.IsYes)
        {
            TLane.Store(_previous, ref _start, index);
            TLane.EndStreaming();
        }
    }
}
