namespace LossKit.Internals.Windows;

/// <summary>
/// 1 − the mean over channels of the similarity within windows of two images: of the images themselves, or
/// Π_s max(0, S_s)^w_s over scales s, each of half the size before, S being the similarity at the last scale and the
/// contrast's alone before.
/// </summary>
internal sealed class WindowKernel<T> : ImageKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[] _weights;
    private readonly double[] _exponents;
    private readonly bool _isClamped;
    private readonly double _inverseRange;
    private readonly double _luminance;
    private readonly double _contrast;

    /// <param name="dataRange">The range of the pixels.</param>
    /// <param name="window">How many pixels a window has along an axis.</param>
    /// <param name="sigma">The standard deviation of its Gaussian weights in pixels; ∞ means equal ones.</param>
    /// <param name="k1">The root of c₁ by the range.</param>
    /// <param name="k2">The root of c₂ by the range.</param>
    /// <param name="exponents">One a scale.</param>
    /// <param name="isClamped">Whether a similarity below 0 counts as 0.</param>
    public WindowKernel(
        double dataRange,
        int window,
        double sigma,
        double k1,
        double k2,
        IReadOnlyList<double> exponents,
        bool isClamped)
    {
        _inverseRange = 1 / Parameter.Positive(dataRange).In<T>(nameof(dataRange)).Value;
        _luminance = Square(Parameter.Positive(k1).In<T>(nameof(k1)).Value);
        _contrast = Square(Parameter.Positive(k2).In<T>(nameof(k2)).Value);
        _isClamped = isClamped;
        _exponents = [.. exponents];
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(window);
        if (!(sigma > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(sigma), sigma, "Expected a positive number, or infinity.");
        }

        // Relative to the innermost one: of a window without a middle all might be too small to be told from 0.
        double least = window % 2 == 0 ? 0.5 : 0;
        double[] weights = [.. Enumerable.Range(0, window)
            .Select(k => Math.Abs(k - 0.5 * (window - 1)))
            .Select(distance => Math.Exp(-0.5 * (distance - least) / sigma * (distance + least) / sigma))];
        double sum = weights.Sum();
        _weights = [.. weights.Select(weight => T.CreateTruncating(weight / sum))];
    }

    public int Window => _weights.Length;

    public override void Check(ImageSize size)
    {
        bool isVolume = size.Depth > 1;
        for (int scale = 0; scale < _exponents.Length; scale++, size = size.Half)
        {
            foreach ((string name, int length) in (ReadOnlySpan<(string, int)>)
                [("depth", isVolume ? size.Depth : Window), ("height", size.Height), ("width", size.Width)])
            {
                if (length < Window)
                {
                    string at = _exponents.Length == 1 ? "" : $" at scale {scale + 1} of {_exponents.Length}";
                    throw BatchChecks.Refusal(
                        name, $"'{name}' is {length}{at}, but a window has {Window} pixels: it must fit.");
                }
            }
        }
    }

    public override bool Counts(ImageSize size, ReadOnlySpan<bool> mask)
    {
        if (mask.IsEmpty)
        {
            return true;
        }

        using Rented<T> absences = new(Levels(size, 1));
        FillAbsences(size, mask, absences.Span);
        Span<T> left = absences.Span;
        for (int scale = 0; scale < _exponents.Length; scale++, size = size.Half)
        {
            if (new WindowPass<T> { Weights = _weights, Size = size, Absences = left }.Count() == 0)
            {
                return false;
            }

            left = left[Area(size)..];
        }

        return true;
    }

    public override double Run(in Image<T> image, Span<T> gradient) => Run(image, gradient, default);

    /// <param name="image">The image.</param>
    /// <param name="gradient">Receives the gradient, unless it is empty.</param>
    /// <param name="map">Receives the losses of all windows of the images themselves, unless it is empty.</param>
    public double Run(in Image<T> image, Span<T> gradient, Span<T> map)
    {
        ImageSize size = image.Size;
        int planes = gradient.IsEmpty ? 2 : 4;
        using Rented<T> rented = new(Levels(size, planes));
        using Rented<T> absences = new(image.Mask.IsEmpty ? 0 : Levels(size, 1));
        if (!image.Mask.IsEmpty)
        {
            FillAbsences(size, image.Mask, absences.Span);
        }

        Span<double> factors = stackalloc double[Math.Min(_exponents.Length, 32)];
        double loss = 0;
        int pixels = size.Pixels;
        int windows = map.Length / size.Channels;
        for (int channel = 0; channel < size.Channels; channel++)
        {
            rented.Span.Clear();
            T shift = Prepare(image, channel, rented.Span, out double unit);
            Span<T> mapped = map.Slice(channel * windows, windows);
            loss += Channel(size, rented.Span, planes, absences.Span, shift, unit, factors, mapped) / size.Channels;
            if (!gradient.IsEmpty)
            {
                Collect(size, rented.Span, factors, _inverseRange / unit, gradient.Slice(channel * pixels, pixels));
            }
        }

        return loss;
    }

    /// <summary>What is larger is divided before it is squared.</summary>
    private static double Largest => IeeeFormat<T>.IsSingle ? 1e12 : 1e100;

    private static double Square(double x) => x * x;

    private static int Area(ImageSize size) => WindowPass<T>.Pitch(size.Pixels);

    /// <summary>The numbers of so many planes at all scales.</summary>
    private int Levels(ImageSize size, int planes)
    {
        long numbers = 0;
        for (int scale = 0; scale < _exponents.Length; scale++, size = size.Half)
        {
            numbers += (long)planes * Area(size);
        }

        return EmbeddingChecks.Numbers(numbers);
    }

    /// <summary>1 where a pixel is masked, and how much of one is at the further scales.</summary>
    private void FillAbsences(ImageSize size, ReadOnlySpan<bool> mask, Span<T> absences)
    {
        absences.Clear();
        for (int i = 0; i < mask.Length; i++)
        {
            absences[i] = mask[i] ? T.Zero : T.One;
        }

        for (int scale = 1; scale < _exponents.Length; scale++)
        {
            Span<T> next = absences[Area(size)..];
            Pooling<T>.Halve(absences, size, next);
            absences = next;
            size = size.Half;
        }
    }

    /// <summary>Sum and difference at the first scale; what is masked is 0 in both.</summary>
    /// <param name="image">The image.</param>
    /// <param name="channel">Which channel.</param>
    /// <param name="memory">Receives them.</param>
    /// <param name="unit">What they are divided by, so that their squares are within range.</param>
    /// <returns>What was taken from the sum.</returns>
    private T Prepare(in Image<T> image, int channel, Span<T> memory, out double unit)
    {
        int pixels = image.Size.Pixels;
        ReadOnlySpan<T> x = image.Predictions.Slice(channel * pixels, pixels);
        ReadOnlySpan<T> y = image.Targets.Slice(channel * pixels, pixels);

        // Any pixel will do: parts that are as flat as it is are then near 0.
        int middle = image.Mask.IsEmpty || image.Mask[pixels / 2] ? pixels / 2 : image.Mask.IndexOf(true);
        T shift = y[middle];
        Span<T> sums = memory[..pixels];
        Span<T> differences = memory.Slice(Area(image.Size), pixels);
        T factor = T.CreateTruncating(_inverseRange);
        int done = LaneWidths.Best switch
        {
            LaneWidth.Vector512 =>
                WindowLoops<T, Vector512Lane<T>>.Prepare(x, y, shift, factor, sums, differences, 0),
            LaneWidth.Vector => WindowLoops<T, VectorLane<T>>.Prepare(x, y, shift, factor, sums, differences, 0),
            _ => 0,
        };
        WindowLoops<T, ScalarLane<T>>.Prepare(x, y, shift, factor, sums, differences, done);
        for (int i = 0; i < image.Mask.Length; i++)
        {
            if (!image.Mask[i])
            {
                sums[i] = T.Zero;
                differences[i] = T.Zero;
            }
        }

        shift = (shift + shift) * factor;
        T largest = T.Max(T.Abs(shift), T.Max(Spans.LargestSize<T>(sums), Spans.LargestSize<T>(differences)));
        unit = largest > T.CreateTruncating(Largest) && T.IsFinite(largest) ? Math.ScaleB(1, T.ILogB(largest)) : 1;
        if (unit != 1)
        {
            T inverse = T.CreateTruncating(1 / unit);
            Spans.Scale(sums, inverse);
            Spans.Scale(differences, inverse);
            shift *= inverse;
        }

        return shift;
    }

    /// <summary>The loss of a channel, and what the slopes at each scale are to be multiplied with.</summary>
    private double Channel(
        ImageSize size,
        Span<T> memory,
        int planes,
        ReadOnlySpan<T> absences,
        T shift,
        double unit,
        Span<double> factors,
        Span<T> map)
    {
        // No smaller than what has an inverse: parts of an image may be 0 where others are too large to be squared.
        double luminance = Math.Max(_luminance / unit / unit, IeeeFormat<T>.SmallestNormal);
        double contrast = Math.Max(_contrast / unit / unit, IeeeFormat<T>.SmallestNormal);
        double channels = size.Channels;
        int last = _exponents.Length - 1;
        double logarithm = 0;
        bool isZero = false;
        for (int scale = 0; scale <= last; scale++)
        {
            int area = Area(size);
            WindowSide<T> sums = Side(memory, area, 0, planes);
            WindowSide<T> differences = Side(memory, area, 1, planes);
            WindowPass<T> pass = new()
            {
                Weights = _weights,
                Size = size,
                Shift = shift,
                Absences = absences,
                Map = scale == 0 ? map : default,
            };
            WindowSum sum = scale == last
                ? pass.Run(new StructuralSimilarity(luminance, contrast), sums, differences)
                : pass.Run(new WindowContrast(contrast), sums, differences);
            double loss = sum.Mean;
            if (!_isClamped)
            {
                factors[0] = 1 / (sum.Windows * channels);
                return loss;
            }

            double exponent = _exponents[scale];
            isZero |= loss >= 1 && exponent > 0;
            logarithm += exponent == 0 ? 0 : exponent * double.LogP1(-loss);
            factors[scale] = exponent == 0 ? 0 : exponent / ((1 - loss) * sum.Windows * channels);
            if (scale < last)
            {
                Span<T> next = memory[(planes * area)..];
                Pooling<T>.Halve(sums.Means, size, next);
                Pooling<T>.Halve(differences.Means, size, next[Area(size.Half)..]);
                memory = next;
                absences = absences.IsEmpty ? absences : absences[area..];
                size = size.Half;
            }
        }

        for (int scale = 0; scale <= last; scale++)
        {
            factors[scale] = isZero ? 0 : factors[scale] * Math.Exp(logarithm);
        }

        return isZero ? 1 : -double.ExpM1(logarithm);
    }

    private static WindowSide<T> Side(Span<T> memory, int area, int side, int planes) => new()
    {
        Means = memory.Slice(side * area, area),
        MeanSlopes = planes == 2 ? default : memory.Slice((2 + side) * area, area),
        Rows = default,
    };

    /// <summary>The slopes at all scales as the gradient of a channel.</summary>
    private static void Collect(
        ImageSize size, Span<T> memory, ReadOnlySpan<double> factors, double factor, Span<T> gradient)
    {
        Add(size, memory, factors);
        int area = Area(size);
        memory.Slice(2 * area, gradient.Length).CopyTo(gradient);
        Spans.Add<T>(gradient, memory.Slice(3 * area, gradient.Length));
        Spans.Scale(gradient, T.CreateTruncating(factor));
    }

    /// <summary>Multiplies the slopes of a scale, and adds to them those of all further ones.</summary>
    private static void Add(ImageSize size, Span<T> memory, ReadOnlySpan<double> factors)
    {
        int area = Area(size);
        T factor = T.CreateTruncating(factors[0]);
        Span<T> slopes = memory.Slice(2 * area, 2 * area);
        if (factor == T.Zero)
        {
            // Not 0 times what may be infinite.
            slopes.Clear();
        }

        Spans.Scale(slopes, factor);
        if (factors.Length > 1)
        {
            Span<T> next = memory[(4 * area)..];
            Add(size.Half, next, factors[1..]);
            int half = Area(size.Half);
            Pooling<T>.Double(next.Slice(2 * half, half), size, slopes[..area]);
            Pooling<T>.Double(next.Slice(3 * half, half), size, slopes[area..]);
        }
    }
}
