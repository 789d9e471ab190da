namespace LossKit.Internals.Images;

/// <summary>
/// The sum, or the sum of the means along each axis, of another loss of the differences between neighbours: of every
/// two along an axis, or of all that a pixel has to the next ones along every axis together.
/// </summary>
/// <param name="kernel">Of one difference beside the target's own.</param>
/// <param name="hasTargets">Whether there are targets; otherwise they are flat.</param>
/// <param name="isMean">Whether it is means that are added up.</param>
internal sealed class NeighbourKernel<T>(Kernel<T> kernel, bool hasTargets, bool isMean) : ImageKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Axes = 3;

    /// <summary>How many differences are taken at a time.</summary>
    private const int Chunk = 2048;

    private readonly Kernel<T>? _ofVolumes;

    /// <param name="ofTwo">Of two differences of a pixel.</param>
    /// <param name="ofThree">Of three, in a volume.</param>
    public NeighbourKernel(Kernel<T> ofTwo, Kernel<T> ofThree) : this(ofTwo, hasTargets: false, isMean: false) =>
        _ofVolumes = ofThree;

    public override bool HasTargets => hasTargets;

    public override double Run(in Image<T> image, Span<T> gradient)
    {
        ImageSize size = image.Size;
        gradient.Clear();
        using Rented<T> memory = new((2 * Axes + 2) * Chunk);
        ReadOnlySpan<int> strides = [1, size.Width, size.Height * size.Width];
        ReadOnlySpan<int> lengths = [size.Width, size.Height, size.Depth];
        return _ofVolumes is null
            ? AlongEach(image, gradient, strides, lengths, memory.Span)
            : Together(image, gradient, strides, lengths, memory.Span);
    }

    private double AlongEach(
        in Image<T> image, Span<T> gradient, ReadOnlySpan<int> strides, ReadOnlySpan<int> lengths, Span<T> memory)
    {
        double loss = 0;
        for (int axis = 0; axis < Axes; axis++)
        {
            ReadOnlySpan<int> stride = strides.Slice(axis, 1);
            int whole = stride[0] * lengths[axis];
            int length = whole - stride[0];
            long pairs = isMean ? Pairs(image, stride[0], whole) : 1;
            CompensatedSum sum = default;
            for (int start = 0; start < image.Size.Numbers && length > 0 && pairs > 0; start += whole)
            {
                sum += Run(kernel, image, start, length, stride, 1.0 / pairs, gradient, memory);
            }

            loss += pairs == 0 ? 0 : sum.Total / pairs;
        }

        return loss;
    }

    private double Together(
        in Image<T> image, Span<T> gradient, ReadOnlySpan<int> strides, ReadOnlySpan<int> lengths, Span<T> memory)
    {
        ImageSize size = image.Size;
        bool isVolume = size.Depth > 1;
        Kernel<T> kernelOfPixel = isVolume ? _ofVolumes! : kernel;
        CompensatedSum sum = default;
        for (int row = 0; row < size.Channels * size.Depth * size.Height; row++)
        {
            bool isLast = row % size.Height == size.Height - 1
                || (isVolume && row / size.Height % size.Depth == size.Depth - 1);
            if (!isLast)
            {
                sum += Run(
                    kernelOfPixel,
                    image,
                    row * size.Width,
                    size.Width - 1,
                    isVolume ? strides : strides[..2],
                    1,
                    gradient,
                    memory);
            }
        }

        return sum.Total;
    }

    /// <summary>How many neighbours along an axis are both there.</summary>
    private static long Pairs(in Image<T> image, int stride, int whole)
    {
        if (image.Mask.IsEmpty)
        {
            return (long)image.Size.Numbers / whole * (whole - stride);
        }

        long pairs = 0;
        for (int i = 0; i + stride < image.Mask.Length; i++)
        {
            pairs += i % whole + stride < whole && image.Mask[i] && image.Mask[i + stride] ? 1 : 0;
        }

        return pairs * image.Size.Channels;
    }

    /// <summary>Of consecutive pixels with the neighbours at some strides.</summary>
    private CompensatedSum Run(
        Kernel<T> kernelOfPixel,
        in Image<T> image,
        int start,
        int length,
        ReadOnlySpan<int> strides,
        double scale,
        Span<T> gradient,
        Span<T> memory)
    {
        CompensatedSum sum = default;
        for (int done = 0; done < length; done += Chunk)
        {
            int count = Math.Min(Chunk, length - done);
            sum += RunChunk(kernelOfPixel, image, start + done, count, strides, scale, gradient, memory);
        }

        return sum;
    }

    private CompensatedSum RunChunk(
        Kernel<T> kernelOfPixel,
        in Image<T> image,
        int at,
        int count,
        ReadOnlySpan<int> strides,
        double scale,
        Span<T> gradient,
        Span<T> memory)
    {
        Span<T> differences = memory[..(strides.Length * count)];
        Span<T> slopes = memory.Slice(Axes * Chunk, strides.Length * count);
        Span<T> targets = memory.Slice(2 * Axes * Chunk, strides.Length == 1 ? count : 0);
        Span<T> weights = memory.Slice((2 * Axes + 1) * Chunk, image.Mask.IsEmpty ? 0 : count);
        weights.Fill(T.One);
        targets.Clear();
        for (int axis = 0; axis < strides.Length; axis++)
        {
            int next = at + strides[axis];
            Spans.Subtract(
                image.Predictions.Slice(next, count),
                image.Predictions.Slice(at, count),
                differences.Slice(axis * count, count));
            if (hasTargets)
            {
                Spans.Subtract(image.Targets.Slice(next, count), image.Targets.Slice(at, count), targets);
            }

            for (int i = 0; i < weights.Length; i++)
            {
                bool isThere = image.Mask[(at + i) % image.Mask.Length] && image.Mask[(next + i) % image.Mask.Length];
                weights[i] = isThere ? weights[i] : T.Zero;
            }
        }

        Batch<T> batch = new()
        {
            Predictions = differences,
            Targets = targets,
            Weights = weights,
            Gradient = gradient.IsEmpty ? default : slopes,
            Columns = strides.Length,
            TargetColumns = strides.Length == 1 ? 1 : 0,
            Pitch = strides.Length == 1 ? 0 : count,
            Scale = T.CreateTruncating(scale),
        };
        DerivativeOrder order = gradient.IsEmpty ? DerivativeOrder.Value : DerivativeOrder.Gradient;
        CompensatedSum sum = kernelOfPixel.Run(batch, order, LaneWidths.Best);
        for (int axis = 0; axis < strides.Length && !gradient.IsEmpty; axis++)
        {
            Span<T> slope = slopes.Slice(axis * count, count);
            Spans.AddScaled(gradient.Slice(at, count), -T.One, slope);
            Spans.Add<T>(gradient.Slice(at + strides[axis], count), slope);
        }

        return sum;
    }
}
