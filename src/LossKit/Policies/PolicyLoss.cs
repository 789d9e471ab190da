namespace LossKit;

/// <summary>A loss of what a policy has sampled: <see cref="Loss.ClippedPolicy"/>, <see cref="Loss.Cispo"/>.</summary>
/// <remarks>
/// Losses and weights are one a token or one a sequence, as <see cref="Aggregation"/> says; tokens that are masked, and
/// sequences without tokens where means are taken, have a loss of 0 and do not count. A NaN stays in its token, or
/// where ratios are of sequences in its sequence. Some ten numbers a token are rented from the shared array pool for
/// the time of a call.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class PolicyLoss<T> : BatchLoss<T, Rollouts<T>, RolloutGradients<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // What a token is to its formula.
    private const int Columns = 2;

    private readonly Kernel<T> _ofTokens;
    private readonly bool _needsReference;

    internal PolicyLoss(
        Kernel<T> ofTokens,
        TokenAggregation aggregation,
        double normalizer,
        ImportanceRatio importance = ImportanceRatio.Token,
        bool needsReference = false)
    {
        _ofTokens = ofTokens;
        _needsReference = needsReference;
        Aggregation = Enum.IsDefined(aggregation)
            ? aggregation
            : throw new ArgumentOutOfRangeException(
                nameof(aggregation), aggregation, "Expected TokenMean, SequenceMean or SequenceSum.");
        Importance = Enum.IsDefined(importance)
            ? importance
            : throw new ArgumentOutOfRangeException(nameof(importance), importance, "Expected Token or Sequence.");
        Normalizer = Parameter.Positive(normalizer).In<T>(nameof(normalizer)).Value;
    }

    /// <summary>What there is one loss of.</summary>
    public TokenAggregation Aggregation { get; }

    /// <summary>What ratios are of.</summary>
    public ImportanceRatio Importance { get; }

    /// <summary>What sums over sequences are divided by.</summary>
    public double Normalizer { get; }

    private protected override string Things => IsOfTokens ? "tokens" : "sequences";

    private bool IsOfTokens => Aggregation == TokenAggregation.TokenMean;

    /// <summary>One a token or one a sequence.</summary>
    public override int Losses(Rollouts<T> batch) =>
        IsOfTokens ? batch.LogProbabilities.Length : batch.Lengths.Length;

    private protected override void Check(Rollouts<T> batch, ReadOnlySpan<T> weights)
    {
        int tokens = batch.LogProbabilities.Length;
        BatchChecks.Length("oldLogProbabilities", batch.OldLogProbabilities.Length, tokens, "tokens");
        BatchChecks.Length("advantages", batch.Advantages.Length, tokens, "tokens");
        int references = batch.ReferenceLogProbabilities.Length;
        BatchChecks.Length(
            "referenceLogProbabilities", references == 0 && !_needsReference ? tokens : references, tokens, "tokens");
        BatchChecks.LengthIfGiven("mask", batch.Mask.Length, tokens, "tokens");
        BatchChecks.Parts("lengths", batch.Lengths, "logProbabilities", tokens);
        BatchChecks.LengthIfGiven("weights", weights.Length, Losses(batch), Things);
    }

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, Rollouts<T> batch)
    {
        BatchChecks.Apart(name, output, "logProbabilities", batch.LogProbabilities);
        BatchChecks.Apart(name, output, "oldLogProbabilities", batch.OldLogProbabilities);
        BatchChecks.Apart(name, output, "advantages", batch.Advantages);
        BatchChecks.Apart(name, output, "referenceLogProbabilities", batch.ReferenceLogProbabilities);
        BatchChecks.Apart(name, output, "lengths", batch.Lengths);
        BatchChecks.Apart(name, output, "mask", batch.Mask);
    }

    private protected override void CheckNumbers(Rollouts<T> batch)
    {
        for (int i = 0; i < batch.LogProbabilities.Length; i++)
        {
            if (IsThere(batch, i))
            {
                EntryChecks.Number("logProbabilities", i, batch.LogProbabilities[i], Domain.Reals);
                EntryChecks.Number("oldLogProbabilities", i, batch.OldLogProbabilities[i], Domain.Reals);
                EntryChecks.Number("advantages", i, batch.Advantages[i], Domain.Reals);
                EntryChecks.Number("referenceLogProbabilities", i, Reference(batch, i), Domain.Reals);
            }
        }
    }

    private protected override void CheckGradients(
        Rollouts<T> batch, RolloutGradients<T> gradients, ReadOnlySpan<T> weights) => CheckGradient(
            "gradients.LogProbabilities",
            gradients.LogProbabilities,
            "logProbabilities",
            batch.LogProbabilities.Length,
            batch,
            weights);

    private protected override Cost Run(
        Rollouts<T> batch, ReadOnlySpan<T> weights, Span<T> losses, RolloutGradients<T> gradients, Reduction reduction)
    {
        int things = Losses(batch);
        using Rented<T> given = new(things);
        int counted = 0;
        for (int thing = 0, first = 0; thing < things; thing++)
        {
            int length = IsOfTokens ? 1 : batch.Lengths[thing];
            bool counts = Aggregation == TokenAggregation.SequenceSum || Tokens(batch, first, length) > 0;
            given.Span[thing] = !counts ? T.Zero : weights.IsEmpty ? T.One : weights[thing];
            counted += counts ? 1 : 0;
            first += length;
        }

        losses.Clear();
        return Calls<T>.Run(
            new Evaluation { Losses = counted, Loss = this, Batch = batch, Gradient = gradients.LogProbabilities },
            given.Span,
            losses,
            gradients.LogProbabilities.IsEmpty ? DerivativeOrder.Value : DerivativeOrder.Gradient,
            reduction,
            Degree);
    }

    private static bool IsThere(Rollouts<T> batch, int token) => batch.Mask.IsEmpty || batch.Mask[token];

    private static int Tokens(Rollouts<T> batch, int first, int length) =>
        batch.Mask.IsEmpty ? length : batch.Mask.Slice(first, length).Count(true);

    /// <summary>Without a reference nothing is apart from it.</summary>
    private static T Reference(Rollouts<T> batch, int token) => batch.ReferenceLogProbabilities.IsEmpty
        ? batch.LogProbabilities[token]
        : batch.ReferenceLogProbabilities[token];

    /// <summary>The tokens that there are, as tuples: log-ratio and log-probability, advantage and reference.</summary>
    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required int Losses { get; init; }

        public required PolicyLoss<T> Loss { get; init; }

        public required Rollouts<T> Batch { get; init; }

        public required Span<T> Gradient { get; init; }

        private bool IsOfSequences => Loss.Importance == ImportanceRatio.Sequence;

        public CompensatedSum Run(in Call<T> call)
        {
            int tokens = Tokens(Batch, 0, Batch.LogProbabilities.Length);
            bool differentiates = call.Order > DerivativeOrder.Value;
            using Rented<T> predictions = new(Columns * tokens);
            using Rented<T> targets = new(Columns * tokens);
            using Rented<T> weights = new(tokens);
            using Rented<T> losses = new(call.Losses.IsEmpty ? 0 : tokens);
            using Rented<T> slopes = new(differentiates ? Columns * tokens : 0);
            Gather(call.Weights, predictions.Span, targets.Span, weights.Span);
            Batch<T> all = new()
            {
                Predictions = predictions.Span,
                Targets = targets.Span,
                Weights = weights.Span,
                Losses = losses.Span,
                Gradient = slopes.Span,
                Columns = Columns,
                TargetColumns = Columns,
                Pitch = tokens,
                Scale = call.Scale,
            };
            CompensatedSum sum = tokens == 0 ? default : BatchWork<T>.Run(Loss._ofTokens, all, call.Order, call.Degree);
            if (differentiates)
            {
                // What is masked has no slope to be written, and that may be all there is.
                ClearDerivatives();
            }

            Write(losses.Span, call.Losses, slopes.Span);
            return sum;
        }

        public void ClearDerivatives() => Gradient.Clear();

        /// <summary>What a token of a sequence counts in its loss.</summary>
        private T Share(int tokens) => Loss.Aggregation switch
        {
            TokenAggregation.TokenMean => T.One,
            TokenAggregation.SequenceMean => T.One / T.CreateTruncating(tokens),
            _ => T.One / T.CreateTruncating(Loss.Normalizer),
        };

        private void Gather(ReadOnlySpan<T> given, Span<T> predictions, Span<T> targets, Span<T> weights)
        {
            int all = weights.Length;
            int next = 0;
            for (int sequence = 0, i = 0; sequence < Batch.Lengths.Length; sequence++)
            {
                int end = i + Batch.Lengths[sequence];
                int first = next;
                double total = 0;
                T share = Share(Tokens(Batch, i, end - i));
                for (; i < end; i++)
                {
                    if (IsThere(Batch, i))
                    {
                        T ratio = Batch.LogProbabilities[i] - Batch.OldLogProbabilities[i];
                        total += double.CreateTruncating(ratio);
                        predictions[next] = ratio;
                        predictions[all + next] = Batch.LogProbabilities[i];
                        targets[next] = Batch.Advantages[i];
                        targets[all + next] = Reference(Batch, i);
                        weights[next++] = share * given[Loss.IsOfTokens ? i : sequence];
                    }
                }

                if (IsOfSequences)
                {
                    predictions[first..next].Fill(T.CreateTruncating(total / (next - first)));
                }
            }
        }

        private void Write(ReadOnlySpan<T> ofTokens, Span<T> losses, Span<T> slopes)
        {
            int all = slopes.Length / Columns;
            int next = 0;
            for (int sequence = 0, i = 0; sequence < Batch.Lengths.Length; sequence++)
            {
                int end = i + Batch.Lengths[sequence];
                int tokens = Tokens(Batch, i, end - i);
                if (!losses.IsEmpty && !Loss.IsOfTokens && tokens > 0)
                {
                    double share = double.CreateTruncating(Share(tokens));
                    losses[sequence] = T.CreateTruncating(share * Sum(ofTokens.Slice(next, tokens)));
                }

                if (!slopes.IsEmpty && IsOfSequences && tokens > 0)
                {
                    Span<T> ofRatios = slopes.Slice(next, tokens);
                    ofRatios.Fill(T.CreateTruncating(Sum(ofRatios) / tokens));
                }

                for (; i < end; i++)
                {
                    if (!IsThere(Batch, i))
                    {
                        continue;
                    }

                    if (!slopes.IsEmpty)
                    {
                        Gradient[i] = slopes[next] + slopes[all + next];
                    }

                    if (!losses.IsEmpty && Loss.IsOfTokens)
                    {
                        losses[i] = ofTokens[next];
                    }

                    next++;
                }
            }
        }

        private static double Sum(ReadOnlySpan<T> numbers)
        {
            CompensatedSum sum = default;
            foreach (T number in numbers)
            {
                sum += double.CreateTruncating(number);
            }

            return sum.Total;
        }
    }
}
