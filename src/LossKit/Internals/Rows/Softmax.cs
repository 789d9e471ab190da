namespace LossKit.Internals.Rows;

/// <summary>
/// The parts of a softmax that all its losses share. Each loop is a root of its own, see FormulaKernel.
/// </summary>
internal static class Softmax<T, TLane, TAcross>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where TAcross : struct, IChoice
{
    /// <summary>All that a program does with a chunk that has all columns.</summary>
    public static double Run<TProgram, TJet>(TProgram program, in RowChunk<T> chunk)
        where TProgram : struct, ISoftmaxProgram<TProgram>
        where TJet : struct, IJet<TJet, TLane>
    {
        Largest(chunk);
        TProgram.Sums<T, TLane, TJet, TAcross>(program, chunk);
        double sum = TProgram.Losses<T, TLane, TJet, TAcross>(program, chunk);
        if (TJet.Order > 0)
        {
            TProgram.Derivatives<T, TLane, TJet, TAcross>(program, chunk);
        }

        return sum;
    }

    /// <summary>
    /// Adds the sums of other columns of the same rows, which stand where <paramref name="others"/> has them.
    /// </summary>
    /// <remarks>What is far behind is the largest of its columns, and all that it was the measure of with it.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Merge(in RowChunk<T> chunk, in RowChunk<T> others)
    {
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane largest = TLane.Max(
                chunk.Load<TLane>(RowNumber.Largest, row), others.Load<TLane>(RowNumber.Largest, row));
            TLane peaks = 0.0;
            TLane rest = 0.0;
            TLane distance = 0.0;
            Add(chunk, row, largest, ref peaks, ref rest, ref distance);
            Add(others, row, largest, ref peaks, ref rest, ref distance);
            chunk.Store(RowNumber.Largest, row, largest);
            chunk.Store(RowNumber.Peaks, row, peaks);
            chunk.Store(RowNumber.Rest, row, rest);
            chunk.Store(RowNumber.Distance, row, distance);
            chunk.Store(
                RowNumber.Target,
                row,
                chunk.Load<TLane>(RowNumber.Target, row) + others.Load<TLane>(RowNumber.Target, row));
        }
    }

    /// <summary>The largest logit of each row of predictions.</summary>
    public static void Largest(in RowChunk<T> chunk) => Largest(chunk, in chunk.Predictions, RowNumber.Largest);

    /// <summary>The largest logit of each row, in chains because each waits for its last comparison.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Largest(in RowChunk<T> chunk, ref readonly T source, RowNumber number)
    {
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

            TLane largest = Cells<T, TLane, TAcross>.Maximum(TLane.Max(TLane.Max(a, b), TLane.Max(c, d)));

            // In a row whose logits are all masked, −∞ is then as far behind as anywhere.
            chunk.Store(number, row, TLane.Max(-IeeeFormat<T>.LargestFinite, largest));
        }
    }

    /// <summary>
    /// e^(x − largest) of each logit x, stored where the gradient is due, and their sums: the largest ones, which are
    /// 1, apart from all others, beside which these would vanish in a confident row.
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
            TLane largest = chunk.Load<TLane>(RowNumber.Largest, row);
            TLane peaks = 0.0;
            TLane rest = 0.0;
            TLane next = TLane.Load(in source, row);
            for (nuint i = 0; i < length;)
            {
                nuint blockEnd = Math.Min(i + block, length);
                TLane blockRest = 0.0;
                for (; i < blockEnd; i += step)
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

                    exponential = Cells<T, TLane, TAcross>.Once(exponential, i, at);
                    Add(exponential, ref peaks, ref blockRest);
                }

                rest += blockRest;
            }

            chunk.Store(RowNumber.Peaks, row, Cells<T, TLane, TAcross>.Sum(peaks));
            chunk.Store(RowNumber.Rest, row, Cells<T, TLane, TAcross>.Sum(rest));
        }
    }

    /// <summary>
    /// The derivatives of all classes but the label, which have the share e/(others) of the label's; they do not depend
    /// on the formula, and so are compiled once for all.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Derivatives<TJet>(in RowChunk<T> chunk) where TJet : struct, IJet<TJet, TLane>
    {
        ref T gradient = ref chunk.Gradient;
        ref T hessian = ref chunk.Hessian;
        nuint step = chunk.Stride;
        nuint last = chunk.LastCell;
        nuint length = chunk.Length;
        for (nuint row = 0; row < chunk.Padded; row += (nuint)TLane.Count)
        {
            TLane factor = chunk.Load<TLane>(RowNumber.Factor, row);
            TLane inverseOthers = chunk.Load<TLane>(RowNumber.InverseOthers, row);
            TLane slope = chunk.Load<TLane>(RowNumber.Slope, row);
            TLane curvature = chunk.Load<TLane>(RowNumber.Curvature, row);
            TLane peaks = chunk.Load<TLane>(RowNumber.Peaks, row);
            TLane rest = chunk.Load<TLane>(RowNumber.Rest, row);
            TLane inverse = TLane.Reciprocal(peaks + rest);
            TLane oppositeOfPeak = (peaks - 1.0 + rest) * inverse;
            TLane next = TLane.Load(in gradient, row);
            for (nuint i = 0; i < length; i += step)
            {
                nuint at = row + Math.Min(i, last);
                TLane exponential = next;
                next = TLane.Load(in gradient, row + Math.Min(i + step, last));
                TLane.Store(factor * exponential, ref gradient, at);
                if (TJet.Order > 1)
                {
                    Cells<T, TLane, TAcross>.PrefetchOutput(in hessian, at);
                    TLane share = exponential * inverseOthers;
                    TLane opposite = Opposite(exponential, exponential * inverse, oppositeOfPeak);
                    TLane.Store(share * (curvature * share - slope * opposite), ref hessian, at);
                }
            }
        }
    }

    /// <summary>Adds the sums of a part of the columns, measured from the largest logit of all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        in RowChunk<T> part, nuint row, TLane largest, ref TLane peaks, ref TLane rest, ref TLane distance)
    {
        TLane ofPart = part.Load<TLane>(RowNumber.Largest, row);
        TLane peaksOfPart = part.Load<TLane>(RowNumber.Peaks, row);
        TLane restOfPart = part.Load<TLane>(RowNumber.Rest, row);
        TLane share = Exponentials<TLane, T>.ExpOfNegative(ofPart - largest);

        // A NaN is among the peaks, and stays there.
        peaks += TLane.SelectGreater(1.0, share, peaksOfPart - peaksOfPart, peaksOfPart);
        rest += TLane.SelectGreater(1.0, share, share * (peaksOfPart + restOfPart), restOfPart);
        distance += part.Load<TLane>(RowNumber.Distance, row)
            + TLane.Weigh(part.Load<TLane>(RowNumber.Target, row), largest - ofPart);
    }

    /// <summary>Adds an exponential to the peaks, if it is one or NaN, else to the rest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(TLane exponential, ref TLane peaks, ref TLane rest)
    {
        peaks += TLane.SelectGreater(1.0, exponential, default, exponential);
        rest += TLane.SelectGreater(1.0, exponential, exponential, default);
    }

    /// <summary>Adds a number of a cell to those of the peaks, if its logit is one or NaN, else to the rest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(TLane behind, TLane number, ref TLane ofPeaks, ref TLane ofRest)
    {
        ofPeaks += TLane.SelectGreater(0.0, behind, default, number);
        ofRest += TLane.SelectGreater(0.0, behind, number, default);
    }

    /// <summary>What all other cells of a row have added up to.</summary>
    /// <remarks>
    /// Beside the only peak that is the rest: taken as a difference from the sum of all it would be lost in a confident
    /// row, or be NaN where the peak's own number is infinite.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Others(TLane behind, TLane number, TLane peaks, TLane ofPeaks, TLane ofRest)
    {
        TLane otherPeaks = TLane.SelectGreater(peaks, 1.0, ofPeaks - number, default);
        return TLane.SelectGreater(0.0, behind, ofPeaks + (ofRest - number), otherPeaks + ofRest);
    }

    /// <summary>
    /// 1 − p of each probability p = e · inverse, which as a difference would be 0 for a confident row's peak.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Opposite(TLane exponential, TLane probability, TLane oppositeOfPeak) =>
        TLane.SelectGreater(1.0, exponential, 1.0 - probability, oppositeOfPeak);
}
