namespace LossKit;

/// <summary>
/// A loss of groups of predictions with one target each. The factories of <see cref="Loss"/> make the built-in ones
/// and, from a formula on folds (<see cref="IGroupFormula{TFirst, TSecond}"/>) or on pairs, your own.
/// </summary>
/// <remarks>A call allocates nothing; scratch memory for what is longer than a page of entries comes from the shared
/// array pool.</remarks>
/// <inheritdoc cref="IGroupedLoss{T, TTarget}"/>
public class GroupedLoss<T> : ISecondOrderGroupedLoss<T, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly GroupKernel<T> _kernel;
    private readonly GroupPresence _presence;
    private readonly GroupKernel<T>? _kernelOfWeightedEntries;

    internal GroupedLoss(
        GroupKernel<T> kernel,
        GroupPresence presence = GroupPresence.OfEntries,
        GroupKernel<T>? kernelOfWeightedEntries = null)
    {
        Precision.Check<T>();
        _kernel = kernel;
        _presence = presence;
        _kernelOfWeightedEntries = kernelOfWeightedEntries;
    }

    /// <summary>Whether entries can have weights of their own.</summary>
    internal bool TakesEntryWeights => _kernelOfWeightedEntries is not null;

    /// <inheritdoc/>
    public Cost Value(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Groups groups, ReadOnlySpan<T> weights = default) =>
        Run(Batch(predictions, targets, groups, weights), DerivativeOrder.Value, Reduction.Mean);

    /// <inheritdoc/>
    public Cost PerExample(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Groups groups,
        Span<T> losses,
        ReadOnlySpan<T> weights = default)
    {
        Evaluation batch = Batch(predictions, targets, groups, weights);
        BatchChecks.Length("losses", losses.Length, batch.Count, "groups");
        BatchChecks.Apart("losses", losses, "predictions", predictions);
        BatchChecks.Apart("losses", losses, "targets", targets);
        BatchChecks.Apart("losses", losses, "weights", weights);
        return Run(batch with { Losses = losses }, DerivativeOrder.Value, Reduction.Mean);
    }

    /// <inheritdoc/>
    public Cost ValueAndGradient(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Groups groups,
        Span<T> gradient,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        Evaluation batch = Batch(predictions, targets, groups, weights);
        CheckOutput("gradient", gradient, batch);
        BatchChecks.NoPartialOverlap("gradient", gradient, "predictions", predictions);
        return Run(batch with { Gradient = gradient }, DerivativeOrder.Gradient, reduction);
    }

    /// <inheritdoc/>
    public Cost ValueGradientAndHessian(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Groups groups,
        Span<T> gradient,
        Span<T> hessian,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean)
    {
        Evaluation batch = Batch(predictions, targets, groups, weights);
        CheckOutput("gradient", gradient, batch);
        BatchChecks.NoPartialOverlap("gradient", gradient, "predictions", predictions);
        CheckOutput("hessian", hessian, batch);
        BatchChecks.Apart("hessian", hessian, "predictions", predictions);
        BatchChecks.Apart("hessian", hessian, "gradient", gradient);
        return Run(batch with { Gradient = gradient, Hessian = hessian }, DerivativeOrder.Hessian, reduction);
    }

    /// <summary>
    /// This loss, of groups of probabilities, for segmentations: a group is the pixels of one class, of one example or
    /// of all.
    /// </summary>
    /// <remarks>
    /// For formulas to which an entry with probability 0 and target 0 adds nothing, as all of regions are: that is what
    /// a masked pixel is.
    /// </remarks>
    /// <param name="classes">How many classes predictions have.</param>
    /// <param name="activation">What makes probabilities of predictions.</param>
    /// <param name="perBatch">Whether a class is one region of the whole batch, instead of one of each example.</param>
    /// <param name="includeBackground">Whether class 0 has a loss.</param>
    /// <param name="classWeights">
    /// What the losses of each class, but for a background that has none, are multiplied with; finite and not negative,
    /// all 1 by default. The mean does not divide by them.
    /// </param>
    public SegmentationLoss<T> OfClasses(
        int classes,
        ClassActivation activation = ClassActivation.Softmax,
        bool perBatch = false,
        bool includeBackground = true,
        IReadOnlyList<double>? classWeights = null) =>
        new(this, classes, activation, perBatch, includeBackground, classWeights);

    /// <summary>This loss for lists of items with weights or a mask.</summary>
    public RankingLoss<T> OfRankings() => new(this);

    /// <summary>Everything at once, of spans that have been checked.</summary>
    internal Cost Run(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> entryWeights,
        Groups groups,
        Span<T> losses,
        Span<T> gradient,
        Span<T> hessian,
        ReadOnlySpan<T> weights,
        Reduction reduction) => Run(
            Batch(predictions, targets, groups, weights) with
            {
                EntryWeights = entryWeights,
                Losses = losses,
                Gradient = gradient,
                Hessian = hessian,
            },
            !hessian.IsEmpty ? DerivativeOrder.Hessian
                : !gradient.IsEmpty ? DerivativeOrder.Gradient
                : DerivativeOrder.Value,
            reduction);

    private static Evaluation Batch(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Groups groups, ReadOnlySpan<T> weights)
    {
        int count = groups.Count(predictions.Length);
        BatchChecks.Length("targets", targets.Length, predictions.Length, "entries");
        if (!weights.IsEmpty)
        {
            BatchChecks.Length("weights", weights.Length, count, "groups");
        }

        return new()
        {
            Predictions = predictions,
            Targets = targets,
            Groups = groups,
            Weights = weights,
            Count = count,
        };
    }

    private static void CheckOutput(string name, Span<T> output, in Evaluation batch)
    {
        BatchChecks.Length(name, output.Length, batch.Predictions.Length, "entries");
        BatchChecks.Apart(name, output, "targets", batch.Targets);
        BatchChecks.Apart(name, output, "weights", batch.Weights);
    }

    private Cost Run(in Evaluation batch, DerivativeOrder order, Reduction reduction)
    {
        int counted = 0;
        int present = 0;
        for (int group = 0, start = 0; group < batch.Count; group++)
        {
            ReadOnlySpan<T> targets = batch.Targets.Slice(start, batch.Groups.Length(group));
            bool isPresent = _presence.Has(targets);
            present += isPresent ? 1 : 0;
            counted += isPresent || _presence.Counts(targets) ? 1 : 0;
            start += targets.Length;
        }

        Evaluation all = batch with
        {
            Kernel = batch.EntryWeights.IsEmpty ? _kernel : _kernelOfWeightedEntries!,
            Counted = counted,
        };
        return present == batch.Count
            ? Calls<T>.Run(all, batch.Weights, batch.Losses, order, reduction)
            : RunSome(all, order, reduction);
    }

    /// <summary>The same of a batch with groups that are not there: they have no weight.</summary>
    private Cost RunSome(in Evaluation batch, DerivativeOrder order, Reduction reduction)
    {
        using Rented<bool> present = new(batch.Count);
        using Rented<T> weights = new(batch.Count);
        for (int group = 0, start = 0; group < batch.Count; group++)
        {
            ReadOnlySpan<T> targets = batch.Targets.Slice(start, batch.Groups.Length(group));
            present.Span[group] = _presence.Has(targets);
            bool counts = present.Span[group] || _presence.Counts(targets);
            weights.Span[group] = !counts ? T.Zero : batch.Weights.IsEmpty ? T.One : batch.Weights[group];
            start += targets.Length;
        }

        return Calls<T>.Run(
            batch with { Present = present.Span }, weights.Span, batch.Losses, order, reduction);
    }

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public GroupKernel<T> Kernel { get; init; }

        public Groups Groups { get; init; }

        public int Count { get; init; }

        /// <summary>The groups that count.</summary>
        public int Counted { get; init; }

        public ReadOnlySpan<bool> Present { get; init; }

        public ReadOnlySpan<T> Predictions { get; init; }

        public ReadOnlySpan<T> Targets { get; init; }

        public ReadOnlySpan<T> EntryWeights { get; init; }

        public ReadOnlySpan<T> Weights { get; init; }

        public Span<T> Losses { get; init; }

        public Span<T> Gradient { get; init; }

        public Span<T> Hessian { get; init; }

        int IEvaluation<T>.Losses => Counted;

        public CompensatedSum Run(in Call<T> call) => Kernel.Run(
            new()
            {
                Groups = Groups,
                Count = Count,
                Predictions = Predictions,
                Targets = Targets,
                EntryWeights = EntryWeights,
                Weights = call.Weights,
                Present = Present,
                Losses = call.Losses,
                Gradient = call.Order >= DerivativeOrder.Gradient ? Gradient : default,
                Hessian = call.Order >= DerivativeOrder.Hessian ? Hessian : default,
                Scale = call.Scale,
            },
            call.Order,
            LaneWidths.Best);

        public void ClearDerivatives()
        {
            Gradient.Clear();
            Hessian.Clear();
        }
    }
}
