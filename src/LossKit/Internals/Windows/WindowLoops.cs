using System.Runtime.InteropServices;

namespace LossKit.Internals.Windows;

/// <summary>The loops over windows, one axis at a time. Each is a root of its own, see FormulaKernel.</summary>
/// <remarks>
/// A window is one along each axis in turn. Along one, Σw·m is the mean of what has the means m, and
/// Σw·(v + (m − mean)²) its variance, v being theirs: sums of squares less squared means would cancel where a part of
/// an image is flat and far from 0. What is beyond a row's end is computed along and made nothing of by its count of 0.
/// </remarks>
internal static class WindowLoops<T, TLane>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
{
    /// <summary>Means and variances of windows along an axis whose steps are <paramref name="stride"/> apart.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Merge<THasVariances>(
        ReadOnlySpan<T> weights,
        ReadOnlySpan<T> means,
        ReadOnlySpan<T> variances,
        int stride,
        int length,
        Span<T> mergedMeans,
        Span<T> mergedVariances)
        where THasVariances : struct, IChoice
    {
        ref T w = ref MemoryMarshal.GetReference(weights);
        ref T m = ref MemoryMarshal.GetReference(means);
        ref T v = ref MemoryMarshal.GetReference(variances);
        ref T toMeans = ref MemoryMarshal.GetReference(mergedMeans);
        ref T toVariances = ref MemoryMarshal.GetReference(mergedVariances);
        nuint step = (nuint)stride;
        nuint taps = (nuint)weights.Length;
        for (nuint i = 0; i < (nuint)length; i += (nuint)TLane.Count)
        {
            TLane mean = default;
            nuint at = i;
            for (nuint k = 0; k < taps; k++, at += step)
            {
                mean = TLane.MultiplyAdd(TLane.Broadcast(in w, k), TLane.Load(in m, at), mean);
            }

            TLane variance = default;
            at = i;
            for (nuint k = 0; k < taps; k++, at += step)
            {
                TLane weight = TLane.Broadcast(in w, k);
                TLane apart = TLane.Load(in m, at) - mean;
                if (THasVariances.IsYes)
                {
                    variance = TLane.MultiplyAdd(weight, TLane.Load(in v, at), variance);
                }

                variance = TLane.MultiplyAdd(weight * apart, apart, variance);
            }

            TLane.Store(mean, ref toMeans, i);
            TLane.Store(variance, ref toVariances, i);
        }
    }

    /// <summary>
    /// The transpose of <see cref="Merge"/>: adds what slopes with respect to merged means and variances, doubled, are
    /// with respect to what these were made of.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Spread<THasVariances>(
        ReadOnlySpan<T> weights,
        ReadOnlySpan<T> slopes,
        ReadOnlySpan<T> varianceSlopes,
        ReadOnlySpan<T> mergedMeans,
        ReadOnlySpan<T> means,
        int stride,
        int length,
        Span<T> meanSlopes,
        Span<T> slopesOfVariances)
        where THasVariances : struct, IChoice
    {
        ref T w = ref MemoryMarshal.GetReference(weights);
        ref T ofMeans = ref MemoryMarshal.GetReference(slopes);
        ref T ofVariances = ref MemoryMarshal.GetReference(varianceSlopes);
        ref T merged = ref MemoryMarshal.GetReference(mergedMeans);
        ref T m = ref MemoryMarshal.GetReference(means);
        ref T toMeans = ref MemoryMarshal.GetReference(meanSlopes);
        ref T toVariances = ref MemoryMarshal.GetReference(slopesOfVariances);
        nuint taps = (nuint)weights.Length;
        nuint offset = 0;

        // Weight by weight, because lanes of the same row, a number apart, would wait for each other's sums.
        for (nuint k = 0; k < taps; k++, offset += (nuint)stride)
        {
            TLane weight = TLane.Broadcast(in w, k);
            for (nuint i = 0; i < (nuint)length; i += (nuint)TLane.Count)
            {
                nuint at = i + offset;
                TLane slope = TLane.Load(in ofVariances, i);
                if (THasVariances.IsYes)
                {
                    TLane.Store(
                        TLane.MultiplyAdd(weight, slope, TLane.Load(in toVariances, at)), ref toVariances, at);
                }

                TLane apart = TLane.Load(in m, at) - TLane.Load(in merged, i);
                slope = TLane.MultiplyAdd(slope, apart, TLane.Load(in ofMeans, i));
                TLane.Store(TLane.MultiplyAdd(weight, slope, TLane.Load(in toMeans, at)), ref toMeans, at);
            }
        }
    }

    /// <summary>
    /// The losses of some windows of a row, and their slopes in place of the moments.
    /// </summary>
    /// <param name="formula">The formula.</param>
    /// <param name="counts">1 for each window that counts, else 0.</param>
    /// <param name="sums">Of the sum of both images, less <paramref name="shift"/>.</param>
    /// <param name="differences">Of the difference.</param>
    /// <param name="shift">What was taken from the sum.</param>
    /// <param name="start">The first window.</param>
    /// <param name="end">Where they end; at most <see cref="LaneWidths.AddedInLane"/> lanes later.</param>
    /// <param name="losses">Receives the losses.</param>
    /// <returns>Their sum.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static double Losses<TFormula>(
        TFormula formula,
        ReadOnlySpan<T> counts,
        in WindowSide<T> sums,
        in WindowSide<T> differences,
        T shift,
        int start,
        int end,
        Span<T> losses)
        where TFormula : struct, IWindowFormula
    {
        ref T count = ref MemoryMarshal.GetReference(counts);
        ref T sumMeans = ref MemoryMarshal.GetReference(sums.WindowMeans);
        ref T sumVariances = ref MemoryMarshal.GetReference(sums.WindowVariances);
        ref T sumSlopes = ref MemoryMarshal.GetReference(sums.WindowMeanSlopes);
        ref T differenceMeans = ref MemoryMarshal.GetReference(differences.WindowMeans);
        ref T differenceVariances = ref MemoryMarshal.GetReference(differences.WindowVariances);
        ref T differenceSlopes = ref MemoryMarshal.GetReference(differences.WindowMeanSlopes);
        ref T each = ref MemoryMarshal.GetReference(losses);
        TLane offset = TLane.Broadcast(in shift, 0);
        TLane sum = default;
        TLane lost = default;
        for (nuint i = (nuint)start; i < (nuint)end; i += (nuint)TLane.Count)
        {
            TLane here = TLane.Load(in count, i);
            TLane sumMean = TLane.Load(in sumMeans, i);
            WindowMoments<TLane> at = new()
            {
                SumMean = sumMean + offset,
                SumVariance = TLane.Load(in sumVariances, i),
                DifferenceMean = TLane.Load(in differenceMeans, i),
                DifferenceVariance = TLane.Load(in differenceVariances, i),
            };
            TLane loss = TLane.Weigh(here, formula.Loss(at, out WindowMoments<TLane> slopes));
            LaneSum<T>.Add(loss, ref sum, ref lost);
            TLane.Store(loss, ref each, i);
            TLane.Store(TLane.Weigh(here, sumMean), ref sumMeans, i);
            TLane.Store(TLane.Weigh(here, slopes.SumMean), ref sumSlopes, i);
            TLane.Store(TLane.Weigh(here, 2.0 * slopes.SumVariance), ref sumVariances, i);
            TLane.Store(TLane.Weigh(here, at.DifferenceMean), ref differenceMeans, i);
            TLane.Store(TLane.Weigh(here, slopes.DifferenceMean), ref differenceSlopes, i);
            TLane.Store(TLane.Weigh(here, 2.0 * slopes.DifferenceVariance), ref differenceVariances, i);
        }

        return LaneSum<T>.Total(sum, lost);
    }

    /// <summary>
    /// The sum of two images, less what keeps flat parts from cancelling, and their difference, both by their range.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static int Prepare(
        ReadOnlySpan<T> left, ReadOnlySpan<T> right, T shift, T factor, Span<T> sums, Span<T> differences, int start)
    {
        ref T first = ref MemoryMarshal.GetReference(left);
        ref T second = ref MemoryMarshal.GetReference(right);
        ref T sum = ref MemoryMarshal.GetReference(sums);
        ref T difference = ref MemoryMarshal.GetReference(differences);
        TLane offset = TLane.Broadcast(in shift, 0);
        TLane scale = TLane.Broadcast(in factor, 0);
        nuint i = (nuint)start;
        for (; i + (nuint)TLane.Count <= (nuint)left.Length; i += (nuint)TLane.Count)
        {
            TLane x = TLane.Load(in first, i);
            TLane y = TLane.Load(in second, i);
            TLane.Store(scale * (x - offset + (y - offset)), ref sum, i);
            TLane.Store(scale * (x - y), ref difference, i);
        }

        return (int)i;
    }

    /// <summary>
    /// merged[i] = <paramref name="factor"/> · (rows' numbers 2i and 2i + 1), added or not; from <paramref
    /// name="start"/> on, as far as lanes are whole.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static int Halve<TAdds>(
        ReadOnlySpan<T> upper, ReadOnlySpan<T> lower, T factor, Span<T> merged, int start)
        where TAdds : struct, IChoice
    {
        ref T above = ref MemoryMarshal.GetReference(upper);
        ref T below = ref MemoryMarshal.GetReference(lower);
        ref T to = ref MemoryMarshal.GetReference(merged);
        TLane scale = TLane.Broadcast(in factor, 0);
        nuint lane = (nuint)TLane.Count;
        nuint i = (nuint)start;
        for (; i + lane <= (nuint)merged.Length; i += lane)
        {
            TLane left = TLane.Load(in above, 2 * i) + TLane.Load(in below, 2 * i);
            TLane right = TLane.Load(in above, 2 * i + lane) + TLane.Load(in below, 2 * i + lane);
            TLane sum = scale * (TLane.Split(left, right, out TLane odd) + odd);
            TLane.Store(TAdds.IsYes ? TLane.Load(in to, i) + sum : sum, ref to, i);
        }

        return (int)i;
    }

    /// <summary>
    /// The transpose of <see cref="Halve"/>: adds <paramref name="factor"/> · slopes[i] to the four numbers.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static int Double(ReadOnlySpan<T> slopes, T factor, Span<T> upper, Span<T> lower, int start)
    {
        ref T from = ref MemoryMarshal.GetReference(slopes);
        ref T above = ref MemoryMarshal.GetReference(upper);
        ref T below = ref MemoryMarshal.GetReference(lower);
        TLane scale = TLane.Broadcast(in factor, 0);
        nuint lane = (nuint)TLane.Count;
        nuint i = (nuint)start;
        for (; i + lane <= (nuint)slopes.Length; i += lane)
        {
            TLane slope = scale * TLane.Load(in from, i);
            TLane left = TLane.Join(slope, slope, out TLane right);
            TLane.Store(TLane.Load(in above, 2 * i) + left, ref above, 2 * i);
            TLane.Store(TLane.Load(in above, 2 * i + lane) + right, ref above, 2 * i + lane);
            TLane.Store(TLane.Load(in below, 2 * i) + left, ref below, 2 * i);
            TLane.Store(TLane.Load(in below, 2 * i + lane) + right, ref below, 2 * i + lane);
        }

        return (int)i;
    }
}
