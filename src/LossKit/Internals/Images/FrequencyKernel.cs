using System.Runtime.InteropServices;

namespace LossKit.Internals.Images;

/// <summary>
/// The mean over channels and frequencies of w·|F|², F being the orthonormal Fourier transform of x − y and
/// w = |F|^α/max |F|^α of the channel, a constant when differentiating.
/// </summary>
internal sealed class FrequencyKernel<T>(double alpha) : ImageKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    // Of the squares.
    private readonly Parameter _exponent = 0.5 * Parameter.NotNegative(alpha).In<T>(nameof(alpha)).Value;

    public override bool TakesMask => false;

    public override double Run(in Image<T> image, Span<T> gradient)
    {
        ImageSize size = image.Size;
        int pixels = size.Pixels;
        using Rented<T> rented = new(6 * pixels);
        Span<T> real = rented.Span[..pixels];
        Span<T> imaginary = rented.Span.Slice(pixels, pixels);
        Span<T> spare = rented.Span.Slice(2 * pixels, 4 * pixels);
        using Rented<int> rows = new(pixels / size.Width);
        Spans.Enumerate(rows.Span);

        T root = T.CreateTruncating(1 / Math.Sqrt(pixels));
        double loss = 0;
        for (int start = 0; start < size.Numbers; start += pixels)
        {
            Spans.ScaledDifference(
                root, image.Predictions.Slice(start, pixels), image.Targets.Slice(start, pixels), real);
            imaginary.Clear();
            AlongColumns(real, imaginary, size, spare);
            AlongRows(real, imaginary, size, spare, rows.Span);
            loss += Weigh(real, imaginary) / size.Numbers;
            if (!gradient.IsEmpty)
            {
                AlongColumns(imaginary, real, size, spare);
                AlongRows(imaginary, real, size, spare, rows.Span);
                Spans.Scale(real, root * T.CreateTruncating(2.0 / size.Numbers));
                real.CopyTo(gradient[start..]);
            }
        }

        return loss;
    }

    private static void AlongColumns(Span<T> real, Span<T> imaginary, ImageSize size, Span<T> spare)
    {
        int slice = size.Height * size.Width;
        for (int start = 0; start < real.Length; start += slice)
        {
            Fourier<T>.Transform(real.Slice(start, slice), imaginary.Slice(start, slice), size.Height, spare);
        }

        Fourier<T>.Transform(real, imaginary, size.Depth, spare);
    }

    /// <summary>Rows are columns of the transposed matrix.</summary>
    private static void AlongRows(
        Span<T> real, Span<T> imaginary, ImageSize size, Span<T> spare, ReadOnlySpan<int> rows)
    {
        int width = size.Width;
        Span<T> turned = spare[..real.Length];
        Span<T> turnedImaginary = spare.Slice(real.Length, real.Length);
        Transposition<T>.ToColumns(real, width, width, rows, turned, rows.Length);
        Transposition<T>.ToColumns(imaginary, width, width, rows, turnedImaginary, rows.Length);
        Fourier<T>.Transform(turned, turnedImaginary, width, spare[(2 * real.Length)..]);
        Transposition<T>.ToRows(turned, rows.Length, real, width, width, rows);
        Transposition<T>.ToRows(turnedImaginary, rows.Length, imaginary, width, width, rows);
    }

    /// <summary>Multiplies by the weights; returns Σ w·|F|².</summary>
    private double Weigh(Span<T> real, Span<T> imaginary)
    {
        T largest = T.Max(Spans.LargestSize<T>(real), Spans.LargestSize<T>(imaginary));
        if (!(largest > T.CreateTruncating(IeeeFormat<T>.SmallestNormal)))
        {
            // Equal images: there is nothing to weigh. What is NaN is seen by the sum.
            return T.IsNaN(Spans.Sum<T>(real)) ? double.NaN : 0;
        }

        CompensatedSum sum = default;
        T most = T.Zero;
        for (int pass = 0; pass < 2; pass++)
        {
            int done = 0;
            if (LaneWidths.Best == LaneWidth.Vector512)
            {
                Run<Vector512Lane<T>>(real, imaginary, pass, largest, ref most, ref done, ref sum);
            }
            else if (LaneWidths.Best == LaneWidth.Vector)
            {
                Run<VectorLane<T>>(real, imaginary, pass, largest, ref most, ref done, ref sum);
            }

            Run<ScalarLane<T>>(real, imaginary, pass, largest, ref most, ref done, ref sum);
        }

        return sum.Total;
    }

    private void Run<TLane>(
        Span<T> real, Span<T> imaginary, int pass, T unit, ref T most, ref int done, ref CompensatedSum sum)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        int step = LaneWidths.AddedInLane * TLane.Count;
        while (done + TLane.Count <= real.Length)
        {
            int end = done + Math.Min(step, (real.Length - done) / TLane.Count * TLane.Count);
            if (pass == 0)
            {
                most = T.Max(most, Largest<TLane>(real, imaginary, T.One / unit, done, end));
            }
            else
            {
                sum += Weigh<TLane>(real, imaginary, T.One / unit, T.One / most, _exponent, done, end);
            }

            done = end;
        }
    }

    /// <summary>The largest |F|², by the largest part, which keeps it within range.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static T Largest<TLane>(ReadOnlySpan<T> real, ReadOnlySpan<T> imaginary, T inverse, int start, int end)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        ref T re = ref MemoryMarshal.GetReference(real);
        ref T im = ref MemoryMarshal.GetReference(imaginary);
        TLane scale = TLane.Broadcast(in inverse, 0);
        TLane largest = default;
        for (nuint i = (nuint)start; i < (nuint)end; i += (nuint)TLane.Count)
        {
            TLane x = scale * TLane.Load(in re, i);
            TLane y = scale * TLane.Load(in im, i);
            largest = TLane.Max(largest, TLane.MultiplyAdd(x, x, y * y));
        }

        Span<T> place = stackalloc T[WindowSide<T>.Slack];
        TLane.Store(TLane.Maximum(largest), ref MemoryMarshal.GetReference(place), 0);
        return place[0];
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double Weigh<TLane>(
        Span<T> real, Span<T> imaginary, T inverse, T inverseOfMost, Parameter exponent, int start, int end)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        ref T re = ref MemoryMarshal.GetReference(real);
        ref T im = ref MemoryMarshal.GetReference(imaginary);
        TLane scale = TLane.Broadcast(in inverse, 0);
        TLane share = TLane.Broadcast(in inverseOfMost, 0);
        TLane sum = default;
        TLane lost = default;
        for (nuint i = (nuint)start; i < (nuint)end; i += (nuint)TLane.Count)
        {
            TLane x = TLane.Load(in re, i);
            TLane y = TLane.Load(in im, i);
            TLane square = share * TLane.MultiplyAdd(scale * x, scale * x, scale * y * (scale * y));
            TLane weight = TLane.Pow(square, exponent);
            TLane.Store(weight * x, ref re, i);
            TLane.Store(weight * y, ref im, i);
            LaneSum<T>.Add(weight * x * x + weight * y * y, ref sum, ref lost);
        }

        return LaneSum<T>.Total(sum, lost);
    }
}
