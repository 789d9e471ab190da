namespace LossKit.Internals.Groups;

/// <summary>
/// What is done with the pixels of each example before the loss of the regions, which makes probabilities of predictions
/// and puts the pixels of a region together, or after it, back from the slopes of the probabilities.
/// </summary>
internal readonly ref struct RegionPass<T> : ISegmentWork where T : unmanaged, IFloatingPointIeee754<T>
{
    public required SegmentationLoss<T> Loss { get; init; }

    public required Segmentation<T> Batch { get; init; }

    public required Span<T> Probabilities { get; init; }

    public required Span<T> Targets { get; init; }

    public required Span<T> Sides { get; init; }

    /// <summary>Empty before.</summary>
    public ReadOnlySpan<T> Slopes { get; init; }

    public Span<T> Gradient { get; init; }

    /// <summary>What the slopes of a cross-entropy are multiplied with, if there is one.</summary>
    public T CrossEntropyScale { get; init; }

    public CompensatedSum Run(int start, int length)
    {
        if (Slopes.IsEmpty)
        {
            return Arrange(start, start + length);
        }

        Differentiate(start, start + length);
        return default;
    }

    /// <summary>
    /// Where some pixels of a class of an example begin among those of all regions, which follow each other; those of a
    /// background without loss come last.
    /// </summary>
    private int Start(PixelBlock block, int label)
    {
        int regions = Loss.Regions;
        int region = Loss.IncludesBackground ? label : label == 0 ? regions : label - 1;
        return block.First + Batch.Pixels * (Loss.PerBatch || region == regions
            ? region * Loss.Examples(Batch) + block.Example
            : block.Example * regions + region);
    }

    /// <summary>Which of the pixels there are; empty if all are.</summary>
    private ReadOnlySpan<bool> MaskOf(PixelBlock block) => Batch.Mask.IsEmpty
        ? default
        : Batch.Mask.Slice(block.Example * Batch.Pixels + block.First, block.Count);

    /// <summary>Region by region: probabilities, and targets of those with a loss.</summary>
    private CompensatedSum Arrange(int start, int end)
    {
        CompensatedSum crossEntropy = default;
        using PixelBlocks<T> blocks = new(Batch.Layout, Loss.Classes, Batch.Pixels);
        using Rented<T> scratch = new((2 * Loss.Classes + 2) * blocks.Most);
        T share = T.One;
        for (PixelBlock block = blocks.FirstOf(start); block.Example < end; block = blocks.After(block))
        {
            int count = block.Count;
            Span<T> ofPredictions = scratch.Span[..(Loss.Classes * count)];
            Span<T> ofTargets = scratch.Span.Slice(Loss.Classes * count, Loss.Classes * count);
            Span<T> largest = scratch.Span.Slice(2 * Loss.Classes * count, count);
            Span<T> sum = scratch.Span.Slice((2 * Loss.Classes + 1) * count, count);
            ReadOnlySpan<bool> mask = MaskOf(block);
            blocks.Read(block, Batch.Predictions, ofPredictions);
            blocks.Read(block, Batch.Targets, ofTargets);
            for (int label = 0; label < Loss.Classes; label++)
            {
                int to = Start(block, label);
                Span<T> plane = Probabilities.Slice(to, count);
                ofPredictions.Slice(label * count, count).CopyTo(plane);
                if (to < Targets.Length)
                {
                    ofTargets.Slice(label * count, count).CopyTo(Targets[to..]);
                }

                if (Loss.Activation == ClassActivation.Sigmoid)
                {
                    Sigmoid(plane, largest);
                }
                else if (Loss.Activation == ClassActivation.Softmax)
                {
                    Raise(largest, plane, isFirst: label == 0);
                }
            }

            if (Loss.Activation == ClassActivation.Softmax)
            {
                Softmax(block, largest, sum);
                crossEntropy += Loss.Traits.CrossEntropyWeight == 0
                    ? default
                    : CrossEntropy(ofPredictions, ofTargets, mask, largest, sum);
            }

            for (int pixel = 0; pixel < mask.Length; pixel++)
            {
                for (int label = 0; label < Loss.Classes && !mask[pixel]; label++)
                {
                    int at = Start(block, label) + pixel;
                    Probabilities[at] = Loss.Traits.IsOfScores ? T.NegativeInfinity : T.Zero;
                    if (at < Targets.Length)
                    {
                        Targets[at] = T.Zero;
                    }
                }
            }

            if (!Sides.IsEmpty)
            {
                share = block.First == 0 ? ShareOf(block.Example) : share;
                if (!Batch.TargetDistances.IsEmpty)
                {
                    blocks.Read(block, Batch.PredictionDistances, ofPredictions);
                    blocks.Read(block, Batch.TargetDistances, ofTargets);
                }

                Share(block, share, ofPredictions, ofTargets);
            }
        }

        return crossEntropy;
    }

    /// <summary>Σ t·(log Σ eˣ − x) over some pixels.</summary>
    private static CompensatedSum CrossEntropy(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<bool> mask,
        ReadOnlySpan<T> largest,
        Span<T> sum)
    {
        Elementary<T>.Log(sum);
        CompensatedSum total = default;
        for (int from = 0; from < targets.Length; from += sum.Length)
        {
            for (int pixel = 0; pixel < sum.Length; pixel++)
            {
                T target = targets[from + pixel];
                if (target != T.Zero && (mask.IsEmpty || mask[pixel]))
                {
                    T loss = target * (largest[pixel] - predictions[from + pixel] + sum[pixel]);
                    total += double.CreateTruncating(loss);
                }
            }
        }

        return total;
    }

    /// <summary>Adds its slopes, times their scale: p·Σt − t.</summary>
    private void AddCrossEntropy(PixelBlock block, ReadOnlySpan<T> targets, Span<T> totals, Span<T> gradient)
    {
        int count = block.Count;
        ReadOnlySpan<bool> mask = MaskOf(block);
        totals.Clear();
        for (int from = 0; from < targets.Length; from += count)
        {
            Spans.Add(totals, targets.Slice(from, count));
        }

        for (int label = 0; label < Loss.Classes; label++)
        {
            int from = label * count;
            int at = Start(block, label);
            for (int pixel = 0; pixel < count; pixel++)
            {
                if (mask.IsEmpty || mask[pixel])
                {
                    T slope = Probabilities[at + pixel] * totals[pixel] - targets[from + pixel];
                    gradient[from + pixel] += CrossEntropyScale * slope;
                }
            }
        }
    }

    /// <summary>What a pixel of an example has of a mean over its pixels.</summary>
    private T ShareOf(int example)
    {
        int pixels = Batch.Mask.IsEmpty
            ? Batch.Pixels
            : Batch.Mask.Slice(example * Batch.Pixels, Batch.Pixels).Count(true);
        return T.One / T.CreateTruncating(Math.Max(1, pixels));
    }

    /// <summary>Gives each pixel its share, times distances if there are any.</summary>
    private void Share(PixelBlock block, T share, ReadOnlySpan<T> ofPredictions, ReadOnlySpan<T> ofTargets)
    {
        ReadOnlySpan<bool> mask = MaskOf(block);
        double alpha = Loss.Traits.Alpha;
        for (int label = 0; label < Loss.Classes; label++)
        {
            int from = label * block.Count;
            Span<T> ofClass = Sides.Slice(Start(block, label), block.Count);
            for (int pixel = 0; pixel < ofClass.Length; pixel++)
            {
                bool isThere = mask.IsEmpty || mask[pixel];
                ofClass[pixel] = !isThere ? T.Zero
                    : Batch.TargetDistances.IsEmpty ? share
                    : share * (Power(ofPredictions[from + pixel]) + Power(ofTargets[from + pixel]));
            }
        }

        T Power(T distance) => alpha == 2 ? distance * distance : T.Pow(distance, T.CreateTruncating(alpha));
    }

    private static void Raise(Span<T> largest, ReadOnlySpan<T> plane, bool isFirst)
    {
        for (int pixel = 0; pixel < plane.Length; pixel++)
        {
            largest[pixel] = isFirst ? plane[pixel] : T.Max(largest[pixel], plane[pixel]);
        }
    }

    private void Softmax(PixelBlock block, ReadOnlySpan<T> largest, Span<T> sum)
    {
        sum.Clear();
        for (int label = 0; label < Loss.Classes; label++)
        {
            Span<T> plane = Probabilities.Slice(Start(block, label), block.Count);
            Spans.Subtract(plane, largest, plane);
            Elementary<T>.ExpOfNegative(plane);
            Spans.Add<T>(sum, plane);
        }

        for (int label = 0; label < Loss.Classes; label++)
        {
            Span<T> plane = Probabilities.Slice(Start(block, label), block.Count);
            for (int pixel = 0; pixel < plane.Length; pixel++)
            {
                plane[pixel] /= sum[pixel];
            }
        }
    }

    private static void Sigmoid(Span<T> numbers, Span<T> powers)
    {
        PowersOfSizes(numbers, powers);
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (numbers[i] < T.Zero ? powers[i] : T.One) / (T.One + powers[i]);
        }
    }

    /// <summary>e^(−|x|).</summary>
    private static void PowersOfSizes(ReadOnlySpan<T> numbers, Span<T> powers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            powers[i] = -T.Abs(numbers[i]);
        }

        Elementary<T>.ExpOfNegative(powers);
    }

    /// <summary>
    /// From the slopes with respect to probabilities to those with respect to predictions, to which those of a
    /// cross-entropy may be added.
    /// </summary>
    private void Differentiate(int start, int end)
    {
        using PixelBlocks<T> blocks = new(Batch.Layout, Loss.Classes, Batch.Pixels);
        using Rented<T> rented = new((2 * Loss.Classes + 1) * blocks.Most);
        for (PixelBlock block = blocks.FirstOf(start); block.Example < end; block = blocks.After(block))
        {
            int count = block.Count;
            Span<T> planes = rented.Span[..(Loss.Classes * count)];
            Span<T> targets = rented.Span.Slice(Loss.Classes * count, Loss.Classes * count);
            Span<T> scratch = rented.Span.Slice(2 * Loss.Classes * count, count);
            ReadOnlySpan<bool> mask = MaskOf(block);
            if (Loss.Activation == ClassActivation.Softmax)
            {
                Project(block, scratch);
            }
            else if (Loss.Activation == ClassActivation.Sigmoid)
            {
                blocks.Read(block, Batch.Predictions, planes);
            }

            for (int label = 0; label < Loss.Classes; label++)
            {
                // The gradient takes the place of the predictions.
                Span<T> gradient = planes.Slice(label * count, count);
                int at = Start(block, label);
                if (Loss.Activation == ClassActivation.Sigmoid)
                {
                    PowersOfSizes(gradient, scratch);
                }
                else if (Loss.Activation == ClassActivation.None)
                {
                    Slopes.Slice(at, count).CopyTo(gradient);
                    ClearAbsent(gradient, mask);
                    continue;
                }

                for (int pixel = 0; pixel < count; pixel++)
                {
                    T slope = Slopes[at + pixel];
                    T shift = Loss.Activation == ClassActivation.Softmax ? scratch[pixel] : T.Zero;
                    T factor = Loss.Activation == ClassActivation.Softmax
                        ? Probabilities[at + pixel]
                        : scratch[pixel] / ((T.One + scratch[pixel]) * (T.One + scratch[pixel]));

                    // Where nothing counts, not even a NaN does.
                    bool isThere = mask.IsEmpty || mask[pixel];
                    gradient[pixel] = isThere && slope != shift ? factor * (slope - shift) : T.Zero;
                }
            }

            if (CrossEntropyScale != T.Zero)
            {
                blocks.Read(block, Batch.Targets, targets);
                AddCrossEntropy(block, targets, scratch, planes);
            }

            blocks.Write(block, planes, Gradient);
        }
    }

    private static void ClearAbsent(Span<T> gradient, ReadOnlySpan<bool> mask)
    {
        for (int pixel = 0; pixel < mask.Length; pixel++)
        {
            if (!mask[pixel])
            {
                gradient[pixel] = T.Zero;
            }
        }
    }

    /// <summary>The mean of the slopes of each pixel's classes, by their probabilities.</summary>
    private void Project(PixelBlock block, Span<T> means)
    {
        means.Clear();
        for (int label = 0; label < Loss.Classes; label++)
        {
            int at = Start(block, label);
            for (int pixel = 0; pixel < means.Length; pixel++)
            {
                T slope = Slopes[at + pixel];
                means[pixel] += slope == T.Zero ? T.Zero : Probabilities[at + pixel] * slope;
            }
        }
    }
}
