namespace LossKit;

/// <summary>
/// A loss of a student's rows beside its teacher's, of which some may be masked: what <see cref="DistillationLosses"/>
/// and <see cref="Loss.KnowledgeDistillation"/> make.
/// </summary>
/// <remarks>
/// There is one loss and one weight a row; a masked row has a loss of 0 and does not count. What the loss of the labels
/// needs beside the other is rented from the shared array pool for the time of a call.
/// </remarks>
/// <inheritdoc cref="IBatchLoss{T, TBatch, TGradients}"/>
public sealed class DistillationLoss<T> : BatchLoss<T, Distillation<T>, DistillationGradients<T>>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly RowLoss<T, int>? _ofLabels;
    private readonly double _share;

    /// <param name="ofTeacher">The loss beside the teacher.</param>
    /// <param name="ofLabels">That of the labels, if there is one.</param>
    /// <param name="share">What the first counts; the second counts the rest to 1.</param>
    internal DistillationLoss(RowLoss<T, T> ofTeacher, RowLoss<T, int>? ofLabels = null, double share = 1)
    {
        Inner = ofTeacher;
        _ofLabels = ofLabels;
        _share = share;
    }

    /// <summary>How many logits a row has.</summary>
    public int Classes => OfTeacher.Classes;

    private RowLoss<T, T> OfTeacher => (RowLoss<T, T>)Inner!;

    private protected override string Things => "rows";

    /// <summary>One a row.</summary>
    public override int Losses(Distillation<T> batch) => batch.Logits.Length / Classes;

    private protected override void Check(Distillation<T> batch, ReadOnlySpan<T> weights)
    {
        int rows = BatchChecks.Rows("logits", batch.Logits.Length, Classes, "classes");
        BatchChecks.Length("teacher", batch.Teacher.Length, batch.Logits.Length, "entries");
        BatchChecks.LengthIfGiven("mask", batch.Mask.Length, rows, Things);
        BatchChecks.LengthIfGiven("weights", weights.Length, rows, Things);
        if (_ofLabels is null)
        {
            return;
        }

        BatchChecks.Length("labels", batch.Labels.Length, rows, Things);
        for (int row = 0; row < rows; row++)
        {
            if (IsThere(batch, row) && (uint)batch.Labels[row] >= (uint)Classes)
            {
                throw Refusal(
                    "labels",
                    $"The label of row {row} is {batch.Labels[row]}, but there are {Classes} classes: it must be between "
                    + $"0 and {Classes - 1}.");
            }
        }
    }

    private protected override void CheckApart(string name, ReadOnlySpan<T> output, Distillation<T> batch)
    {
        BatchChecks.Apart(name, output, "logits", batch.Logits);
        BatchChecks.Apart(name, output, "teacher", batch.Teacher);
        BatchChecks.Apart(name, output, "labels", batch.Labels);
        BatchChecks.Apart(name, output, "mask", batch.Mask);
    }

    private protected override void CheckNumbers(Distillation<T> batch)
    {
        for (int i = 0; i < batch.Logits.Length; i++)
        {
            if (IsThere(batch, i / Classes))
            {
                EntryChecks.Number("logits", i, batch.Logits[i], Domain.Logits, Classes);
                EntryChecks.Number("teacher", i, batch.Teacher[i], Domain.Logits, Classes);
            }
        }
    }

    private protected override void CheckGradients(
        Distillation<T> batch, DistillationGradients<T> gradients, ReadOnlySpan<T> weights) =>
        CheckGradient("gradients.Logits", gradients.Logits, "logits", batch.Logits.Length, batch, weights);

    private protected override Cost Run(
        Distillation<T> batch,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        DistillationGradients<T> gradients,
        Reduction reduction)
    {
        int rows = Losses(batch);
        using Rented<T> given = new(rows);
        for (int row = 0; row < rows; row++)
        {
            given.Span[row] = !IsThere(batch, row) ? T.Zero : weights.IsEmpty ? T.One : weights[row];
        }

        Evaluation evaluation = new()
        {
            Losses = batch.Mask.IsEmpty ? rows : batch.Mask.Count(true),
            Loss = this,
            Batch = batch,
            Gradient = gradients.Logits,
        };
        return Calls<T>.Run(
            evaluation,
            given.Span,
            losses,
            gradients.Logits.IsEmpty ? DerivativeOrder.Value : DerivativeOrder.Gradient,
            reduction,
            Degree);
    }

    private static bool IsThere(Distillation<T> batch, int row) => batch.Mask.IsEmpty || batch.Mask[row];

    private readonly ref struct Evaluation : IEvaluation<T>
    {
        public required int Losses { get; init; }

        public required DistillationLoss<T> Loss { get; init; }

        public required Distillation<T> Batch { get; init; }

        public required Span<T> Gradient { get; init; }

        public CompensatedSum Run(in Call<T> call)
        {
            bool differentiates = call.Order > DerivativeOrder.Value;
            Span<T> gradient = differentiates ? Gradient : default;
            double share = Loss._share;
            CompensatedSum sum = default;
            if (share == 0)
            {
                gradient.Clear();
                call.Losses.Clear();
            }
            else
            {
                Batch<T> ofTeacher = new()
                {
                    Predictions = Batch.Logits,
                    Targets = Batch.Teacher,
                    Weights = call.Weights,
                    Losses = call.Losses,
                    Gradient = gradient,
                    Columns = Loss.Classes,
                    TargetColumns = Loss.Classes,
                    Scale = T.CreateTruncating(share) * call.Scale,
                };
                sum = Scaled(share, BatchWork<T>.Run(Loss.OfTeacher.Kernel, ofTeacher, call.Order, call.Degree));
                if (share < 1)
                {
                    Spans.Scale(call.Losses, T.CreateTruncating(share));
                }
            }

            if (Loss._ofLabels is not null && share < 1)
            {
                sum += AddLabels(Loss._ofLabels, 1 - share, call, gradient);
            }

            for (int row = 0; row < call.Losses.Length; row++)
            {
                call.Losses[row] = IsThere(Batch, row) ? call.Losses[row] : T.Zero;
            }

            return sum;
        }

        public void ClearDerivatives() => Gradient.Clear();

        private CompensatedSum AddLabels(RowLoss<T, int> loss, double share, in Call<T> call, Span<T> gradient)
        {
            using Rented<int> labels = new(Batch.Labels.Length);
            using Rented<T> losses = new(call.Losses.Length);
            using Rented<T> slopes = new(gradient.Length);
            for (int row = 0; row < labels.Span.Length; row++)
            {
                labels.Span[row] = IsThere(Batch, row) ? Batch.Labels[row] : loss.IgnoreIndex!.Value;
            }

            Batch<T> ofLabels = new()
            {
                Predictions = Batch.Logits,
                Labels = labels.Span,
                Weights = call.Weights,
                Losses = losses.Span,
                Gradient = slopes.Span,
                Columns = Loss.Classes,
                HasIgnored = !Batch.Mask.IsEmpty,
                Scale = T.CreateTruncating(share) * call.Scale,
            };
            CompensatedSum sum = BatchWork<T>.Run(loss.Kernel, ofLabels, call.Order, call.Degree);
            Spans.AddScaled(call.Losses, T.CreateTruncating(share), losses.Span);
            Spans.AddScaled(gradient, T.One, slopes.Span);
            return Scaled(share, sum);
        }

        private static CompensatedSum Scaled(double factor, CompensatedSum sum) =>
            new(factor * sum.Sum, factor * sum.Error);
    }
}

/// <summary>What makes losses of rows beside a teacher's.</summary>
public static class DistillationLosses
{
    /// <summary>
    /// This loss, of rows of logits beside rows of as many targets, for rows of which some may be masked.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="loss">A divergence, such as <see cref="Loss.ForwardKl"/>.</param>
    public static DistillationLoss<T> OfTeacher<T>(this RowLoss<T, T> loss)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        return loss.Shape.Targets == loss.Classes
            ? new(loss) { Name = loss.Then() }
            : throw new NotSupportedException($"The targets of {loss} are no rows as its predictions are.");
    }
}
