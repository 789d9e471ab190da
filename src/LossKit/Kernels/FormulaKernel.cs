using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LossKit.Costs;
using LossKit.Lanes;

namespace LossKit.Kernels;

/// <summary>The one loop behind every pointwise loss: a formula over lanes or jets, in blocks.</summary>
/// <remarks>
/// Losses are added up in lanes within a block and in compensated double across blocks, in the order of the data:
/// the same data give the same bits at any address.
/// </remarks>
internal sealed class FormulaKernel<T, TFormula>(TFormula formula) : PointwiseKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TFormula : struct, IPointwiseFormula
{
    private const int PrefetchedBytes = 256;

    private readonly TFormula _formula = formula;

    public override CompensatedSum Run(in PointwiseBatch<T> batch, DerivativeOrder order, LaneWidth width) =>
        width switch
        {
            LaneWidth.Vector512 => Run<Vector512Lane<T>>(batch, order),
            LaneWidth.Vector => Run<VectorLane<T>>(batch, order),
            _ => Run<ScalarLane<T>>(batch, order),
        };

    private CompensatedSum Run<TLane>(in PointwiseBatch<T> batch, DerivativeOrder order)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane> => order switch
        {
            DerivativeOrder.Value => Run<TLane, TLane>(batch),
            DerivativeOrder.Gradient => Run<TLane, Jet<TLane>>(batch),
            _ => Run<TLane, Jet2<TLane>>(batch),
        };

    private CompensatedSum Run<TLane, TJet>(in PointwiseBatch<T> batch)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane> =>
        (batch.Weights.IsEmpty, batch.Losses.IsEmpty) switch
        {
            (true, true) => Run<TLane, TJet, No, No>(batch),
            (true, false) => Run<TLane, TJet, No, Yes>(batch),
            (false, true) => Run<TLane, TJet, Yes, No>(batch),
            (false, false) => Run<TLane, TJet, Yes, Yes>(batch),
        };

    private CompensatedSum Run<TLane, TJet, TWeighted, TLosses>(in PointwiseBatch<T> batch)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TWeighted : struct, IChoice
        where TLosses : struct, IChoice
    {
        int tail = batch.Length % TLane.Count;
        CompensatedSum sum = default;
        if (batch.Length > tail)
        {
            if (TJet.Order > 0 && TLane.Streams && batch.Streams)
            {
                Loop<TLane, TJet, TWeighted, TLosses, Yes>(
                    _formula, batch, batch.Length - tail, TLane.Count, ref sum);
            }
            else
            {
                Loop<TLane, TJet, TWeighted, TLosses, No>(
                    _formula, batch, batch.Length - tail, TLane.Count, ref sum);
            }
        }

        if (tail > 0)
        {
            RunTail<TLane, TJet, TWeighted, TLosses>(batch, tail, ref sum);
        }

        return sum;
    }

    /// <summary>The last elements, fewer than a lane holds, through the same loop on a padded copy.</summary>
    [SkipLocalsInit]
    private void RunTail<TLane, TJet, TWeighted, TLosses>(
        in PointwiseBatch<T> whole, int length, ref CompensatedSum sum)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TWeighted : struct, IChoice
        where TLosses : struct, IChoice
    {
        PointwiseBatch<T> batch = whole.Slice(whole.Length - length, length);
        int width = TLane.Count;
        Span<T> copies = stackalloc T[6 * width];
        PointwiseBatch<T> padded = new()
        {
            Predictions = Pad(batch.Predictions, copies[..width]),
            Targets = Pad(batch.Targets, copies[width..(2 * width)]),
            Weights = TWeighted.IsYes ? Pad(batch.Weights, copies[(2 * width)..(3 * width)]) : default,
            Losses = copies[(3 * width)..(4 * width)],
            Gradient = copies[(4 * width)..(5 * width)],
            Hessian = copies[(5 * width)..],
            Scale = batch.Scale,
        };
        Loop<TLane, TJet, TWeighted, TLosses, No>(_formula, padded, width, batch.Length, ref sum);

        if (TLosses.IsYes)
        {
            padded.Losses[..batch.Length].CopyTo(batch.Losses);
        }

        if (TJet.Order >= 1)
        {
            padded.Gradient[..batch.Length].CopyTo(batch.Gradient);
        }

        if (TJet.Order >= 2)
        {
            padded.Hessian[..batch.Length].CopyTo(batch.Hessian);
        }
    }

    private static Span<T> Pad(ReadOnlySpan<T> source, Span<T> destination)
    {
        source.CopyTo(destination);
        destination[source.Length..].Fill(source[0]);
        return destination;
    }

    // Its own root for the JIT compiler: inlined into a caller, the lanes' operators could exceed its budget and turn
    // into calls. Optimised at the first call, because a batch may be the only one.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Loop<TLane, TJet, TWeighted, TLosses, TStreams>(
        TFormula formula, in PointwiseBatch<T> batch, int count, int summedLanes, ref CompensatedSum sum)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TWeighted : struct, IChoice
        where TLosses : struct, IChoice
        where TStreams : struct, IChoice
    {
        ref readonly T predictions = ref MemoryMarshal.GetReference(batch.Predictions);
        ref readonly T targets = ref MemoryMarshal.GetReference(batch.Targets);
        ref readonly T weights = ref MemoryMarshal.GetReference(batch.Weights);
        ref T losses = ref MemoryMarshal.GetReference(batch.Losses);
        Output<T, TLane, TStreams> gradient = new(batch.Gradient);
        Output<T, TLane, TStreams> hessian = new(batch.Hessian);
        TLane scale = double.CreateTruncating(batch.Scale);
        CompensatedSum total = sum;

        nuint end = (nuint)count;
        nuint step = (nuint)TLane.Count;
        nuint block = LaneWidths.AddedInLane * step;

        // Inputs are loaded two steps ahead of the stores: arrays allocated one after another lie such that a load would
        // often wait for the store before it, whose address is the same but for the page.
        nuint last = end - step;
        TLane nextPrediction = TLane.Load(in predictions, 0);
        TLane nextTarget = TLane.Load(in targets, 0);
        TLane laterPrediction = TLane.Load(in predictions, Math.Min(step, last));
        TLane laterTarget = TLane.Load(in targets, Math.Min(step, last));
        for (nuint i = 0; i < end;)
        {
            nuint blockEnd = Math.Min(i + block, end);
            TLane blockSum = 0.0;
            for (; i < blockEnd; i += step)
            {
                TLane prediction = nextPrediction;
                TLane target = nextTarget;
                nextPrediction = laterPrediction;
                nextTarget = laterTarget;
                nuint later = Math.Min(i + 2 * step, last);
                laterPrediction = TLane.Load(in predictions, later);
                laterTarget = TLane.Load(in targets, later);
                TJet loss = formula.Loss(TJet.Variable(prediction), TJet.Constant(target));

                // A NaN on either side makes the loss NaN, whatever the formula did with it, and a NaN loss its
                // derivatives: none gets lost.
                bool isSafe = default(TFormula) is IPropagatesNaN;
                TLane value = isSafe
                    ? TJet.Value(loss)
                    : TLane.PropagateNaN(prediction - target, TJet.Value(loss));
                TLane source = value;
                TLane weight = scale;
                if (TLosses.IsYes)
                {
                    TLane.Store(value, ref losses, i);
                }

                if (TWeighted.IsYes)
                {
                    TLane given = TLane.Load(in weights, i);
                    value *= given;
                    weight *= given;
                }

                blockSum += value;
                if (TJet.Order >= 2)
                {
                    // Two outputs written by turns, at addresses that straddle cache lines, would wait for each line.
                    nuint ahead = i + (nuint)(PrefetchedBytes / sizeof(T));
                    gradient.Prefetch(ahead);
                    hessian.Prefetch(ahead);
                }

                if (TJet.Order >= 1)
                {
                    TLane first = isSafe ? TJet.First(loss) : TLane.PropagateNaN(source, TJet.First(loss));
                    gradient.Store(first * weight, i);
                }

                if (TJet.Order >= 2)
                {
                    hessian.Store(TLane.PropagateNaN(source, TJet.Second(loss)) * weight, i);
                }
            }

            total += TLane.Sum(TLane.SelectGreater(summedLanes, TLane.Indices, blockSum, 0.0));
        }

        if (TJet.Order >= 1)
        {
            gradient.End(last);
        }

        if (TJet.Order >= 2)
        {
            hessian.End(last);
        }

        sum = total;
    }
}
