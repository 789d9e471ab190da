namespace LossKit.Internals.Pointwise;

/// <summary>The one loop behind every pointwise loss: a formula over lanes or jets, in blocks.</summary>
/// <remarks>
/// Losses are added up in lanes within a block and in compensated double across blocks, in the order of the data:
/// the same data give the same bits at any address. Choices are asked for by their types, not by what these say of
/// themselves: that the JIT compiler sees before it inlines what would not be needed.
/// </remarks>
internal sealed class FormulaKernel<T, TFormula>(TFormula formula) : Kernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TFormula : struct, IPointwiseFormula
{
    private const int PrefetchedBytesOfOutput = 256;
    private const int LanesWithoutAlignment = 4;

    private readonly TFormula _formula = formula;

    public override CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width) =>
        LaneWidths.Of(width) switch
        {
            LaneWidth.Vector512 => Run<Vector512Lane<T>>(batch, order),
            LaneWidth.Vector => Run<VectorLane<T>>(batch, order),
            _ => Run<ScalarLane<T>>(batch, order),
        };

    private CompensatedSum Run<TLane>(in Batch<T> batch, DerivativeOrder order)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane> => order switch
        {
            DerivativeOrder.Value => Run<TLane, TLane>(batch),
            DerivativeOrder.Gradient => Run<TLane, Jet<TLane>>(batch),
            _ => Run<TLane, Jet2<TLane>>(batch),
        };

    private CompensatedSum Run<TLane, TJet>(in Batch<T> batch)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane> =>
        (batch.Weights.IsEmpty, batch.Losses.IsEmpty) switch
        {
            (true, true) => Run<TLane, TJet, No, No>(batch),
            (true, false) => Run<TLane, TJet, No, Yes>(batch),
            (false, true) => Run<TLane, TJet, Yes, No>(batch),
            (false, false) => Run<TLane, TJet, Yes, Yes>(batch),
        };

    private CompensatedSum Run<TLane, TJet, TWeighted, TLosses>(in Batch<T> batch)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TWeighted : struct, IChoice
        where TLosses : struct, IChoice
    {
        CompensatedSum sum = default;
        if (batch.Predictions.Length < TLane.Count)
        {
            RunShort<TLane, TJet, TWeighted, TLosses>(batch, ref sum);
        }
        else if (batch.Predictions.Length <= LanesWithoutAlignment * TLane.Count)
        {
            Loop<TLane, TJet, TWeighted, TLosses, NearCache>(_formula, batch, CountedInLast<TLane>(batch), ref sum);
        }
        else
        {
            RunAligned<TLane, TJet, TWeighted, TLosses>(batch, ref sum);
        }

        return sum;
    }

    private static int CountedInLast<TLane>(in Batch<T> batch)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane> =>
        ((batch.Predictions.Length - 1) & (TLane.Count - 1)) + 1;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunAligned<TLane, TJet, TWeighted, TLosses>(in Batch<T> batch, ref CompensatedSum sum)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TWeighted : struct, IChoice
        where TLosses : struct, IChoice
    {
        _ = stackalloc byte[AlignedStack.Rest(stackalloc byte[AlignedStack.Line])];
        int countedInLast = CountedInLast<TLane>(batch);
        if (!TLane.FillsLine || (batch.Predictions.Length <= NearCache.Bytes / Unsafe.SizeOf<T>() && !batch.IsPart))
        {
            Loop<TLane, TJet, TWeighted, TLosses, NearCache>(_formula, batch, countedInLast, ref sum);
        }
        else if (batch.Streams)
        {
            Loop<TLane, TJet, TWeighted, TLosses, Memory>(_formula, batch, countedInLast, ref sum);
        }
        else
        {
            Loop<TLane, TJet, TWeighted, TLosses, FarCache>(_formula, batch, countedInLast, ref sum);
        }
    }

    /// <summary>Fewer elements than a lane holds, through the same loop at the end of a padded copy.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunShort<TLane, TJet, TWeighted, TLosses>(in Batch<T> batch, ref CompensatedSum sum)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TWeighted : struct, IChoice
        where TLosses : struct, IChoice
    {
        int length = batch.Predictions.Length;
        if (length == 0)
        {
            return;
        }

        int width = TLane.Count;
        Span<T> copies = stackalloc T[6 * width];
        Batch<T> padded = new()
        {
            Predictions = Pad(batch.Predictions, copies[..width]),
            Targets = Pad(batch.Targets, copies[width..(2 * width)]),
            Weights = TWeighted.IsYes ? Pad(batch.Weights, copies[(2 * width)..(3 * width)]) : default,
            Losses = copies[(3 * width)..(4 * width)],
            Gradient = copies[(4 * width)..(5 * width)],
            Hessian = copies[(5 * width)..],
            Scale = batch.Scale,
        };
        Loop<TLane, TJet, TWeighted, TLosses, NearCache>(_formula, padded, length, ref sum);

        if (TLosses.IsYes)
        {
            padded.Losses[^length..].CopyTo(batch.Losses);
        }

        if (TJet.Order >= 1)
        {
            padded.Gradient[^length..].CopyTo(batch.Gradient);
        }

        if (TJet.Order >= 2)
        {
            padded.Hessian[^length..].CopyTo(batch.Hessian);
        }
    }

    private static Span<T> Pad(ReadOnlySpan<T> source, Span<T> destination)
    {
        destination[..^source.Length].Fill(source[0]);
        source.CopyTo(destination[^source.Length..]);
        return destination;
    }

    // Its own root for the JIT compiler: inlined into a caller, the lanes' operators could exceed its budget and turn
    // into calls. Optimised at the first call, because a batch may be the only one. The last lane ends where the batch
    // does and may begin within the one before it: only some of its losses count then.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Loop<TLane, TJet, TWeighted, TLosses, TResidence>(
        in TFormula given, in Batch<T> batch, int countedInLast, ref CompensatedSum sum)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TJet : struct, IJet<TJet, TLane>
        where TWeighted : struct, IChoice
        where TLosses : struct, IChoice
        where TResidence : struct, IResidence
    {
        TFormula formula = given;
        Input<T, TLane, TWeighted> input = new(batch);
        Output<T, TLane, NearCache> losses = new(batch.Losses);
        Output<T, TLane, TResidence> gradient = new(batch.Gradient);
        Output<T, TLane, TResidence> hessian = new(batch.Hessian);
        TLane scale = double.CreateTruncating(batch.Scale);
        CompensatedSum total = sum;

        nuint step = (nuint)TLane.Count;
        nuint block = LaneWidths.AddedInLane * step;
        nuint count = (nuint)batch.Predictions.Length;
        nuint final = count - step;
        nuint last = (count - 1) / step * step;
        nuint whole = countedInLast == TLane.Count ? count : last;

        // Inputs are loaded a step ahead, because a long formula leaves the processor no view of the next; those of the
        // last lane, too, before derivatives that may stand in place of them are written.
        Examples<TLane> next = input.Load(0);
        for (nuint i = 0; i < count;)
        {
            bool isLast = i == whole;
            nuint blockEnd = isLast ? i + step : Math.Min(i + block, whole);
            TLane blockSum = 0.0;
            TLane blockLost = 0.0;
            TLane group = 0.0;
            nuint groupEnd = i + LaneSum<T>.Grouped * step;
            while (i < blockEnd)
            {
                nuint ahead = i + step < last ? step : final - i;
                nuint end = i + step < last ? Math.Min(blockEnd, last - step) : i + step;
                while (i < end)
                {
                    nuint stop = Math.Min(end, groupEnd);
                    for (; i < stop; i += step)
                    {
                        Examples<TLane> examples = next;
                        next = input.Load(i + ahead);
                        if (typeof(TResidence) != typeof(NearCache))
                        {
                            input.Prefetch(i + (nuint)(TResidence.PrefetchedBytes / sizeof(T)));
                        }

                        TJet loss = formula.Loss(TJet.Variable(examples.Prediction), TJet.Constant(examples.Target));

                        // A NaN on either side makes the loss NaN, whatever the formula did with it, and a NaN loss its
                        // derivatives: none gets lost.
                        TLane value = default(TFormula) is IPropagatesNaN
                            ? TJet.Value(loss)
                            : TLane.PropagateNaN(examples.Prediction - examples.Target, TJet.Value(loss));
                        if (typeof(TLosses) == typeof(Yes))
                        {
                            losses.Store(value, i);
                        }

                        TLane weight = typeof(TWeighted) == typeof(Yes) ? scale * examples.Weight : scale;
                        group = LaneSum<T>.Group(
                            group, typeof(TWeighted) == typeof(Yes) ? TLane.Weigh(examples.Weight, value) : value);
                        if (typeof(TJet) == typeof(Jet2<TLane>))
                        {
                            // Two outputs written by turns, at addresses that straddle cache lines, would wait for
                            // each line.
                            nuint soon = i + (nuint)(PrefetchedBytesOfOutput / sizeof(T));
                            gradient.Prefetch(soon);
                            hessian.Prefetch(soon);
                        }

                        if (typeof(TJet) != typeof(TLane))
                        {
                            TLane first = default(TFormula) is IPropagatesNaN
                                ? TJet.First(loss)
                                : TLane.PropagateNaN(value, TJet.First(loss));
                            gradient.Store(
                                typeof(TWeighted) == typeof(Yes) ? TLane.Weigh(weight, first) : first * weight, i);
                        }

                        if (typeof(TJet) == typeof(Jet2<TLane>))
                        {
                            TLane second = TLane.PropagateNaN(value, TJet.Second(loss));
                            hessian.Store(
                                typeof(TWeighted) == typeof(Yes) ? TLane.Weigh(weight, second) : second * weight, i);
                        }
                    }

                    if (i == groupEnd)
                    {
                        LaneSum<T>.AddGroup(group, ref blockSum, ref blockLost);
                        group = 0.0;
                        groupEnd += LaneSum<T>.Grouped * step;
                    }
                }
            }

            LaneSum<T>.AddGroup(group, ref blockSum, ref blockLost);

            int skipped = isLast ? TLane.Count - countedInLast : 0;
            total += LaneSum<T>.Total(
                TLane.SelectGreater(skipped, TLane.Indices, 0.0, blockSum),
                TLane.SelectGreater(skipped, TLane.Indices, 0.0, blockLost));
        }

        if (typeof(TLosses) == typeof(Yes))
        {
            losses.End(count);
        }

        if (typeof(TJet) != typeof(TLane))
        {
            gradient.End(count);
        }

        if (typeof(TJet) == typeof(Jet2<TLane>))
        {
            hessian.End(count);
        }

        sum = total;
    }
}
