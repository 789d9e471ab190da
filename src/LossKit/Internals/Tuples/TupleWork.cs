namespace LossKit.Internals.Tuples;

/// <summary>A batch of tuples by its addresses, which stay pinned meanwhile.</summary>
internal readonly unsafe struct TupleWork<T> : ISegmentWork where T : unmanaged, IFloatingPointIeee754<T>
{
    private TupleKernel<T> Kernel { get; init; }

    private DerivativeOrder Order { get; init; }

    private T Scale { get; init; }

    private bool IsPlanar { get; init; }

    private int Length { get; init; }

    private Pinned<T> Predictions { get; init; }

    private Pinned<T> Targets { get; init; }

    private Pinned<T> Weights { get; init; }

    private Pinned<T> Losses { get; init; }

    private Pinned<T> Gradient { get; init; }

    private Pinned<T> Hessian { get; init; }

    /// <summary>Evaluates a batch on at most <paramref name="degree"/> threads.</summary>
    public static CompensatedSum Run(
        TupleKernel<T> kernel, in TupleBatch<T> batch, DerivativeOrder order, int degree) =>
        batch.Predictions.Length + batch.Targets.Length <= Segments.LeastNumbers
            ? kernel.Run(batch, order, LaneWidths.Best)
            : RunPinned(kernel, batch, order, degree);

    public CompensatedSum Run(int start, int length)
    {
        TupleBatch<T> segment = new()
        {
            Predictions = Predictions.Slice(0, Length * Kernel.Predictions),
            Targets = Targets.Slice(0, Length * Kernel.Targets),
            Weights = Weights.Slice(0, Length),
            Losses = Losses.Slice(0, Length),
            Gradient = Gradient.Slice(0, Length * Kernel.Predictions),
            Hessian = Hessian.Slice(0, Length * Kernel.Predictions),
            Scale = Scale,
            IsPlanar = IsPlanar,
            Length = Length,
            Start = start,
            Count = length,
        };
        return Kernel.Run(segment, Order, LaneWidths.Best);
    }

    // By itself, as in PointwiseWork.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static CompensatedSum RunPinned(
        TupleKernel<T> kernel, in TupleBatch<T> batch, DerivativeOrder order, int degree)
    {
        fixed (T* predictions = batch.Predictions)
        fixed (T* targets = batch.Targets)
        fixed (T* weights = batch.Weights)
        fixed (T* losses = batch.Losses)
        fixed (T* gradient = batch.Gradient)
        fixed (T* hessian = batch.Hessian)
        {
            TupleWork<T> work = new()
            {
                Kernel = kernel,
                Order = order,
                Scale = batch.Scale,
                IsPlanar = batch.IsPlanar,
                Length = batch.Length,
                Predictions = new(predictions),
                Targets = new(targets),
                Weights = new(weights),
                Losses = new(losses),
                Gradient = new(gradient),
                Hessian = new(hessian),
            };
            return Segments.Run(work, batch.Length, kernel.Predictions + kernel.Targets, degree);
        }
    }
}
