using System.Numerics;
using System.Runtime.CompilerServices;
using LossKit.Lanes;

namespace LossKit.Kernels.Rows;

/// <summary>The parts of a softmax that all its losses share. Each loop is a root of its own, see FormulaKernel.</summary>
internal static class Softmax<T, TLane, TAcross>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where TAcross : struct, IChoice
{
    /// <summary>The largest logit of each row, in chains because each waits for its last comparison.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Largest(in RowChunk<T> chunk)
    {
        ref T source = ref chunk.Predictions;
        nuint step = chunk.Stride;
        nuint last = chunk.LastCell;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane a = TLane.Load(in source, row + last);
            TLane b = a;
            TLane c = a;
            TLane d = a;
            nuint at = row;
            nuint end = row + last;
            for (; at + 3 * step < end; at += 4 * step)
            {
                a = TLane.Max(a, TLane.Load(in source, at));
                b = TLane.Max(b, TLane.Load(in source, at + step));
                c = TLane.Max(c, TLane.Load(in source, at + 2 * step));
                d = TLane.Max(d, TLane.Load(in source, at + 3 * step));
            }

            for (; at < end; at += step)
            {
                a = TLane.Max(a, TLane.Load(in source, at));
            }

            TLane largest = TLane.Max(TLane.Max(a, b), TLane.Max(c, d));
            chunk.Store(RowNumber.Largest, row, Cells<T, TLane, TAcross>.Maximum(largest));
        }
    }

    /// <summary>
    /// e^(x − largest) of each logit x, stored where the gradient is due, and the sum of them without the label's: what
    /// is left of a confident row's loss would vanish beside it.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Exponentials<TStored>(in RowChunk<T> chunk) where TStored : struct, IChoice
    {
        ref T source = ref chunk.Predictions;
        ref T destination = ref chunk.Gradient;
        nuint step = chunk.Stride;
        nuint last = chunk.LastCell;
        nuint length = chunk.Length;
        nuint block = LaneWidths.AddedInLane * step;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane labels = chunk.Load<TLane>(RowNumber.Label, row);
            TLane largest = chunk.Load<TLane>(RowNumber.Largest, row);
            TLane total = 0.0;
            TLane next = TLane.Load(in source, row);
            nuint cell = 0;
            for (nuint i = 0; i < length;)
            {
                nuint blockEnd = Math.Min(i + block, length);
                TLane blockTotal = 0.0;
                for (; i < blockEnd; i += step, cell++)
                {
                    nuint at = Math.Min(i, last);
                    TLane logit = next;
                    next = TLane.Load(in source, row + Math.Min(i + step, last));
                    Cells<T, TLane, TAcross>.PrefetchNextRow(in source, length, i);
                    TLane exponential = Exponentials<TLane, T>.ExpOfNegative(logit - largest);
                    if (TStored.IsYes)
                    {
                        TLane.Store(exponential, ref destination, row + at);
                    }

                    exponential = Cells<T, TLane, TAcross>.Select(chunk, labels, exponential, 0.0, cell, i, at);
                    blockTotal += Cells<T, TLane, TAcross>.Once(exponential, i, at);
                }

                total += blockTotal;
            }

            chunk.Store(RowNumber.Total, row, Cells<T, TLane, TAcross>.Sum(total));
        }
    }
}
