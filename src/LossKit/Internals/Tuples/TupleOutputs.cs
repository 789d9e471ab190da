using System.Runtime.InteropServices;

namespace LossKit.Internals.Tuples;

/// <summary>
/// What becomes of the losses and derivatives of a block: NaN, weights, sum, and the way into the batch.
/// </summary>
/// <param name="batch">The batch.</param>
/// <param name="first">The first example of the block.</param>
/// <param name="count">How many there are.</param>
/// <param name="losses">Their losses, in whole lanes.</param>
/// <param name="factors">Room for what their derivatives are multiplied with.</param>
/// <param name="stride">How far columns of the block are apart.</param>
internal readonly ref struct TupleOutputs<T, TLane>(
    in Batch<T> batch, int first, int count, Span<T> losses, Span<T> factors, int stride)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
{
    private readonly Batch<T> _batch = batch;
    private readonly Span<T> _losses = losses;
    private readonly Span<T> _factors = factors;

    private nuint Padded
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (nuint)_losses.Length;
    }

    /// <summary>A NaN among the columns makes an example's loss NaN, whatever the formula did with it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void PropagateNaN(ref readonly T columns, nuint pitch, int width)
    {
        ref T losses = ref MemoryMarshal.GetReference(_losses);
        for (nuint c = 0; c < (nuint)width; c++)
        {
            for (nuint i = 0; i < Padded; i += (nuint)TLane.Count)
            {
                TLane number = TLane.Load(in columns, c * pitch + i);
                TLane.Store(TLane.PropagateNaN(number, TLane.Load(in losses, i)), ref losses, i);
            }
        }
    }

    /// <summary>The weighted sum of the losses; with it come the factors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public CompensatedSum Sum(ref readonly T weights)
    {
        ref T losses = ref MemoryMarshal.GetReference(_losses);
        ref T factors = ref MemoryMarshal.GetReference(_factors);
        TLane scale = double.CreateTruncating(_batch.Scale);
        CompensatedSum total = default;
        nuint step = (nuint)TLane.Count;
        nuint padded = Padded;
        for (nuint i = 0; i < padded;)
        {
            nuint end = Math.Min(i + LaneWidths.AddedInLane * step, padded);
            TLane sum = 0.0;
            TLane lost = 0.0;
            for (; i < end; i += step)
            {
                TLane weight = TLane.Load(in weights, i);
                LaneSum<T>.Add(TLane.Weigh(weight, TLane.Load(in losses, i)), ref sum, ref lost);
                TLane.Store(scale * weight, ref factors, i);
            }

            total += LaneSum<T>.Total(sum, lost);
        }

        return total;
    }

    public void StoreLosses() =>
        TupleColumns<T, TLane>.Copy(_losses[..count], _batch.Losses.Slice(first, count));

    /// <summary>Writes columns of derivatives, times their factors; those of a NaN loss are NaN.</summary>
    public void Store(Span<T> columns, Span<T> derivatives, int width)
    {
        bool isWhole = count == _losses.Length;
        bool areColumns = _batch.Pitch > 0 || width == 1;
        for (int c = 0; c < width; c++)
        {
            Span<T> column = columns.Slice(c * stride, _losses.Length);
            Span<T> target = areColumns ? derivatives.Slice(c * _batch.Pitch + first, count) : default;
            Scale(column, areColumns && isWhole ? target : column);
            if (areColumns && !isWhole)
            {
                TupleColumns<T, TLane>.Copy(column[..count], target);
            }
        }

        if (!areColumns)
        {
            TupleColumns<T, TLane>.ToRows(
                columns, stride, derivatives.Slice(first * width, count * width), width, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scale(Span<T> column, Span<T> scaled)
    {
        ref T losses = ref MemoryMarshal.GetReference(_losses);
        ref T factors = ref MemoryMarshal.GetReference(_factors);
        ref T source = ref MemoryMarshal.GetReference(column);
        ref T target = ref MemoryMarshal.GetReference(scaled);
        nuint padded = Padded;
        for (nuint i = 0; i < padded; i += (nuint)TLane.Count)
        {
            TLane derivative = TLane.PropagateNaN(TLane.Load(in losses, i), TLane.Load(in source, i));
            TLane.Store(TLane.Weigh(TLane.Load(in factors, i), derivative), ref target, i);
        }
    }
}
