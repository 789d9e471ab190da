namespace LossKit;

/// <summary>
/// A loss of regions: of each class of each example, or of each class of the whole batch. What
/// <see cref="GroupedLoss{T}.OfClasses"/> makes of a loss of groups of probabilities.
/// </summary>
/// <remarks>
/// Losses and weights are one a region: by example, then class, or one a class. A masked pixel is one of probability 0
/// and target 0. Class weights multiply the losses and not what the mean divides by. Two to four times as many numbers
/// as there are predictions are rented from the shared array pool for the time of a call.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class SegmentationLoss<T> : BatchLoss<T, Segmentation<T>, SegmentationGradients<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ClassOptions<T> _regions;

    internal SegmentationLoss(
        GroupedLoss<T> loss,
        int classes,
        ClassActivation activation,
        bool perBatch,
        bool includeBackground,
        IReadOnlyList<double>? classWeights)
    {
        Inner = loss;
        Classes = new ClassOptions<T>(classes, fewest: includeBackground ? 1 : 2).Classes;
        _regions = new(includeBackground ? classes : classes - 1, classWeights);
        Activation = Enum.IsDefined(activation)
            ? activation
            : throw new ArgumentOutOfRangeException(
                nameof(activation), activation, "Expected None, Sigmoid or Softmax.");
        PerBatch = perBatch;
    }

    /// <summary>How many classes predictions have, the background included.</summary>
    public int Classes { get; }

    /// <summary>What makes probabilities of predictions.</summary>
    public ClassActivation Activation { get; }

    /// <summary>Whether a class is one region of all examples, not one of each.</summary>
    public bool PerBatch { get; }

    /// <summary>Whether class 0 has a loss.</summary>
    public bool IncludesBackground => _regions.Classes == Classes;

    private GroupedLoss<T> Entries => (GroupedLoss<T>)Inner!;

    private protected override string Things => "regions";

    /// <summary>One a region.</summary>
    public override int Losses(Segmentation<T> batch) => _regions.Classes * (PerBatch ? 1 : Examples(batch));

    private protected override void Check(Segmentation<T> batch, ReadOnlySpan<T> weights)
    {
        BatchChecks.Rows(
            "predictions", batch.Predictions.Length, Numbers(batch.Pixels), "classes × pixels", "an example");
        BatchChecks.Length("targets", batch.Targets.Length, batch.Predictions.Length, "predictions");
        BatchChecks.LengthIfGiven("mask", batch.Mask.Length, Examples(batch) * batch.Pixels, "pixels");
        BatchChecks.LengthIfGiven("weights", weights.Length, Losses(batch), Things);
    }

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, Segmentation<T> batch)
    {
        BatchChecks.Apart(name, output, "predictions", batch.Predictions);
        BatchChecks.Apart(name, output, "targets", batch.Targets);
        BatchChecks.Apart(name, output, "mask", batch.Mask);
    }

    private protected override void CheckNumbers(Segmentation<T> batch)
    {
        for (int i = 0; i < batch.Predictions.Length; i++)
        {
            if (batch.Mask.IsEmpty || batch.Mask[i / Numbers(batch.Pixels) * batch.Pixels + i % batch.Pixels])
            {
                EntryChecks.Number(
                    "predictions",
                    i,
                    batch.Predictions[i],
                    Activation == ClassActivation.None ? Domain.Probabilities : Domain.Logits);
                EntryChecks.Number("targets", i, batch.Targets[i], Domain.Probabilities);
            }
        }
    }

    private protected override void CheckGradients(
        Segmentation<T> batch, SegmentationGradients<T> gradients, ReadOnlySpan<T> weights) => CheckGradient(
            "gradients.Predictions", gradients.Predictions, "predictions", batch.Predictions.Length, batch, weights);

    private protected override Cost Run(
        Segmentation<T> batch,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        SegmentationGradients<T> gradients,
        Reduction reduction)
    {
        Plan.Check(reduction);
        if (batch.Predictions.IsEmpty)
        {
            losses.Clear();
            return default;
        }

        int all = batch.Predictions.Length;
        int counted = all / Classes * _regions.Classes;
        using Rented<T> probabilities = new(all);
        using Rented<T> targets = new(counted);
        using Rented<T> slopes = new(gradients.Predictions.IsEmpty ? 0 : all);
        Pass pass = new() { Loss = this, Batch = batch, Probabilities = probabilities.Span, Targets = targets.Span };
        int examples = Examples(batch);
        _ = Segments.Run(pass, examples, all / examples, Degree);
        slopes.Span.Clear();
        Cost cost = Run(
            probabilities.Span[..counted],
            targets.Span,
            Groups.OfWidth(counted / Losses(batch)),
            weights,
            losses,
            slopes.Span.IsEmpty ? default : slopes.Span[..counted],
            reduction);
        if (!slopes.Span.IsEmpty)
        {
            pass = pass with { Slopes = slopes.Span, Gradient = gradients.Predictions };
            _ = Segments.Run(pass, examples, all / examples, Degree);
        }

        return cost;
    }

    /// <summary>The loss of the regions; class weights are weights that the mean does not divide by.</summary>
    private Cost Run(
        ReadOnlySpan<T> probabilities,
        ReadOnlySpan<T> targets,
        Groups regions,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        Span<T> slopes,
        Reduction reduction)
    {
        if (_regions.Weights.IsEmpty)
        {
            return !losses.IsEmpty ? Entries.PerExample(probabilities, targets, regions, losses, weights)
                : !slopes.IsEmpty
                    ? Entries.ValueAndGradient(probabilities, targets, regions, slopes, weights, reduction)
                    : Entries.Value(probabilities, targets, regions, weights);
        }

        using Rented<T> rented = new(probabilities.Length / regions.Width);
        Span<T> weighted = rented.Span;
        for (int region = 0; region < weighted.Length; region++)
        {
            T weight = weights.IsEmpty ? T.One : weights[region];
            weighted[region] = weight == T.Zero ? T.Zero : weight * _regions.WeightOf(region % _regions.Classes);
        }

        Cost plain = Entries.Value(probabilities, targets, regions, weights);
        Cost cost = slopes.IsEmpty
            ? Entries.Value(probabilities, targets, regions, weighted)
            : Entries.ValueAndGradient(probabilities, targets, regions, slopes, weighted, Reduction.Sum);
        if (!losses.IsEmpty)
        {
            Entries.PerExample(probabilities, targets, regions, losses);
            for (int region = 0; region < losses.Length; region++)
            {
                losses[region] *= _regions.WeightOf(region % _regions.Classes);
            }
        }

        if (reduction != Reduction.Sum)
        {
            double divisor = reduction == Reduction.Mean ? plain.Weight : plain.Count;
            Spans.Scale(slopes, divisor == 0 ? T.Zero : T.CreateTruncating(1 / divisor));
        }

        return new(cost.Sum, plain.Weight, plain.Count);
    }

    private int Numbers(int pixels) => pixels > 0
        ? EmbeddingChecks.Numbers((long)Classes * pixels, "numbers in an example")
        : throw Refusal("pixels", $"'pixels' is {pixels}, but must be positive.");

    private int Examples(Segmentation<T> batch) => batch.Predictions.Length / Numbers(batch.Pixels);

    /// <summary>
    /// Where the pixels of a class of an example begin among those of all regions, which follow each other; those of a
    /// background without loss come last.
    /// </summary>
    private int Start(Segmentation<T> batch, int example, int label)
    {
        int region = IncludesBackground ? label : label == 0 ? _regions.Classes : label - 1;
        return batch.Pixels * (PerBatch || region == _regions.Classes
            ? region * Examples(batch) + example
            : example * _regions.Classes + region);
    }

    /// <summary>Region by region: probabilities, and targets of those with a loss.</summary>
    private void Arrange(Segmentation<T> batch, Span<T> probabilities, Span<T> targets, int start, int end)
    {
        int pixels = batch.Pixels;
        using Rented<T> largest = new(pixels);
        using Rented<T> sum = new(pixels);
        for (int example = start; example < end; example++)
        {
            for (int label = 0; label < Classes; label++)
            {
                int from = (example * Classes + label) * pixels;
                int to = Start(batch, example, label);
                batch.Predictions.Slice(from, pixels).CopyTo(probabilities[to..]);
                if (to < targets.Length)
                {
                    batch.Targets.Slice(from, pixels).CopyTo(targets[to..]);
                }

                Span<T> plane = probabilities.Slice(to, pixels);
                if (Activation == ClassActivation.Sigmoid)
                {
                    Sigmoid(plane);
                }
                else if (Activation == ClassActivation.Softmax)
                {
                    Raise(largest.Span, plane, isFirst: label == 0);
                }
            }

            if (Activation == ClassActivation.Softmax)
            {
                Softmax(batch, example, probabilities, largest.Span, sum.Span);
            }

            for (int pixel = 0; pixel < pixels && !batch.Mask.IsEmpty; pixel++)
            {
                for (int label = 0; label < Classes && !batch.Mask[example * pixels + pixel]; label++)
                {
                    int at = Start(batch, example, label) + pixel;
                    probabilities[at] = T.Zero;
                    if (at < targets.Length)
                    {
                        targets[at] = T.Zero;
                    }
                }
            }
        }
    }

    private static void Raise(Span<T> largest, ReadOnlySpan<T> plane, bool isFirst)
    {
        for (int pixel = 0; pixel < plane.Length; pixel++)
        {
            largest[pixel] = isFirst ? plane[pixel] : T.Max(largest[pixel], plane[pixel]);
        }
    }

    private void Softmax(Segmentation<T> batch, int example, Span<T> planes, ReadOnlySpan<T> largest, Span<T> sum)
    {
        sum.Clear();
        for (int label = 0; label < Classes; label++)
        {
            Span<T> plane = planes.Slice(Start(batch, example, label), batch.Pixels);
            Spans.Subtract(plane, largest, plane);
            Elementary<T>.ExpOfNegative(plane);
            Spans.Add<T>(sum, plane);
        }

        for (int label = 0; label < Classes; label++)
        {
            Span<T> plane = planes.Slice(Start(batch, example, label), batch.Pixels);
            for (int pixel = 0; pixel < plane.Length; pixel++)
            {
                plane[pixel] /= sum[pixel];
            }
        }
    }

    private static void Sigmoid(Span<T> numbers)
    {
        using Rented<T> rented = new(numbers.Length);
        Span<T> powers = PowersOfSizes(numbers, rented.Span);
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (numbers[i] < T.Zero ? powers[i] : T.One) / (T.One + powers[i]);
        }
    }

    /// <summary>e^(−|x|).</summary>
    private static Span<T> PowersOfSizes(ReadOnlySpan<T> numbers, Span<T> powers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            powers[i] = -T.Abs(numbers[i]);
        }

        Elementary<T>.ExpOfNegative(powers);
        return powers;
    }

    /// <summary>From the slopes with respect to probabilities to those with respect to predictions.</summary>
    private void Differentiate(
        Segmentation<T> batch,
        ReadOnlySpan<T> probabilities,
        ReadOnlySpan<T> slopes,
        Span<T> gradient,
        int start,
        int end)
    {
        int pixels = batch.Pixels;
        using Rented<T> rented = new(pixels);
        Span<T> scratch = rented.Span;
        for (int example = start; example < end; example++)
        {
            if (Activation == ClassActivation.Softmax)
            {
                Project(batch, example, probabilities, slopes, scratch);
            }

            for (int label = 0; label < Classes; label++)
            {
                int from = (example * Classes + label) * pixels;
                int at = Start(batch, example, label);
                if (Activation == ClassActivation.Sigmoid)
                {
                    PowersOfSizes(batch.Predictions.Slice(from, pixels), scratch);
                }

                for (int pixel = 0; pixel < pixels; pixel++)
                {
                    T slope = slopes[at + pixel];
                    T shift = Activation == ClassActivation.Softmax ? scratch[pixel] : T.Zero;
                    T factor = Activation switch
                    {
                        ClassActivation.Softmax => probabilities[at + pixel],
                        ClassActivation.Sigmoid =>
                            scratch[pixel] / ((T.One + scratch[pixel]) * (T.One + scratch[pixel])),
                        _ => T.One,
                    };

                    // Where nothing counts, not even a NaN does.
                    bool isThere = batch.Mask.IsEmpty || batch.Mask[example * pixels + pixel];
                    gradient[from + pixel] = isThere && slope != shift ? factor * (slope - shift) : T.Zero;
                }
            }
        }
    }

    /// <summary>The mean of the slopes of each pixel's classes, by their probabilities.</summary>
    private void Project(
        Segmentation<T> batch, int example, ReadOnlySpan<T> probabilities, ReadOnlySpan<T> slopes, Span<T> means)
    {
        means.Clear();
        for (int label = 0; label < Classes; label++)
        {
            int at = Start(batch, example, label);
            for (int pixel = 0; pixel < means.Length; pixel++)
            {
                T slope = slopes[at + pixel];
                means[pixel] += slope == T.Zero ? T.Zero : probabilities[at + pixel] * slope;
            }
        }
    }

    /// <summary>What is done with each example before the loss of the regions, or after it.</summary>
    private readonly ref struct Pass : ISegmentWork
    {
        public required SegmentationLoss<T> Loss { get; init; }

        public required Segmentation<T> Batch { get; init; }

        public required Span<T> Probabilities { get; init; }

        public required Span<T> Targets { get; init; }

        /// <summary>Empty before.</summary>
        public ReadOnlySpan<T> Slopes { get; init; }

        public Span<T> Gradient { get; init; }

        public CompensatedSum Run(int start, int length)
        {
            if (Slopes.IsEmpty)
            {
                Loss.Arrange(Batch, Probabilities, Targets, start, start + length);
            }
            else
            {
                Loss.Differentiate(Batch, Probabilities, Slopes, Gradient, start, start + length);
            }

            return default;
        }
    }
}
