namespace LossKit;

/// <summary>
/// A loss of regions: of each class of each example, or of each class of the whole batch. What
/// <see cref="GroupedLoss{T}.OfClasses"/> makes of a loss of groups of probabilities.
/// </summary>
/// <remarks>
/// Losses and weights are one a region: by example, then class, or one a class; of losses of all classes together, one
/// an example, or the batch. A masked pixel is one of probability 0 and target 0. Class weights multiply the losses and
/// not what the mean divides by. Two to six times as many numbers as there are predictions are rented from the shared
/// array pool for the time of a call, and 33 thousand, or 130 a class, for each thread. Either layout has the same
/// losses and gradients, to the last bit.
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
        bool perBatch = false,
        bool includeBackground = true,
        IReadOnlyList<double>? classWeights = null,
        int ignoreIndex = -100)
    {
        Inner = loss;
        Classes = new ClassOptions<T>(classes, fewest: includeBackground ? 1 : 2).Classes;
        _regions = new(includeBackground ? classes : classes - 1, classWeights);
        Activation = Enum.IsDefined(activation)
            ? activation
            : throw new ArgumentOutOfRangeException(
                nameof(activation), activation, "Expected None, Sigmoid or Softmax.");
        PerBatch = perBatch;
        IgnoreIndex = ignoreIndex;
    }

    /// <summary>How many classes predictions have, the background included.</summary>
    public int Classes { get; }

    /// <summary>What makes probabilities of predictions.</summary>
    public ClassActivation Activation { get; }

    /// <summary>Whether a class is one region of all examples, not one of each.</summary>
    public bool PerBatch { get; }

    /// <summary>Whether class 0 has a loss.</summary>
    public bool IncludesBackground => Regions == Classes;

    /// <summary>The label of pixels that have no part.</summary>
    public int IgnoreIndex { get; }

    internal RegionTraits Traits { get; init; }

    /// <summary>How many classes have a loss.</summary>
    internal int Regions => _regions.Classes;

    private GroupedLoss<T> Entries => (GroupedLoss<T>)Inner!;

    private protected override string Things => IsOfBatch ? "losses" : Traits.IsOfExamples ? "examples" : "regions";

    private bool IsOfBatch => Traits.Of == RegionTraits.Scope.Batch;

    /// <summary>One a region; one an example, or one of the batch, where classes have one together.</summary>
    public override int Losses(Segmentation<T> batch) =>
        (PerBatch || IsOfBatch ? 1 : Examples(batch)) * (Traits.IsOfExamples ? 1 : Regions);

    private protected override void Check(Segmentation<T> batch, ReadOnlySpan<T> weights)
    {
        if (!Enum.IsDefined(batch.Layout))
        {
            throw Refusal("layout", $"'layout' is {batch.Layout}, but must be ClassesFirst or PixelsFirst.");
        }

        BatchChecks.Rows(
            "predictions", batch.Predictions.Length, Numbers(batch.Pixels), "classes × pixels", "an example");
        bool hasDistances = Traits.Sides == RegionTraits.Side.Distances;
        CheckPlanes("targets", batch.Targets, batch, isExpected: batch.Labels.IsEmpty);
        CheckPlanes("predictionDistances", batch.PredictionDistances, batch, hasDistances);
        CheckPlanes("targetDistances", batch.TargetDistances, batch, hasDistances);
        BatchChecks.LengthIfGiven("labels", batch.Labels.Length, Examples(batch) * batch.Pixels, "pixels");
        BatchChecks.LengthIfGiven("mask", batch.Mask.Length, Examples(batch) * batch.Pixels, "pixels");
        BatchChecks.LengthIfGiven("weights", weights.Length, Losses(batch), Things);
        int labels = Math.Max(2, Classes);
        for (int i = 0; i < batch.Labels.Length; i++)
        {
            if ((uint)batch.Labels[i] >= (uint)labels && batch.Labels[i] != IgnoreIndex)
            {
                throw Refusal("labels", FormattableString.Invariant(
                    $"labels[{i}] is {batch.Labels[i]}, but must be between 0 and {labels - 1}, or {IgnoreIndex}."));
            }
        }
    }

    /// <summary>As many numbers as predictions, or none.</summary>
    private static void CheckPlanes(string name, ReadOnlySpan<T> planes, Segmentation<T> batch, bool isExpected)
    {
        if (isExpected)
        {
            BatchChecks.Length(name, planes.Length, batch.Predictions.Length, "predictions");
        }
        else
        {
            RefuseIf(true, name, planes.Length, "takes none");
        }
    }

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, Segmentation<T> batch)
    {
        BatchChecks.Apart(name, output, "predictions", batch.Predictions);
        BatchChecks.Apart(name, output, "targets", batch.Targets);
        BatchChecks.Apart(name, output, "labels", batch.Labels);
        BatchChecks.Apart(name, output, "predictionDistances", batch.PredictionDistances);
        BatchChecks.Apart(name, output, "targetDistances", batch.TargetDistances);
        BatchChecks.Apart(name, output, "mask", batch.Mask);
    }

    private protected override void CheckNumbers(Segmentation<T> batch)
    {
        for (int i = 0; i < batch.Predictions.Length; i++)
        {
            int pixel = batch.Layout == PixelLayout.PixelsFirst
                ? i / Classes
                : i / Numbers(batch.Pixels) * batch.Pixels + i % batch.Pixels;
            if ((batch.Mask.IsEmpty || batch.Mask[pixel])
                && (batch.Labels.IsEmpty || batch.Labels[pixel] != IgnoreIndex))
            {
                EntryChecks.Number(
                    "predictions",
                    i,
                    batch.Predictions[i],
                    Activation == ClassActivation.None && !Traits.IsOfScores ? Domain.Probabilities : Domain.Logits);
                CheckNumber("targets", i, batch.Targets);
                CheckNumber("predictionDistances", i, batch.PredictionDistances);
                CheckNumber("targetDistances", i, batch.TargetDistances);
            }
        }
    }

    private void CheckNumber(string name, int index, ReadOnlySpan<T> numbers)
    {
        if (!numbers.IsEmpty)
        {
            bool areDistances = name != "targets" || Traits.Sides == RegionTraits.Side.Share;
            EntryChecks.Number(name, index, numbers[index], areDistances ? Domain.Reals : Domain.Probabilities);
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
        int counted = all / Classes * Regions;
        using Rented<T> ofLabels = new(batch.Labels.IsEmpty ? 0 : all);
        using Rented<bool> there = new(batch.Labels.Length);
        if (!batch.Labels.IsEmpty)
        {
            Expand(batch, ofLabels.Span, there.Span);
            batch = batch with { Targets = ofLabels.Span, Mask = there.Span };
        }

        using Rented<T> probabilities = new(all);
        using Rented<T> targets = new(counted);
        using Rented<T> sides = new(Traits.Sides == RegionTraits.Side.None ? 0 : counted);
        using Rented<T> slopes = new(gradients.Predictions.IsEmpty ? 0 : all);
        RegionPass<T> pass = new()
        {
            Loss = this,
            Batch = batch,
            Probabilities = probabilities.Span,
            Targets = targets.Span,
            Sides = sides.Span,
        };
        int examples = Examples(batch);
        CompensatedSum crossEntropy = Segments.Run(pass, examples, all / examples, Degree);
        slopes.Span.Clear();
        bool isJoint = Traits.Of == RegionTraits.Scope.Joint;
        Groups regions = Groups.OfWidth(counted / (PerBatch ? 1 : examples) / (isJoint ? 1 : Regions));
        Span<T> ofRegions = slopes.Span.IsEmpty ? default : slopes.Span[..counted];
        Cost cost;
        if (IsOfBatch)
        {
            double weight = weights.IsEmpty ? 1 : double.CreateTruncating(weights[0]);
            double scale = weight == 0 || reduction != Reduction.Mean ? weight : 1;
            int pixels = Math.Max(1, batch.Mask.IsEmpty ? examples * batch.Pixels : batch.Mask.Count(true));
            cost = Entries.Run(
                new() { Predictions = probabilities.Span, Targets = targets.Span, Gradient = ofRegions },
                default,
                regions,
                Reduction.Mean);
            double loss = Traits.RegionWeight * cost.Mean + Traits.CrossEntropyWeight * crossEntropy.Total / pixels;
            losses.Fill(T.CreateTruncating(loss));
            Spans.Scale(ofRegions, T.CreateTruncating(Traits.RegionWeight * scale));
            pass = pass with { CrossEntropyScale = T.CreateTruncating(Traits.CrossEntropyWeight * scale / pixels) };
            cost = new(weight == 0 ? 0 : weight * loss, weight, 1);
            if (weight == 0)
            {
                // Not 0 times what may be NaN.
                gradients.Predictions.Clear();
                return cost;
            }
        }
        else
        {
            cost = Run(
                probabilities.Span[..counted], targets.Span, sides.Span, regions, weights, losses, ofRegions, reduction);
        }

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
        ReadOnlySpan<T> sides,
        Groups regions,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        Span<T> slopes,
        Reduction reduction)
    {
        Batch<T> batch = new() { Predictions = probabilities, Targets = targets, Weights = weights, Gradient = slopes };
        if (_regions.Weights.IsEmpty && !Traits.IsMean)
        {
            return Entries.Run(batch with { Losses = losses }, sides, regions, reduction);
        }

        int count = probabilities.Length / regions.Width;
        using Rented<T> factors = new(count);
        using Rented<T> ofRegions = new(losses.IsEmpty ? 0 : count);
        Weigh(targets, regions.Width, default, factors.Span);
        if (!losses.IsEmpty)
        {
            Batch<T> alone = new() { Predictions = probabilities, Targets = targets, Losses = ofRegions.Span };
            _ = Entries.Run(alone, sides, regions, Reduction.Sum);
            Combine(ofRegions.Span, factors.Span, losses);
        }

        Cost plain = Traits.IsMean
            ? new(0, weights.IsEmpty ? LossesOf(count) : WeightTotal<T>.Sum(weights).Total, LossesOf(count))
            : Entries.Value(probabilities, targets, regions, weights);
        Weigh(targets, regions.Width, weights, factors.Span);
        Cost cost = Entries.Run(batch with { Weights = factors.Span }, sides, regions, Reduction.Sum);
        if (reduction != Reduction.Sum)
        {
            double divisor = reduction == Reduction.Mean ? plain.Weight : plain.Count;
            Spans.Scale(slopes, divisor == 0 ? T.Zero : T.CreateTruncating(1 / divisor));
        }

        return new(cost.Sum, plain.Weight, plain.Count);
    }

    /// <summary>How many losses so many regions have.</summary>
    private int LossesOf(int regions) => Traits.IsMean ? regions / Regions : regions;

    /// <summary>What each region adds to a weighted sum of losses.</summary>
    private void Weigh(ReadOnlySpan<T> targets, int width, ReadOnlySpan<T> weights, Span<T> factors)
    {
        bool onlyPresent = Traits.Of == RegionTraits.Scope.MeanOfPresent;
        for (int first = 0; first < factors.Length; first += Regions)
        {
            int present = 0;
            for (int label = 0; label < Regions; label++)
            {
                int region = first + label;
                bool counts = !onlyPresent
                    || GroupPresence.OfTargets.Has(targets.Slice(region * width, width));
                present += counts ? 1 : 0;
                T weight = weights.IsEmpty ? T.One : weights[Traits.IsMean ? region / Regions : region];
                factors[region] = !counts || weight == T.Zero ? T.Zero : weight * _regions.WeightOf(label);
            }

            for (int label = 0; label < Regions && Traits.IsMean && present > 0; label++)
            {
                factors[first + label] /= T.CreateTruncating(present);
            }
        }
    }

    /// <summary>The losses of the regions, or of all classes together.</summary>
    private void Combine(ReadOnlySpan<T> ofRegions, ReadOnlySpan<T> factors, Span<T> losses)
    {
        losses.Clear();
        for (int region = 0; region < ofRegions.Length; region++)
        {
            int loss = Traits.IsMean ? region / Regions : region;
            losses[loss] += factors[region] == T.Zero ? T.Zero : factors[region] * ofRegions[region];
        }
    }

    /// <summary>One target a class, and which pixels there are.</summary>
    private void Expand(Segmentation<T> batch, Span<T> targets, Span<bool> mask)
    {
        targets.Clear();
        for (int i = 0; i < mask.Length; i++)
        {
            int label = batch.Labels[i];
            mask[i] = label != IgnoreIndex && (batch.Mask.IsEmpty || batch.Mask[i]);
            if (Classes == 1)
            {
                // Nobody can guess it: no branch.
                targets[i] = T.CreateTruncating((label == 1 ? 1 : 0) & (mask[i] ? 1 : 0));
            }
            else if (mask[i])
            {
                int at = batch.Layout == PixelLayout.PixelsFirst
                    ? i * Classes + label
                    : (i / batch.Pixels * Classes + label) * batch.Pixels + i % batch.Pixels;
                targets[at] = T.One;
            }
        }
    }

    private int Numbers(int pixels) => pixels > 0
        ? EmbeddingChecks.Numbers((long)Classes * pixels, "numbers in an example")
        : throw Refusal("pixels", $"'pixels' is {pixels}, but must be positive.");

    internal int Examples(Segmentation<T> batch) => batch.Predictions.Length / Numbers(batch.Pixels);
}
