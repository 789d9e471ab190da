namespace LossKit;

/// <summary>
/// A formula on what each pair of one label has with each other and with all rows of other labels:
/// <see cref="Loss.Angular"/>. With references, a pair is of a row and one of these, and so
/// are the rows of other labels.
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

    private protected override int LossesOf(in EmbeddingSides<T> sides) => LabelPair.Starts(sides, default);

    private protected override Cost Run(
        in EmbeddingBatch<T> batch, Reduction reduction, out TripletCount triplets)
    {
        triplets = default;
        EmbeddingSides<T> sides = batch.Sides;
        int rows = sides.Labels.Length;
        using Rented<long> sorted = new(sides.ColumnLabels.Length);
        using Rented<int> starts = new(rows);
        LabelRanks.Sort(sides.ColumnLabels, sorted.Span);
        int losses = LabelPair.Starts(sides, starts.Span);
        using Rented<LabelPair> all = new(sides.IsAcross ? losses : losses / 2);
        using Rented<T> weights = new(batch.Weights.IsEmpty ? 0 : losses);
        for (int row = 0; row < rows && !batch.Weights.IsEmpty; row++)
        {
            int end = row + 1 < rows ? starts.Span[row + 1] : losses;
            weights.Span[starts.Span[row]..end].Fill(batch.Weights[row]);
        }

        LabelPair.Fill(sides, sorted.Span, starts.Span, all.Span);
        Evaluation evaluation = new()
        {
            Loss = this,
            Losses = losses,
            Sides = sides,
            Gradients = batch.Gradients,
            Pairs = all.Span,
            Sorted = sorted.Span,
        };
        return Calls<T>.Run(evaluation, weights.Span, batch.Losses, batch.Gradients.Order, reduction, Degree);
    }

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required LabelPairLoss<T> Loss { get; init; }

        public required int Losses { get; init; }

        public required EmbeddingSides<T> Sides { get; init; }

        public required SideGradients<T> Gradients { get; init; }

        public required ReadOnlySpan<LabelPair> Pairs { get; init; }

        public required ReadOnlySpan<long> Sorted { get; init; }

        public void ClearDerivatives() => Gradients.Clear();

        public CompensatedSum Run(in Call<T> call)
        {
            bool differentiates = call.Order > DerivativeOrder.Value;
            if (differentiates)
            {
                ClearDerivatives();
            }

            using UnitRows<T> vectors = new(Sides.First, Loss.Dimension, normalizes: true);
            using UnitRows<T> references = new(Sides.Second, Loss.Dimension, normalizes: true);
            using Rented<T> weights = new(Pairs.Length);
            using Rented<T> losses = new(call.Losses.IsEmpty ? 0 : Pairs.Length);
            using Rented<int> matches = new(Pairs.Length);
            for (int k = 0; k < Pairs.Length; k++)
            {
                // Both directions have the same loss.
                LabelPair pair = Pairs[k];
                matches.Span[k] = pair.Second;
                weights.Span[k] = call.WeightOf(pair.LossOfFirst)
                    + (pair.IsOrdered ? T.Zero : call.WeightOf(pair.LossOfSecond));
            }

            int most = ScoreBlocks<T>.RowsOf(Pairs.Length, Sides.ColumnLabels.Length);
            using Rented<T> scratch = new(most * Loss.Dimension);
            PairSums<T> scores = new()
            {
                Pairs = Pairs,
                Weights = weights.Span,
                Sorted = Sorted,
                Vectors = vectors.Rows,
                Others = Sides.IsAcross ? references.Rows : vectors.Rows,
                Dimension = Loss.Dimension,
                Degree = call.Degree,
                Scratch = scratch.Span,
                Gradient = Gradients.First,
                OfOthers = Sides.IsAcross ? Gradients.Second : Gradients.First,
            };
            ScoreBatch<T> work = new()
            {
                Kernel = Loss._kernel,
                Factor = T.One,
                Call = call with { Weights = weights.Span, Losses = losses.Span },
                Matches = matches.Span,
            };
            CompensatedSum sum = ScoreBlocks<T>.Run(scores, work);
            vectors.Backward(differentiates ? Gradients.First : default);
            references.Backward(differentiates ? Gradients.Second : default);
            for (int k = 0; k < losses.Span.Length; k++)
            {
                call.Losses[Pairs[k].LossOfFirst] = losses.Span[k];
                call.Losses[Pairs[k].LossOfSecond] = losses.Span[k];
            }

            return sum;
        }
    }
}
