namespace LossKit.Internals.Rows;

/// <summary>A loss of rows with one more class, whose score is always 0.</summary>
/// <param name="kernel">The loss, whose last class it is.</param>
internal sealed class NoneKernel<T>(Kernel<T> kernel) : Kernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many scores are copied at a time, but at least a row.</summary>
    private const int Block = 4096;

    public override bool IsByLabel => kernel.IsByLabel;

    public override CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        int all = batch.Columns + 1;
        int most = Math.Min(batch.Length, Math.Max(1, Block / all));
        int size = EmbeddingChecks.Numbers((long)most * all);
        using Rented<T> scores = new(size);
        using Rented<T> gradient = new(order >= DerivativeOrder.Gradient ? size : 0);
        using Rented<T> hessian = new(order >= DerivativeOrder.Hessian ? size : 0);
        CompensatedSum sum = default;
        for (int start = 0; start < batch.Length; start += most)
        {
            Batch<T> rows = batch.Segment(start, Math.Min(most, batch.Length - start));
            int count = rows.Length * all;
            Batch<T> wider = new()
            {
                Predictions = scores.Span[..count],
                Labels = rows.Labels,
                Weights = rows.Weights,
                Losses = rows.Losses,
                Gradient = order >= DerivativeOrder.Gradient ? gradient.Span[..count] : default,
                Hessian = order >= DerivativeOrder.Hessian ? hessian.Span[..count] : default,
                Scale = batch.Scale,
                Columns = all,
                HasIgnored = batch.HasIgnored,
            };
            Widen(rows.Predictions, scores.Span[..count], all);
            sum += kernel.Run(wider, order, width);
            Narrow(wider.Gradient, rows.Gradient, all);
            Narrow(wider.Hessian, rows.Hessian, all);
        }

        return sum;
    }

    private static void Widen(ReadOnlySpan<T> rows, Span<T> wider, int columns)
    {
        for (int given = 0; !wider.IsEmpty; given += columns - 1, wider = wider[columns..])
        {
            rows.Slice(given, columns - 1).CopyTo(wider);
            wider[columns - 1] = T.Zero;
        }
    }

    private static void Narrow(ReadOnlySpan<T> wider, Span<T> rows, int columns)
    {
        for (; !wider.IsEmpty; wider = wider[columns..], rows = rows[(columns - 1)..])
        {
            wider[..(columns - 1)].CopyTo(rows);
        }
    }
}
