namespace LossKit;

/// <summary>
/// A loss of groups of predictions with one target each. The factories of <see cref="Loss"/> make the built-in ones
/// and, from a formula on folds (<see cref="IGroupFormula{TFirst, TSecond}"/>) or on pairs, your own.
/// </summary>
/// <remarks>
/// A call allocates nothing; scratch memory for what is longer than a page of entries comes from the shared array pool.
/// Losses may be written in place of the weights.
/// </remarks>
/// <inheritdoc cref="IGroupedLoss{T, TTarget}"/>
public class GroupedLoss<T> : ParallelLoss, ISecondOrderGroupedLoss<T, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly GroupKernel<T> _kernel;
    private readonly GroupPresence _presence;
    private readonly GroupKernel<T>? _kernelOfWeightedEntries;

    /// <summary>What this loss, of logits, is of probabilities.</summary>
    private GroupedLoss<T>? _ofProbabilities;

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

    /// <summary>Whether a call looks at every number before it computes: <see cref="Checked"/>.</summary>
    public bool IsChecked { get; private set; }

    /// <summary>What its numbers may be; where nothing is said, scores are finite or −∞, targets finite.</summary>
    internal IFormulaDomains? Domains { get; init; }

    private Domain PredictionDomain => Domains?.PredictionDomain(0) ?? Domain.Logits;

    private Domain TargetDomain => Domains?.TargetDomain(0) ?? Domain.Reals;

    /// <summary>Whether entries can have weights of their own.</summary>
    internal bool TakesEntryWeights => _kernelOfWeightedEntries is not null;

    /// <inheritdoc/>
    public Cost Value(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Groups groups, ReadOnlySpan<T> weights = default) =>
        Run(
            new() { Predictions = predictions, Targets = targets, Weights = weights },
            groups,
            DerivativeOrder.Value);

    /// <inheritdoc/>
    public Cost PerExample(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Groups groups,
        Span<T> losses,
        ReadOnlySpan<T> weights = default) =>
        Run(
            new() { Predictions = predictions, Targets = targets, Weights = weights, Losses = losses },
            groups,
            DerivativeOrder.Value,
            wantsLosses: true);

    /// <inheritdoc/>
    public Cost ValueAndGradient(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Groups groups,
        Span<T> gradient,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean) =>
        Run(
            new() { Predictions = predictions, Targets = targets, Weights = weights, Gradient = gradient },
            groups,
            DerivativeOrder.Gradient,
            reduction);

    /// <inheritdoc/>
    public Cost ValueGradientAndHessian(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Groups groups,
        Span<T> gradient,
        Span<T> hessian,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean) =>
        Run(
            new()
            {
                Predictions = predictions,
                Targets = targets,
                Weights = weights,
                Gradient = gradient,
                Hessian = hessian,
            },
            groups,
            DerivativeOrder.Hessian,
            reduction);

    /// <summary>
    /// The same loss, which looks at every number before it computes: the first outside its domain, or a weight that is
    /// negative or not finite, is an error that names its argument and index.
    /// </summary>
    /// <inheritdoc cref="BatchLosses.Checked" path="/remarks"/>
    public GroupedLoss<T> Checked() => With(isChecked: true);

    /// <summary>
    /// This loss for segmentations: a group is the pixels of one class, of one example or of all.
    /// </summary>
    /// <remarks>
    /// For formulas of probabilities to which an entry with probability 0 and target 0 adds nothing, as all of regions
    /// are: that is what a masked pixel is. A built-in loss of logits is taken of the probabilities that the activation
    /// makes, not of their sigmoids.
    /// </remarks>
    /// <param name="classes">How many classes predictions have.</param>
    /// <param name="activation">What makes probabilities of predictions.</param>
    /// <param name="perBatch">Whether a class is one region of the whole batch, instead of one of each example.</param>
    /// <param name="includeBackground">Whether class 0 has a loss.</param>
    /// <param name="classWeights">
    /// What the losses of each class, but for a background that has none, are multiplied with; finite and not negative,
    /// all 1 by default. The mean does not divide by them.
    /// </param>
    /// <param name="ignoreIndex">The label of pixels that have no part.</param>
    /// <exception cref="NotSupportedException">This is a loss of pairs or of lists.</exception>
    public SegmentationLoss<T> OfClasses(
        int classes,
        ClassActivation activation = ClassActivation.Softmax,
        bool perBatch = false,
        bool includeBackground = true,
        IReadOnlyList<double>? classWeights = null,
        int ignoreIndex = -100)
    {
        if (TakesEntryWeights)
        {
            throw new NotSupportedException(
                $"{this} is of pairs or lists; expected a loss of regions, as SoftDice.");
        }

        GroupedLoss<T> loss = _ofProbabilities?.InParallel(Degree) ?? With(isChecked: false);
        return CheckedAsThis(
            new SegmentationLoss<T>(loss, classes, activation, perBatch, includeBackground, classWeights, ignoreIndex)
            {
                Name = Then($"{classes}{activation}{perBatch}{includeBackground}{classWeights}{ignoreIndex}"),
            });
    }

    /// <summary>This loss for lists of items with weights or a mask.</summary>
    public RankingLoss<T> OfRankings() => CheckedAsThis(new RankingLoss<T>(With(isChecked: false)) { Name = Then() });

    /// <summary>The loss of each group times a factor: its share in a weighted sum.</summary>
    /// <param name="factor">The factor; positive and finite.</param>
    public GroupedLoss<T> Scaled(double factor)
    {
        double positive = Kernel<T>.Factor(factor);
        return Combined(
            new ScaledGroupKernel<T>(_kernel, positive),
            _kernelOfWeightedEntries is { } kernel ? new ScaledGroupKernel<T>(kernel, positive) : null,
            _ofProbabilities?.Scaled(factor),
            Domains,
            Then($"{factor}"));
    }

    /// <summary>
    /// The sum of this loss and another of the same groups; with <see cref="Scaled"/>, a weighted sum.
    /// </summary>
    /// <param name="other">The other.</param>
    /// <exception cref="ArgumentException">The two do not count the same groups.</exception>
    public GroupedLoss<T> Plus(GroupedLoss<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other._presence != _presence || other.TakesEntryWeights != TakesEntryWeights)
        {
            throw new ArgumentException(
                $"'{nameof(other)}' counts other groups, or takes other weights: the sum would have no mean.", nameof(other));
        }

        bool ofProbabilities = _ofProbabilities is not null || other._ofProbabilities is not null;
        return Combined(
            new SumGroupKernel<T>(_kernel, other._kernel),
            TakesEntryWeights ? new SumGroupKernel<T>(_kernelOfWeightedEntries!, other._kernelOfWeightedEntries!) : null,
            ofProbabilities ? (_ofProbabilities ?? this).Plus(other._ofProbabilities ?? other) : null,
            new CombinedDomains(
                [PredictionDomain.And(other.PredictionDomain)], [TargetDomain.And(other.TargetDomain)]),
            Then($"{other}"));
    }

    private GroupedLoss<T> Combined(
        GroupKernel<T> kernel,
        GroupKernel<T>? kernelOfWeightedEntries,
        GroupedLoss<T>? ofProbabilities,
        IFormulaDomains? domains,
        string name) =>
        new(kernel, _presence, kernelOfWeightedEntries)
        {
            _ofProbabilities = ofProbabilities,
            Domains = domains,
            IsChecked = IsChecked,
            Name = name,
        };

    /// <summary>The same loss, which now knows what it is of probabilities.</summary>
    internal GroupedLoss<T> With(GroupedLoss<T> ofProbabilities)
    {
        GroupedLoss<T> loss = (GroupedLoss<T>)MemberwiseClone();
        loss._ofProbabilities = ofProbabilities;
        return loss;
    }

    private GroupedLoss<T> With(bool isChecked)
    {
        GroupedLoss<T> loss = (GroupedLoss<T>)MemberwiseClone();
        loss.IsChecked = isChecked;
        return loss;
    }

    private TLoss CheckedAsThis<TLoss>(TLoss loss) where TLoss : BatchLoss => IsChecked ? loss.Checked() : loss;

    /// <summary>Everything at once, by the order of what is asked for.</summary>
    internal Cost Run(in Batch<T> batch, ReadOnlySpan<T> entryWeights, Groups groups, Reduction reduction) => Run(
        batch,
        groups,
        !batch.Hessian.IsEmpty ? DerivativeOrder.Hessian
            : !batch.Gradient.IsEmpty ? DerivativeOrder.Gradient
            : DerivativeOrder.Value,
        reduction,
        wantsLosses: !batch.Losses.IsEmpty,
        entryWeights);

    private Cost Run(
        in Batch<T> batch,
        Groups groups,
        DerivativeOrder order,
        Reduction reduction = Reduction.Mean,
        bool wantsLosses = false,
        ReadOnlySpan<T> entryWeights = default)
    {
        int count = groups.Count(batch.Predictions.Length);
        BatchChecks.Length("targets", batch.Targets.Length, batch.Predictions.Length, "entries");
        BatchChecks.LengthIfGiven("weights", batch.Weights.Length, count, "groups");
        BatchChecks.OutputsApart(batch, batch.Targets, count, "groups", order, wantsLosses);
        if (IsChecked)
        {
            EntryChecks.Numbers("predictions", batch.Predictions, PredictionDomain);
            EntryChecks.Numbers("targets", batch.Targets, TargetDomain);
            EntryChecks.Weights(batch.Weights);
        }

        int counted = 0;
        int present = 0;
        for (int group = 0, start = 0; group < count; group++)
        {
            ReadOnlySpan<T> targets = batch.Targets.Slice(start, groups.Length(group));
            bool isPresent = _presence.Has(targets);
            present += isPresent ? 1 : 0;
            counted += isPresent || _presence.Counts(targets) ? 1 : 0;
            start += targets.Length;
        }

        Evaluation all = new()
        {
            Kernel = entryWeights.IsEmpty ? _kernel : _kernelOfWeightedEntries!,
            Batch = batch,
            EntryWeights = entryWeights,
            Groups = groups,
            Count = count,
            Counted = counted,
        };
        return present == count
            ? Calls<T>.Run(all, batch.Weights, batch.Losses, order, reduction, Degree)
            : RunSome(all, order, reduction);
    }

    /// <summary>The same of a batch with groups that are not there: they have no weight.</summary>
    private Cost RunSome(in Evaluation all, DerivativeOrder order, Reduction reduction)
    {
        using Rented<bool> present = new(all.Count);
        using Rented<T> weights = new(all.Count);
        for (int group = 0, start = 0; group < all.Count; group++)
        {
            ReadOnlySpan<T> targets = all.Batch.Targets.Slice(start, all.Groups.Length(group));
            present.Span[group] = _presence.Has(targets);
            bool counts = present.Span[group] || _presence.Counts(targets);
            weights.Span[group] = !counts ? T.Zero : all.Batch.Weights.IsEmpty ? T.One : all.Batch.Weights[group];
            start += targets.Length;
        }

        return Calls<T>.Run(
            all with { Present = present.Span }, weights.Span, all.Batch.Losses, order, reduction, Degree);
    }

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required GroupKernel<T> Kernel { get; init; }

        public required Batch<T> Batch { get; init; }

        public required Groups Groups { get; init; }

        public required int Count { get; init; }

        /// <summary>The groups that count.</summary>
        public required int Counted { get; init; }

        public ReadOnlySpan<bool> Present { get; init; }

        public ReadOnlySpan<T> EntryWeights { get; init; }

        int IEvaluation<T>.Losses => Counted;

        public CompensatedSum Run(in Call<T> call)
        {
            using Rented<int> memory = new(Groups.NumbersOfOffsets);
            GroupWork<T> work = new()
            {
                Kernel = Kernel,
                Order = call.Order,
                Offsets = Groups.Offsets(memory.Span),
                Batch = new()
                {
                    Groups = Groups,
                    Count = Count,
                    Predictions = Batch.Predictions,
                    Targets = Batch.Targets,
                    EntryWeights = EntryWeights,
                    Weights = call.Weights,
                    Present = Present,
                    Losses = call.Losses,
                    Gradient = call.Order >= DerivativeOrder.Gradient ? Batch.Gradient : default,
                    Hessian = call.Order >= DerivativeOrder.Hessian ? Batch.Hessian : default,
                    Scale = call.Scale,
                },
            };
            return Segments.Run(work, Count, Math.Max(1, Batch.Predictions.Length / Count), call.Degree);
        }

        public void ClearDerivatives()
        {
            Batch.Gradient.Clear();
            Batch.Hessian.Clear();
        }
    }
}
