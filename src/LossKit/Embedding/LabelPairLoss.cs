namespace LossKit;

/// <summary>
/// A formula on what each pair of one label has with each other and with all rows of other labels:
/// <see cref="Loss.Angular"/>.
/// </summary>
/// <remarks>
/// Every ordered pair has one loss, by its first row's weight; losses are ordered by first row, then second. A NaN
/// spreads to all pairs that are compared with it. Scratch memory is rented from the shared array pool for the time of
/// a call: twice as much as the batch has, 1 MB or 48 numbers a row, and 10 numbers a pair.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class LabelPairLoss<T> : LabelledLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly BlockKernel<T> _kernel;

    internal LabelPairLoss(BlockKernel<T> kernel, int dimension) : base(dimension) => _kernel = kernel;

    private protected override string Things => "losses";

    private protected override bool TakesReferences => false;

    private protected override int LossesOf(in EmbeddingSides<T> sides)
    {
        using Rented<long> sorted = new(sides.Labels.Length);
        LabelRanks.Sort(sides.Labels, sorted.Span);
        return 2 * LabelPair.Count(sorted.Span);
    }

    private protected override Cost Run(
        in EmbeddingBatch<T> batch, Reduction reduction, out TripletCount triplets)
    {
        triplets = default;
        ReadOnlySpan<int> labels = batch.Sides.Labels;
        using Rented<long> sorted = new(labels.Length);
        using Rented<int> starts = new(labels.Length);
        LabelRanks.Sort(labels, sorted.Span);
        int pairs = LabelPair.Count(sorted.Span);
        using Rented<LabelPair> all = new(pairs);
        using Rented<T> weights = new(batch.Weights.IsEmpty ? 0 : 2 * pairs);
        int losses = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            starts.Span[row] = losses;
            losses += labels.Count(labels[row]) - 1;
            if (!batch.Weights.IsEmpty)
            {
                weights.Span[starts.Span[row]..losses].Fill(batch.Weights[row]);
            }
        }

        LabelPair.Fill(sorted.Span, starts.Span, all.Span);
        Evaluation evaluation = new()
        {
            Loss = this,
            Sides = batch.Sides,
            Gradient = batch.Gradients.First,
            Pairs = all.Span,
            Sorted = sorted.Span,
        };
        return Calls<T>.Run(evaluation, weights.Span, batch.Losses, batch.Gradients.Order, reduction, Degree);
    }

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required LabelPairLoss<T> Loss { get; init; }

        public required EmbeddingSides<T> Sides { get; init; }

        public required Span<T> Gradient { get; init; }

        public required ReadOnlySpan<LabelPair> Pairs { get; init; }

        public required ReadOnlySpan<long> Sorted { get; init; }

        public int Losses => 2 * Pairs.Length;

        public void ClearDerivatives() => Gradient.Clear();

        public CompensatedSum Run(in Call<T> call)
        {
            bool differentiates = call.Order > DerivativeOrder.Value;
            if (differentiates)
            {
                ClearDerivatives();
            }

            using UnitRows<T> vectors = new(Sides.First, Loss.Dimension, normalizes: true);
            using Rented<T> weights = new(Pairs.Length);
            using Rented<T> losses = new(call.Losses.IsEmpty ? 0 : Pairs.Length);
            using Rented<int> matches = new(Pairs.Length);
            for (int k = 0; k < Pairs.Length; k++)
            {
                // Both directions have the same loss.
                LabelPair pair = Pairs[k];
                matches.Span[k] = pair.Second;
                weights.Span[k] = call.Weights.IsEmpty
                    ? T.One + T.One
                    : call.Weights[pair.LossOfFirst] + call.Weights[pair.LossOfSecond];
            }

            int most = ScoreBlocks<T>.RowsOf(Pairs.Length, Sides.Labels.Length);
            using Rented<T> scratch = new(most * Loss.Dimension);
            PairSums<T> scores = new()
            {
                Pairs = Pairs,
                Sorted = Sorted,
                Vectors = vectors.Rows,
                Dimension = Loss.Dimension,
                Degree = call.Degree,
                Scratch = scratch.Span,
                Gradient = Gradient,
            };
            ScoreBatch<T> work = new()
            {
                Kernel = Loss._kernel,
                Factor = T.One,
                Call = call with { Weights = weights.Span, Losses = losses.Span },
                Matches = matches.Span,
            };
            CompensatedSum sum = ScoreBlocks<T>.Run(scores, work);
            vectors.Backward(differentiates ? Gradient : default);
            for (int k = 0; k < losses.Span.Length; k++)
            {
                call.Losses[Pairs[k].LossOfFirst] = losses.Span[k];
                call.Losses[Pairs[k].LossOfSecond] = losses.Span[k];
            }

            return sum;
        }
    }
}
