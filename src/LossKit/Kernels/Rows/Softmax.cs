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
    /// <summary>How many numbers are added up in one place of a lane: few enough for float.</summary>
    public const int AddedInLane = 64;

    /// <summary>The largest logit of each row, in four chains because each waits for its last comparison.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Largest(in RowChunk<T> chunk, out TLane largest)
    {
        ref T source = ref chunk.Predictions;
        nuint step = (nuint)TLane.Count;
        nuint last = chunk.Length - step;
        TLane a = TLane.Load(in source, last);
        TLane b = a;
        TLane c = a;
        TLane d = a;
        nuint i = 0;
        for (; i + 4 * step <= chunk.Length; i += 4 * step)
        {
            a = TLane.Max(a, TLane.Load(in source, i));
            b = TLane.Max(b, TLane.Load(in source, i + step));
            c = TLane.Max(c, TLane.Load(in source, i + 2 * step));
            d = TLane.Max(d, TLane.Load(in source, i + 3 * step));
        }

        for (; i < last; i += step)
        {
            a = TLane.Max(a, TLane.Load(in source, i));
        }

        largest = Cells<T, TLane, TAcross>.Maximum(TLane.Max(TLane.Max(a, b), TLane.Max(c, d)));
    }

    /// <summary>
    /// e^(x − largest) of each logit x, stored where the gradient is due, and the sum of them without the label's: what
    /// is left of a confident row's loss would vanish beside it.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Exponentials<TStored>(in RowChunk<T> chunk, in TLane largest, out TLane sum)
        where TStored : struct, IChoice
    {
        ref T source = ref chunk.Predictions;
        ref T destination = ref chunk.Gradient;
        TLane labels = TLane.Load(in chunk.Labels, 0);
        TLane shift = largest;
        nuint length = chunk.Length;
        nuint step = (nuint)TLane.Count;
        nuint last = length - step;
        nuint block = AddedInLane * step;
        TLane total = 0.0;
        TLane next = TLane.Load(in source, 0);
        for (nuint i = 0; i < length;)
        {
            nuint blockEnd = Math.Min(i + block, length);
            TLane blockSum = 0.0;
            for (; i < blockEnd; i += step)
            {
                nuint at = Math.Min(i, last);
                TLane logit = next;
                next = TLane.Load(in source, Math.Min(i + step, last));
                TLane exponential = Exponentials<TLane, T>.ExpOfNegative(logit - shift);
                if (TStored.IsYes)
                {
                    TLane.Store(exponential, ref destination, at);
                }

                exponential = Cells<T, TLane, TAcross>.Select(chunk, labels, exponential, 0.0, i, at);
                blockSum += Cells<T, TLane, TAcross>.Once(exponential, i, at);
            }

            total += blockSum;
        }

        sum = Cells<T, TLane, TAcross>.Sum(total);
    }
}
