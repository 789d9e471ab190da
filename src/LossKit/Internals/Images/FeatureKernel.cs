using System.Runtime.InteropServices;

namespace LossKit.Internals.Images;

/// <summary>
/// Σ_l w_l·mean (x − y)² of the features of some layers, one after the other; or of pixels divided by their norm over
/// channels, the sum over channels and the mean over pixels.
/// </summary>
internal sealed class FeatureKernel<T> : ImageKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int[] _channels;
    private readonly int[] _pixels;
    private readonly double[] _weights;
    private readonly bool _normalizes;
    private readonly T _epsilon;
    private readonly long _numbers;

    public FeatureKernel(
        IReadOnlyList<int> layerChannels,
        IReadOnlyList<int> layerPixels,
        IReadOnlyList<double>? layerWeights,
        bool normalize,
        double epsilon)
    {
        ArgumentNullException.ThrowIfNull(layerChannels);
        ArgumentNullException.ThrowIfNull(layerPixels);
        _channels = [.. layerChannels.Select(count => Positive(count, nameof(layerChannels)))];
        _pixels = [.. layerPixels.Select(count => Positive(count, nameof(layerPixels)))];
        _weights = layerWeights is null
            ? [.. _channels.Select(_ => 1.0)]
            : Parameter.Weights<T>(layerWeights);
        CheckLayers(nameof(layerPixels), _pixels.Length);
        CheckLayers(nameof(layerWeights), _weights.Length);
        _normalizes = normalize;
        _epsilon = T.CreateTruncating(Parameter.Positive(epsilon).In<T>(nameof(epsilon)).Value);
        _numbers = _channels.Zip(_pixels, (channels, pixels) => (long)channels * pixels).Sum();
    }

    public override void Check(ImageSize size)
    {
        if (size.Numbers != _numbers)
        {
            throw BatchChecks.Refusal(
                "predictions", $"An image has {size.Numbers} numbers, but the layers have {_numbers}: expected as many.");
        }
    }

    /// <summary>Some pixel of a layer has to have all of its channels.</summary>
    public override bool Counts(ImageSize size, ReadOnlySpan<bool> mask)
    {
        bool counts = mask.IsEmpty;
        for (int layer = 0, start = 0; layer < _channels.Length && !counts; layer++)
        {
            for (int pixel = 0; pixel < _pixels[layer] && !counts; pixel++)
            {
                counts = IsThere(mask, layer, start, pixel);
            }

            start += _channels[layer] * _pixels[layer];
        }

        return counts;
    }

    public override double Run(in Image<T> image, Span<T> gradient)
    {
        if (!image.Mask.IsEmpty)
        {
            return RunMasked(image, gradient);
        }

        double loss = 0;
        for (int layer = 0, start = 0; layer < _channels.Length; layer++)
        {
            int length = _channels[layer] * _pixels[layer];
            ReadOnlySpan<T> x = image.Predictions.Slice(start, length);
            ReadOnlySpan<T> y = image.Targets.Slice(start, length);
            Span<T> slopes = gradient.IsEmpty ? default : gradient.Slice(start, length);
            loss += Run(layer, x, y, _pixels[layer], slopes);
            start += length;
        }

        return loss;
    }

    /// <summary>The pixels that are left, in memory of their own.</summary>
    private double RunMasked(in Image<T> image, Span<T> gradient)
    {
        using Rented<int> places = new(_pixels.Max());
        using Rented<T> ofLayer = new(image.Size.Numbers * (gradient.IsEmpty ? 2 : 3));
        double loss = 0;
        gradient.Clear();
        for (int layer = 0, start = 0; layer < _channels.Length; layer++)
        {
            int pixels = _pixels[layer];
            int left = 0;
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                if (IsThere(image.Mask, layer, start, pixel))
                {
                    places.Span[left++] = pixel;
                }
            }

            int length = _channels[layer] * left;
            Span<T> x = ofLayer.Span[..length];
            Span<T> y = ofLayer.Span.Slice(length, length);
            Span<T> slopes = gradient.IsEmpty ? default : ofLayer.Span.Slice(2 * length, length);
            for (int i = 0; i < length; i++)
            {
                int at = start + i / left * pixels + places.Span[i % left];
                x[i] = image.Predictions[at];
                y[i] = image.Targets[at];
            }

            loss += left == 0 ? 0 : Run(layer, x, y, left, slopes);
            for (int i = 0; i < slopes.Length; i++)
            {
                gradient[start + i / left * pixels + places.Span[i % left]] = slopes[i];
            }

            start += _channels[layer] * pixels;
        }

        return loss;
    }

    /// <summary>Whether no channel of a pixel is masked.</summary>
    private bool IsThere(ReadOnlySpan<bool> mask, int layer, int start, int pixel)
    {
        bool isThere = true;
        for (int channel = 0; channel < _channels[layer] && isThere; channel++)
        {
            isThere = mask[(start + channel * _pixels[layer] + pixel) % mask.Length];
        }

        return isThere;
    }

    /// <summary>A layer's loss and slopes, of some of its pixels or all.</summary>
    private double Run(int layer, ReadOnlySpan<T> x, ReadOnlySpan<T> y, int pixels, Span<T> slopes)
    {
        double factor = _weights[layer] / (_normalizes ? pixels : x.Length);
        if (factor == 0)
        {
            // Not 0 times what may be infinite.
            slopes.Clear();
            return 0;
        }

        if (_normalizes)
        {
            double loss = factor * Normalized(x, y, pixels, slopes);
            Spans.Scale(slopes, T.CreateTruncating(factor));
            return loss;
        }

        if (!slopes.IsEmpty)
        {
            Spans.ScaledDifference(T.CreateTruncating(2 * factor), x, y, slopes);
        }

        return factor * RowProduct<T>.Of<SquaredDistance>(x, y);
    }

    private static int Positive(int count, string name) => count > 0
        ? count
        : throw new ArgumentOutOfRangeException(name, count, "Expected positive numbers, one a layer.");

    private void CheckLayers(string name, int count)
    {
        if (count != _channels.Length)
        {
            throw new ArgumentException(
                $"'{name}' has {count} entries, but there are {_channels.Length} layers: it must have one each.", name);
        }
    }

    /// <summary>Σ (x̂ − ŷ)² and, if they are asked for, its slopes.</summary>
    private double Normalized(ReadOnlySpan<T> x, ReadOnlySpan<T> y, int pixels, Span<T> slopes)
    {
        CompensatedSum sum = default;
        int done = 0;
        if (LaneWidths.Best == LaneWidth.Vector512)
        {
            Loop<Vector512Lane<T>>(x, y, pixels, slopes, _epsilon, ref done, ref sum);
        }
        else if (LaneWidths.Best == LaneWidth.Vector)
        {
            Loop<VectorLane<T>>(x, y, pixels, slopes, _epsilon, ref done, ref sum);
        }

        Loop<ScalarLane<T>>(x, y, pixels, slopes, _epsilon, ref done, ref sum);
        return sum.Total;
    }

    private static void Loop<TLane>(
        ReadOnlySpan<T> x,
        ReadOnlySpan<T> y,
        int pixels,
        Span<T> slopes,
        T epsilon,
        ref int done,
        ref CompensatedSum sum)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        int step = LaneWidths.AddedInLane * TLane.Count;
        while (done + TLane.Count <= pixels)
        {
            int end = done + Math.Min(step, (pixels - done) / TLane.Count * TLane.Count);
            sum += slopes.IsEmpty
                ? Pixels<TLane, No>(x, y, pixels, slopes, epsilon, done, end)
                : Pixels<TLane, Yes>(x, y, pixels, slopes, epsilon, done, end);
            done = end;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double Pixels<TLane, TDifferentiates>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        int pixels,
        Span<T> slopes,
        T epsilon,
        int start,
        int end)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TDifferentiates : struct, IChoice
    {
        ref T x = ref MemoryMarshal.GetReference(predictions);
        ref T y = ref MemoryMarshal.GetReference(targets);
        ref T slope = ref MemoryMarshal.GetReference(slopes);
        nuint pitch = (nuint)pixels;
        nuint numbers = (nuint)predictions.Length;
        TLane floor = TLane.Broadcast(in epsilon, 0);
        TLane sum = default;
        TLane lost = default;
        for (nuint i = (nuint)start; i < (nuint)end; i += (nuint)TLane.Count)
        {
            TLane norm = Norm<TLane>(in x, i, numbers, pitch);
            TLane inverse = TLane.Reciprocal(norm + floor);
            TLane inverseOfTarget = TLane.Reciprocal(Norm<TLane>(in y, i, numbers, pitch) + floor);
            TLane loss = default;
            TLane along = default;
            for (nuint at = i; at < numbers; at += pitch)
            {
                TLane direction = inverse * TLane.Load(in x, at);
                TLane apart = direction - inverseOfTarget * TLane.Load(in y, at);
                loss = TLane.MultiplyAdd(apart, apart, loss);
                along = TLane.MultiplyAdd(apart, direction, along);
            }

            LaneSum<T>.Add(loss, ref sum, ref lost);
            if (TDifferentiates.IsYes)
            {
                // A norm of 0 has gradient 0.
                TLane pull = TLane.SelectPositive(norm, along / norm, norm);
                for (nuint at = i; at < numbers; at += pitch)
                {
                    TLane number = TLane.Load(in x, at);
                    TLane apart = inverse * number - inverseOfTarget * TLane.Load(in y, at);
                    TLane.Store(2.0 * inverse * (apart - pull * number), ref slope, at);
                }
            }
        }

        return LaneSum<T>.Total(sum, lost);
    }

    /// <summary>The norm of pixels over their channels, by the largest, which none of the squares exceeds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Norm<TLane>(ref readonly T numbers, nuint first, nuint end, nuint pitch)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        TLane largest = TLane.SmallestNormal;
        for (nuint at = first; at < end; at += pitch)
        {
            largest = TLane.Max(largest, TLane.Abs(TLane.Load(in numbers, at)));
        }

        TLane scale = TLane.Reciprocal(largest);
        TLane square = default;
        for (nuint at = first; at < end; at += pitch)
        {
            TLane share = scale * TLane.Load(in numbers, at);
            square = TLane.MultiplyAdd(share, share, square);
        }

        return largest * TLane.Sqrt(square);
    }
}
