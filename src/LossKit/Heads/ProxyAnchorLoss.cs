namespace LossKit;

/// <summary>
/// A loss of all prototypes, each of which is compared with all rows of a batch: <see cref="Loss.ProxyAnchor"/>.
/// </summary>
/// <remarks>
/// A batch has one loss and one weight, and none if it has no rows. A NaN anywhere makes it and all gradients NaN.
/// Scratch memory of 32 MiB and a copy of the rows is rented from the shared array pool for the time of a call.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class ProxyAnchorLoss<T> : PrototypeLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly ClassOptions<T> s_any = new(classes: 1);

    private readonly BlockKernel<T> _kernel;

    internal ProxyAnchorLoss(BlockKernel<T> kernel, RowLoss<T, int> rows, int dimension)
        : base(rows, dimension, subCenters: 1, hasBias: false) => _kernel = kernel;

    private protected override string Things => "batches";

    /// <summary>One, or none if there are no rows.</summary>
    public override int Losses(Linear<T> batch) => Math.Min(1, batch.Labels.Length);

    private protected override Cost Run(
        Linear<T> batch, ReadOnlySpan<T> weights, Span<T> losses, LinearGradients<T> gradients, Reduction reduction)
    {
        Evaluation evaluation = new() { Loss = this, Batch = batch, Gradients = gradients };
        DerivativeOrder order = gradients.IsEmpty ? DerivativeOrder.Value : DerivativeOrder.Gradient;
        return Calls<T>.Run(evaluation, weights, losses, order, reduction, Degree);
    }

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required ProxyAnchorLoss<T> Loss { get; init; }

        public required Linear<T> Batch { get; init; }

        public required LinearGradients<T> Gradients { get; init; }

        public int Losses => Loss.Losses(Batch);

        public CompensatedSum Run(in Call<T> call)
        {
            if (call.Order > DerivativeOrder.Value)
            {
                ClearDerivatives();
            }

            int classes = Loss.Classes;
            using UnitRows<T> rows = new(Batch.Hidden, Loss.Dimension, normalizes: true);
            using Rented<int> proxies = new(classes);
            using Rented<bool> isPresent = new(classes);
            using Rented<T> labels = new(Batch.Labels.Length);
            Spans.Convert(Batch.Labels, labels.Span);
            isPresent.Span.Clear();
            foreach (int label in Batch.Labels)
            {
                isPresent.Span[label] = true;
            }

            Spans.Enumerate(proxies.Span);

            // Proxies with rows share among themselves what all of them share of the other term.
            double weight = call.Weights.IsEmpty ? 1 : double.CreateTruncating(call.Weights[0]);
            LabelledScores<T> scores = new()
            {
                Groups = Loss._kernel,
                Classes = s_any,
                Labels = proxies.Span,
                LabelsOfColumns = labels.Span,
                TargetOfSame = T.CreateTruncating((double)classes / isPresent.Span.Count(true)),
                Call = new()
                {
                    Order = call.Order,
                    Scale = T.CreateTruncating(weight / classes * double.CreateTruncating(call.Scale)),
                    Degree = call.Degree,
                },
                Numbers = UsualScratch / Unsafe.SizeOf<T>(),
            };
            CompensatedSum sum = scores.Run(
                new()
                {
                    Left = Batch.Prototypes,
                    Right = rows.Rows,
                    Dimension = Loss.Dimension,
                    Factor = T.One,
                    Degree = call.Degree,
                    Normalizes = true,
                    GradientLeft = Gradients.Prototypes,
                    GradientRight = Gradients.Hidden,
                },
                out _);
            if (call.Order > DerivativeOrder.Value)
            {
                rows.Backward(Gradients.Hidden);
            }

            double loss = sum.Total / classes;
            if (!call.Losses.IsEmpty)
            {
                call.Losses[0] = T.CreateTruncating(loss);
            }

            return weight == 0 ? default : new(weight / classes * sum.Sum, weight / classes * sum.Error);
        }

        public void ClearDerivatives() => Gradients.Clear();
    }
}
