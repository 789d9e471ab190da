namespace LossKit.Internals.Rows;

/// <summary>A batch of rows by its addresses, which stay pinned meanwhile.</summary>
internal readonly unsafe struct RowWork<T> : ISegmentWork where T : unmanaged, IFloatingPointIeee754<T>
{
    private RowKernel<T> Kernel { get; init; }

    private DerivativeOrder Order { get; init; }

    private T Scale { get; init; }

    private int Columns { get; init; }

    private bool HasIgnored { get; init; }

    private Pinned<T> Predictions { get; init; }

    private Pinned<int> Labels { get; init; }

    private Pinned<T> Targets { get; init; }

    private Pinned<T> Weights { get; init; }

    private Pinned<T> Losses { get; init; }

    private Pinned<T> Gradient { get; init; }

    private Pinned<T> Hessian { get; init; }

    /// <summary>Evaluates a batch on at most <paramref name="degree"/> threads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CompensatedSum Run(RowKernel<T> kernel, in RowBatch<T> batch, DerivativeOrder order, int degree) =>
        batch.Predictions.Length <= Segments.LeastNumbers
            ? kernel.Run(batch, order, LaneWidths.Best)
            : RunPinned(kernel, batch, order, degree);

    public CompensatedSum Run(int start, int length)
    {
        int first = start * Columns;
        int numbers = length * Columns;
        RowBatch<T> segment = new()
        {
            Columns = Columns,
            Predictions = Predictions.Slice(first, numbers),
            Labels = Labels.Slice(start, length),
            Targets = Targets.Slice(first, numbers),
            Weights = Weights.Slice(start, length),
            Losses = Losses.Slice(start, length),
            Gradient = Gradient.Slice(first, numbers),
            Hessian = Hessian.Slice(first, numbers),
            Scale = Scale,
            HasIgnored = HasIgnored,
        };
        return Kernel.Run(segment, Order, LaneWidths.Best);
    }

    // By itself, as in PointwiseWork.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static CompensatedSum RunPinned(
        RowKernel<T> kernel, in RowBatch<T> batch, DerivativeOrder order, int degree)
    {
        fixed (T* predictions = batch.Predictions)
        fixed (int* labels = batch.Labels)
        fixed (T* targets = batch.Targets)
        fixed (T* weights = batch.Weights)
        fixed (T* losses = batch.Losses)
        fixed (T* gradient = batch.Gradient)
        fixed (T* hessian = batch.Hessian)
        {
            RowWork<T> work = new()
            {
                Kernel = kernel,
                Order = order,
                Scale = batch.Scale,
                Columns = batch.Columns,
                HasIgnored = batch.HasIgnored,
                Predictions = new(predictions),
                Labels = new(labels),
                Targets = new(targets),
                Weights = new(weights),
                Losses = new(losses),
                Gradient = new(gradient),
                Hessian = new(hessian),
            };
            return Segments.Run(work, batch.Rows, kernel.NumbersOfRow(batch.Columns), degree);
        }
    }
}
