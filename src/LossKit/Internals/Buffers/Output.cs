using System.Runtime.InteropServices;

namespace LossKit.Internals.Buffers;

/// <summary>An output that is written lane by lane, into the caches or, streaming, past them.</summary>
/// <remarks>
/// Each lane is written two steps late: arrays allocated one after another lie such that a load would often wait for
/// the store before it, whose address is the same but for the page. The last lane ends where the output does and may
/// overlap the one before it. What streams has to be whole cache lines: each store takes the end of one lane and the
/// beginning of the next. The lanes themselves are the same wherever the memory begins, and so is all that is computed
/// of them.
/// </remarks>
internal ref struct Output<T, TLane, TResidence>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where TResidence : struct, IResidence
{
    private const int Line = 64;

    private readonly ref T _start;
    private readonly nuint _offset;
    private readonly TLane _from;
    private TLane _previous;
    private TLane _beforePrevious;

    /// <param name="output">If it streams, memory that stays where it is.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe Output(Span<T> output)
    {
        _start = ref MemoryMarshal.GetReference(output);
        if (typeof(TResidence) == typeof(Memory))
        {
            _offset = (nuint)((-(nint)Unsafe.AsPointer(ref _start) & (Line - 1)) / sizeof(T));
            _from = TLane.SpliceFrom(_offset);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Prefetch(nuint index)
    {
        if (typeof(TResidence) != typeof(Memory))
        {
            TLane.Prefetch(in _start, index);
        }
    }

    /// <param name="value">The lane after the one before.</param>
    /// <param name="index">How many numbers came before it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(TLane value, nuint index)
    {
        nuint late = 2 * (nuint)TLane.Count;
        if (index >= late)
        {
            if (typeof(TResidence) == typeof(Memory))
            {
                TLane line = TLane.Splice(_beforePrevious, _previous, _from);
                TLane.StoreStreaming(line, ref _start, index - late + _offset);
            }
            else
            {
                TLane.Store(_beforePrevious, ref _start, index - late);
            }
        }
        else if (typeof(TResidence) == typeof(Memory) && index == 0)
        {
            // What lies before the first whole line.
            TLane.Store(value, ref _start, index);
        }

        _beforePrevious = _previous;
        _previous = value;
    }

    /// <summary>Stores the last lanes of <paramref name="count"/> numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void End(nuint count)
    {
        nuint width = (nuint)TLane.Count;
        if (count > width)
        {
            TLane.Store(_beforePrevious, ref _start, ((count - 1) / width - 1) * width);
        }

        TLane.Store(_previous, ref _start, count - width);
        if (typeof(TResidence) == typeof(Memory))
        {
            TLane.EndStreaming();
        }
    }
}
