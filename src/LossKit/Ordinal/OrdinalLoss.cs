namespace LossKit;

/// <summary>
/// A loss of scores and of the thresholds between classes that are ranks: <see cref="Loss.CumulativeLink"/> and
/// <see cref="Loss.AllThreshold"/>.
/// </summary>
/// <remarks>
/// There is one loss and one weight an example. A NaN score makes its example's loss and gradient NaN, and the gradients
/// of the thresholds that it is compared with. The gradients of thresholds are summed in double. Up to 8,192 numbers, or
/// a few for each threshold, are rented from the shared array pool for the time of a call, which is of one thread.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class OrdinalLoss<T> : BatchLoss<T, OrdinalScores<T>, OrdinalGradients<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>About how many numbers are evaluated at a time.</summary>
    private const int Block = 4096;

    private readonly RowLoss<T, int> _rows;
    private readonly bool _takesAll;

    /// <param name="rows">
    /// What is known of labels, with the loss of a row: of a score less each of the thresholds, or of the score and the two
    /// thresholds around its class.
    /// </param>
    /// <param name="takesAll">Whether all thresholds count.</param>
    internal OrdinalLoss(RowLoss<T, int> rows, bool takesAll) => (_rows, _takesAll) = (rows, takesAll);

    /// <summary>How many classes there are, one more than thresholds.</summary>
    public int Classes => _rows.ClassOptions.Labels;

    /// <summary>The label whose examples count nowhere.</summary>
    public int? IgnoreIndex => _rows.IgnoreIndex;

    private protected override string Things => "examples";

    /// <summary>One an example.</summary>
    public override int Losses(OrdinalScores<T> batch) => batch.Scores.Length;

    private protected override void Check(OrdinalScores<T> batch, ReadOnlySpan<T> weights)
    {
        BatchChecks.Table("thresholds", batch.Thresholds.Length, Classes - 1, "bounds between classes", 1);
        BatchChecks.Length("labels", batch.Labels.Length, batch.Scores.Length, Things);
        BatchChecks.LengthIfGiven("weights", weights.Length, batch.Scores.Length, Things);
        _rows.CheckLabels(batch.Labels, "labels");
    }

    private protected override void CheckNumbers(OrdinalScores<T> batch)
    {
        EntryChecks.Rows("scores", batch.Scores, Domain.Reals, 1, batch.Labels, IgnoreIndex);
        EntryChecks.Numbers("thresholds", batch.Thresholds, Domain.Reals);
        for (int k = 1; k < batch.Thresholds.Length && !_takesAll; k++)
        {
            EntryChecks.Number(
                "thresholds", k, batch.Thresholds[k], Domain.Above(double.CreateTruncating(batch.Thresholds[k - 1])));
        }
    }

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, OrdinalScores<T> batch)
    {
        BatchChecks.Apart(name, output, "scores", batch.Scores);
        BatchChecks.Apart(name, output, "thresholds", batch.Thresholds);
        BatchChecks.Apart(name, output, "labels", batch.Labels);
    }

    private protected override void CheckGradients(
        OrdinalScores<T> batch, OrdinalGradients<T> gradients, ReadOnlySpan<T> weights)
    {
        CheckGradient("gradients.Scores", gradients.Scores, "scores", batch.Scores.Length, batch, weights);
        CheckGradient(
            "gradients.Thresholds", gradients.Thresholds, "thresholds", batch.Thresholds.Length, batch, weights);
        BatchChecks.Apart("gradients.Thresholds", gradients.Thresholds, "gradients.Scores", gradients.Scores);
    }

    private protected override Cost Run(
        OrdinalScores<T> batch,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        OrdinalGradients<T> gradients,
        Reduction reduction)
    {
        int examples = batch.Labels.Length;
        Plan plan = _rows.PlanOf(ref weights, batch.Labels, examples, reduction, !losses.IsEmpty, out int counted);
        Evaluation evaluation = new()
        {
            Loss = this,
            Batch = batch,
            Gradients = gradients,
            HasIgnored = counted < examples,
        };
        DerivativeOrder order = gradients.IsEmpty ? DerivativeOrder.Value : DerivativeOrder.Gradient;
        return Calls<T>.Run(ref evaluation, plan, weights, losses, order, Degree);
    }

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        /// <summary>A score and the thresholds around its class.</summary>
        private const int Around = 3;

        public required OrdinalLoss<T> Loss { get; init; }

        public required OrdinalScores<T> Batch { get; init; }

        public required OrdinalGradients<T> Gradients { get; init; }

        public required bool HasIgnored { get; init; }

        int IEvaluation<T>.Losses => Batch.Labels.Length;

        public CompensatedSum Run(in Call<T> call)
        {
            int columns = Loss._takesAll ? Batch.Thresholds.Length : Around;
            int most = Math.Min(Batch.Labels.Length, Math.Max(1, Block / columns));
            using Rented<T> memory = new(most * columns);
            using Rented<T> weights = new(most);
            using Rented<double> ofThresholds = new(Batch.Thresholds.Length);
            ofThresholds.Span.Clear();
            CompensatedSum sum = default;
            for (int start = 0; start < Batch.Labels.Length; start += most)
            {
                int count = Math.Min(most, Batch.Labels.Length - start);
                Span<T> numbers = memory.Span[..(count * columns)];
                Gather(start, numbers, columns);
                Batch<T> block = new()
                {
                    Predictions = numbers,
                    Labels = Batch.Labels.Slice(start, count),
                    Weights = Weigh(call, start, weights.Span[..count]),
                    Losses = call.Losses.IsEmpty ? default : call.Losses.Slice(start, count),
                    Gradient = numbers,
                    Scale = call.Scale,
                    HasIgnored = HasIgnored,
                    Columns = columns,
                    TargetColumns = 0,
                };
                sum += Loss._rows.Kernel.Run(block, call.Order, LaneWidths.Best);
                if (call.Order > DerivativeOrder.Value)
                {
                    Scatter(start, numbers, columns, ofThresholds.Span);
                }
            }

            for (int k = 0; k < Gradients.Thresholds.Length && call.Order > DerivativeOrder.Value; k++)
            {
                Gradients.Thresholds[k] = T.CreateTruncating(ofThresholds.Span[k]);
            }

            return sum;
        }

        public void ClearDerivatives() => Gradients.Clear();

        /// <summary>What is compared: of an example that is ignored nothing, which has no loss.</summary>
        private void Gather(int start, Span<T> numbers, int columns)
        {
            ReadOnlySpan<T> thresholds = Batch.Thresholds;
            for (int at = 0, i = start; at < numbers.Length; at += columns, i++)
            {
                T score = Batch.Scores[i];
                if (Loss._takesAll)
                {
                    for (int k = 0; k < columns; k++)
                    {
                        numbers[at + k] = score - thresholds[k];
                    }

                    continue;
                }

                int label = Batch.Labels[i];
                bool isIgnored = Loss._rows.ClassOptions.IsIgnored(label);
                numbers[at] = isIgnored ? T.Zero : score;
                numbers[at + 1] = isIgnored || label == 0 ? T.NegativeInfinity : thresholds[label - 1];
                numbers[at + 2] = isIgnored || label == thresholds.Length ? T.PositiveInfinity : thresholds[label];
            }
        }

        /// <summary>What each example counts, those that are ignored nothing.</summary>
        private ReadOnlySpan<T> Weigh(in Call<T> call, int start, Span<T> weights)
        {
            if (!HasIgnored)
            {
                return call.Weights.IsEmpty ? default : call.Weights.Slice(start, weights.Length);
            }

            for (int k = 0; k < weights.Length; k++)
            {
                weights[k] = Loss._rows.ClassOptions.IsIgnored(Batch.Labels[start + k])
                    ? T.Zero
                    : call.WeightOf(start + k);
            }

            return weights;
        }

        private void Scatter(int start, ReadOnlySpan<T> slopes, int columns, Span<double> ofThresholds)
        {
            for (int at = 0, i = start; at < slopes.Length; at += columns, i++)
            {
                double ofScore = double.CreateTruncating(slopes[at]);
                if (Loss._takesAll)
                {
                    ofScore = 0;
                    for (int k = 0; k < columns; k++)
                    {
                        double slope = double.CreateTruncating(slopes[at + k]);
                        ofScore += slope;
                        ofThresholds[k] -= slope;
                    }
                }
                else if (!Loss._rows.ClassOptions.IsIgnored(Batch.Labels[i]))
                {
                    int label = Batch.Labels[i];
                    if (label > 0)
                    {
                        ofThresholds[label - 1] += double.CreateTruncating(slopes[at + 1]);
                    }

                    if (label < ofThresholds.Length)
                    {
                        ofThresholds[label] += double.CreateTruncating(slopes[at + 2]);
                    }
                }

                if (!Gradients.Scores.IsEmpty)
                {
                    Gradients.Scores[i] = T.CreateTruncating(ofScore);
                }
            }
        }
    }
}
