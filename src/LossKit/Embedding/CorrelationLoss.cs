namespace LossKit;

/// <summary>
/// A formula on the correlations of the features of two views, or on the covariances of each view's features, features
/// × features: <see cref="Loss.BarlowTwins"/>, <see cref="Loss.VicReg"/>, and what <see
/// cref="Loss.FromCorrelationFormula{T, TFormula}"/> makes of yours.
/// </summary>
/// <remarks>
/// A batch has one loss and one weight; an empty one has none. A NaN makes the loss and all gradients NaN. Scratch
/// memory is rented from the shared array pool for the time of a call: four times as much as the batch has, and 1 MB or
/// 48 numbers a feature.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class CorrelationLoss<T> : ViewsLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly BlockKernel<T> _kernel;
    private readonly double? _epsilon;
    private readonly double _invariance;

    /// <param name="kernel">What evaluates a feature's row of moments.</param>
    /// <param name="dimension">How many features there are.</param>
    /// <param name="epsilon">
    /// What is added to variances, if moments are correlations between views; null for covariances within each.
    /// </param>
    /// <param name="invariance">What the mean squared difference of the views counts.</param>
    internal CorrelationLoss(BlockKernel<T> kernel, int dimension, double? epsilon, double invariance = 0)
        : base(dimension)
    {
        _kernel = kernel;
        _epsilon = epsilon;
        _invariance = invariance;
    }

    private protected override string Things => "batches";

    private protected override int LossesOf(in EmbeddingSides<T> sides) => sides.First.IsEmpty ? 0 : 1;

    private protected override Cost Run(
        in EmbeddingBatch<T> batch, Reduction reduction, out TripletCount triplets)
    {
        triplets = default;
        ScoreBlocks<T>.CheckRows(Dimension, batch.Sides.First.Length / Dimension);
        Evaluation evaluation = new() { Loss = this, Sides = batch.Sides, Gradients = batch.Gradients };
        return Calls<T>.Run(evaluation, batch.Weights, batch.Losses, batch.Gradients.Order, reduction, Degree);
    }

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required CorrelationLoss<T> Loss { get; init; }

        public required EmbeddingSides<T> Sides { get; init; }

        public required SideGradients<T> Gradients { get; init; }

        public int Losses => Loss.LossesOf(Sides);

        private int Items => Sides.First.Length / Loss.Dimension;

        public void ClearDerivatives() => Gradients.Clear();

        public CompensatedSum Run(in Call<T> call)
        {
            if (Losses == 0)
            {
                return default;
            }

            bool differentiates = call.Order > DerivativeOrder.Value;
            ScoreBatch<T> work = new()
            {
                Kernel = Loss._kernel,
                Factor = T.One,
                Call = new() { Order = call.Order, Scale = call.Scale * call.WeightOf(0), Degree = call.Degree },
            };
            using ViewColumns<T> first = new(
                Sides.First, Loss.Dimension, Loss._epsilon, differentiates && !Gradients.First.IsEmpty);
            using ViewColumns<T> second = new(
                Sides.Second, Loss.Dimension, Loss._epsilon, differentiates && !Gradients.Second.IsEmpty);
            CompensatedSum sum = Loss._epsilon is null
                ? RunWithin(first, work) + RunWithin(second, work)
                : RunAcross(first, second, work);
            if (differentiates)
            {
                first.Backward(Gradients.First);
                second.Backward(Gradients.Second);
            }

            if (Loss._invariance > 0)
            {
                double factor = Loss._invariance / Sides.First.Length;
                for (int row = 0; row < Items; row++)
                {
                    Range at = Rows.At(row, Loss.Dimension);
                    sum += factor * RowProduct<T>.Of<SquaredDistance>(Sides.First[at], Sides.Second[at]);
                }

                T pull = T.CreateTruncating(2 * factor) * work.Call.Scale;
                Spans.AddScaledDifference(pull, Sides.First, Sides.Second, differentiates ? Gradients.First : default);
                Spans.AddScaledDifference(pull, Sides.Second, Sides.First, differentiates ? Gradients.Second : default);
            }

            if (differentiates && double.IsNaN(sum.Total))
            {
                Gradients.First.Fill(T.NaN);
                Gradients.Second.Fill(T.NaN);
            }

            return default(CompensatedSum) + call.Keep(0, sum.Total);
        }

        private CompensatedSum RunAcross(in ViewColumns<T> first, in ViewColumns<T> second, in ScoreBatch<T> work) =>
            AllRows<T>.Run(
                new()
                {
                    Left = first.Numbers,
                    Right = second.Numbers,
                    Dimension = Items,
                    Factor = T.One / T.CreateTruncating(Items),
                    Degree = work.Call.Degree,
                    GradientLeft = first.Gradient,
                    GradientRight = second.Gradient,
                },
                work);

        private CompensatedSum RunWithin(in ViewColumns<T> view, in ScoreBatch<T> work) => Products<T, Dot>.Run(
            Items,
            normalizes: false,
            new() { First = view.Numbers },
            new() { First = view.Gradient },
            work with { Factor = T.One / T.CreateTruncating(Items - 1) });
    }
}
