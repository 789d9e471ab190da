namespace LossKit.Internals.Groups;

/// <summary>
/// Takes rows with labels to a loss of groups, of which the label's target is 1 and all others are 0, and to some part of
/// another.
/// </summary>
/// <param name="kernel">The loss.</param>
/// <param name="further">What is added, if anything is.</param>
/// <param name="part">How much of it is.</param>
/// <param name="classes">Which labels are ignored.</param>
internal sealed class LabelGroupsKernel<T>(
    GroupKernel<T> kernel, GroupKernel<T>? further, Parameter part, ClassOptions<T> classes) : Kernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>About how many numbers are evaluated at a time.</summary>
    private const int Block = 4096;

    public override CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        int columns = batch.Columns;
        int most = Math.Min(batch.Length, Math.Max(1, Block / columns));
        using Rented<T> targets = new(most * columns);
        using Rented<T> ofRows = new(2 * most);
        using Rented<T> derivatives = new(further is null ? 0 : 2 * most * columns);
        T factor = T.CreateTruncating(part.Value);
        CompensatedSum sum = default;
        for (int start = 0; start < batch.Length; start += most)
        {
            int count = Math.Min(most, batch.Length - start);
            Batch<T> rows = batch.Segment(start, count);
            int length = count * columns;
            Span<T> weights = ofRows.Span[..count];
            Mark(rows, targets.Span[..length], weights);
            GroupBatch<T> groups = new()
            {
                Groups = LossKit.Groups.OfWidth(columns),
                Count = count,
                Predictions = rows.Predictions,
                Targets = targets.Span[..length],
                Weights = weights,
                Losses = rows.Losses,
                Gradient = rows.Gradient,
                Hessian = rows.Hessian,
                Scale = batch.Scale,
            };
            if (further is null)
            {
                sum += kernel.Run(groups, order, width);
            }
            else
            {
                GroupBatch<T> added = groups with
                {
                    Losses = rows.Losses.IsEmpty ? default : ofRows.Span.Slice(most, count),
                    Gradient = order < DerivativeOrder.Gradient ? default : derivatives.Span[..length],
                    Hessian = order < DerivativeOrder.Hessian ? default : derivatives.Span.Slice(length, length),
                    Scale = factor * batch.Scale,
                };

                // First, because the gradient may be the predictions themselves.
                CompensatedSum of = further.Run(added, order, width);
                sum += new CompensatedSum(part.Value * of.Sum, part.Value * of.Error);
                sum += kernel.Run(groups, order, width);
                Spans.AddScaled(rows.Losses, factor, added.Losses);
                Spans.Add(added.Gradient.IsEmpty ? default : rows.Gradient, added.Gradient);
                Spans.Add(added.Hessian.IsEmpty ? default : rows.Hessian, added.Hessian);
            }

            for (int k = 0; k < rows.Losses.Length && batch.HasIgnored; k++)
            {
                rows.Losses[k] = classes.IsIgnored(rows.Labels[k]) ? T.Zero : rows.Losses[k];
            }
        }

        return sum;
    }

    /// <summary>The targets and weights of rows, of which those that are ignored have neither.</summary>
    private void Mark(in Batch<T> rows, Span<T> targets, Span<T> weights)
    {
        targets.Clear();
        for (int k = 0; k < weights.Length; k++)
        {
            int label = rows.Labels[k];
            bool isIgnored = classes.IsIgnored(label);
            weights[k] = isIgnored ? T.Zero : rows.Weights.IsEmpty ? T.One : rows.Weights[k];
            if (!isIgnored)
            {
                targets[k * rows.Columns + label] = T.One;
            }
        }
    }
}
