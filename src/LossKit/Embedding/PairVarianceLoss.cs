namespace LossKit;

/// <summary>
/// A loss of how much the cosines of a labelled batch differ from the mean of their kind:
/// <see cref="Loss.IntraPairVariance"/>.
/// </summary>
/// <remarks>
/// A batch has one loss and one weight; an empty one has none. All cosines are read two times, three with the gradient:
/// of their means, of what lies beyond these, and of each. A NaN makes the loss and all gradients NaN. Scratch memory
/// is rented from the shared array pool for the time of a call: as much as the batch has, and 1 MB or 48 numbers a row,
/// or all rows × rows where that is at most 16 times the batch and 32 MiB, or a million numbers.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class PairVarianceLoss<T> : LabelledLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly double _positiveFactor;
    private readonly double _negativeFactor;

    internal PairVarianceLoss(int dimension, double positiveEpsilon, double negativeEpsilon)
        : base(dimension)
    {
        _positiveFactor = 1 - Parameter.Finite(positiveEpsilon).In<T>(nameof(positiveEpsilon)).Value;
        _negativeFactor = 1 + Parameter.Finite(negativeEpsilon).In<T>(nameof(negativeEpsilon)).Value;
    }

    private protected override string Things => "batches";

    private protected override string Weighted => Things;

    private protected override int LossesOf(in EmbeddingSides<T> sides) => sides.Labels.IsEmpty ? 0 : 1;

    private protected override int WeightsOf(in EmbeddingSides<T> sides) => LossesOf(sides);

    private protected override Cost Run(
        in EmbeddingBatch<T> batch, Reduction reduction, out TripletCount triplets)
    {
        triplets = default;
        Evaluation evaluation = new() { Loss = this, Sides = batch.Sides, Gradients = batch.Gradients };
        return Calls<T>.Run(evaluation, batch.Weights, batch.Losses, batch.Gradients.Order, reduction, Degree);
    }

    /// <summary>What is done with all cosines.</summary>
    private enum Step
    {
        /// <summary>Adds up those of each kind.</summary>
        Means,

        /// <summary>Adds up what lies beyond, and its squares.</summary>
        Excesses,

        /// <summary>Makes slopes of them.</summary>
        Slopes,
    }

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required PairVarianceLoss<T> Loss { get; init; }

        public required EmbeddingSides<T> Sides { get; init; }

        public required SideGradients<T> Gradients { get; init; }

        public int Losses => Loss.LossesOf(Sides);

        public void ClearDerivatives() => Gradients.Clear();

        public CompensatedSum Run(in Call<T> call)
        {
            int rows = Sides.Labels.Length;
            bool differentiates = call.Order > DerivativeOrder.Value;
            if (differentiates)
            {
                ClearDerivatives();
            }

            using Rented<PairSum> sums = new(rows);
            Work work = new()
            {
                Labels = Sides.Labels,
                ColumnLabels = Sides.ColumnLabels,
                FirstRow = Sides.FirstRow,
                Sums = sums.Span,
                Call = new() { Degree = call.Degree, Scale = call.Scale * call.WeightOf(0) },
                Step = Step.Means,
            };
            PairSum means = Run(work);
            double near = Loss._positiveFactor * means.NearMean;
            double far = Loss._negativeFactor * means.FarMean;
            work = work with { Step = Step.Excesses, Near = near, Far = far };
            PairSum excesses = Run(work);
            double loss = excesses.NearSquare + excesses.FarSquare;
            if (differentiates)
            {
                // Where the loss is NaN, so are all derivatives.
                double twice = double.IsNaN(loss) ? double.NaN : 2;
                _ = Run(work with
                {
                    Step = Step.Slopes,
                    Call = work.Call with { Order = DerivativeOrder.Gradient },
                    NearSlope = twice / excesses.NearCount,
                    FarSlope = twice / excesses.FarCount,
                    NearCommon = Loss._positiveFactor * excesses.NearMean,
                    FarCommon = Loss._negativeFactor * excesses.FarMean,
                });
            }

            return default(CompensatedSum) + call.Keep(0, loss);
        }

        private PairSum Run(in Work work)
        {
            _ = Products<T, Dot>.Run(Loss.Dimension, normalizes: true, Sides, Gradients, work);
            PairSum all = default;
            foreach (PairSum sum in work.Sums)
            {
                all += sum;
            }

            return all;
        }
    }

    /// <summary>Sums over pairs of both kinds.</summary>
    private readonly record struct PairSum(
        long NearCount, double NearSum, double NearSquares, long FarCount, double FarSum, double FarSquares)
    {
        public double NearMean => NearCount == 0 ? 0 : NearSum / NearCount;

        public double FarMean => FarCount == 0 ? 0 : FarSum / FarCount;

        public double NearSquare => NearCount == 0 ? 0 : NearSquares / NearCount;

        public double FarSquare => FarCount == 0 ? 0 : FarSquares / FarCount;

        public static PairSum operator +(PairSum left, PairSum right) => new(
            left.NearCount + right.NearCount,
            left.NearSum + right.NearSum,
            left.NearSquares + right.NearSquares,
            left.FarCount + right.FarCount,
            left.FarSum + right.FarSum,
            left.FarSquares + right.FarSquares);
    }

    private readonly ref struct Work : IScoreWork<T>
    {
        public T Factor => T.One;

        public required Call<T> Call { get; init; }

        public required ReadOnlySpan<int> Labels { get; init; }

        public required ReadOnlySpan<int> ColumnLabels { get; init; }

        /// <summary>The number of the first row among the columns: beyond them if rows are none.</summary>
        public required int FirstRow { get; init; }

        /// <summary>One a row, so that threads change no bit.</summary>
        public required Span<PairSum> Sums { get; init; }

        public required Step Step { get; init; }

        /// <summary>What cosines of positives lie below, if they cost something.</summary>
        public double Near { get; init; }

        /// <summary>What cosines of negatives lie above.</summary>
        public double Far { get; init; }

        public double NearSlope { get; init; }

        public double FarSlope { get; init; }

        /// <summary>What the mean pulls with, of which each is a part.</summary>
        public double NearCommon { get; init; }

        public double FarCommon { get; init; }

        public bool Skips(int first, int count) => false;

        public CompensatedSum Run(int first, int count, int pitch, Span<T> cells)
        {
            double scale = double.CreateTruncating(Call.Scale);
            for (int row = first; row < first + count; row++)
            {
                PairSum sum = default;
                for (int column = 0; column < ColumnLabels.Length; column++)
                {
                    ref T cell = ref cells[column * pitch + row - first];
                    double cosine = double.CreateTruncating(cell);
                    bool isNear = ColumnLabels[column] == Labels[row];
                    double excess = Step == Step.Means ? cosine : Math.Max(0, isNear ? Near - cosine : cosine - Far);
                    if (column == FirstRow + row)
                    {
                        cell = T.Zero;
                    }
                    else if (Step == Step.Slopes)
                    {
                        double slope = isNear ? NearSlope * (NearCommon - excess) : FarSlope * (excess - FarCommon);
                        cell = T.CreateTruncating(scale * slope);
                    }
                    else
                    {
                        sum += isNear
                            ? new(1, excess, excess * excess, 0, 0, 0)
                            : new(0, 0, 0, 1, excess, excess * excess);
                    }
                }

                Sums[row] = sum;
            }

            return default;
        }
    }
}
