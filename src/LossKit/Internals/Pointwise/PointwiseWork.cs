namespace LossKit.Internals.Pointwise;

/// <summary>A pointwise batch by its addresses, which stay pinned meanwhile.</summary>
internal readonly unsafe struct PointwiseWork<T> : ISegmentWork where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The bytes of an output that nobody finds in a cache any more.</summary>
    private const long LeastStreamed = 1 << 23;

    private PointwiseKernel<T> Kernel { get; init; }

    private DerivativeOrder Order { get; init; }

    private T Scale { get; init; }

    private bool Streams { get; init; }

    private Pinned<T> Predictions { get; init; }

    private Pinned<T> Targets { get; init; }

    private Pinned<T> Weights { get; init; }

    private Pinned<T> Losses { get; init; }

    private Pinned<T> Gradient { get; init; }

    private Pinned<T> Hessian { get; init; }

    /// <summary>Evaluates a batch on at most <paramref name="degree"/> threads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CompensatedSum Run(
        PointwiseKernel<T> kernel, in PointwiseBatch<T> batch, DerivativeOrder order, int degree) =>
        batch.Length <= Segments.LeastNumbers
            ? kernel.Run(batch, order, LaneWidths.Best)
            : RunPinned(kernel, batch, order, degree);

    public CompensatedSum Run(int start, int length)
    {
        PointwiseBatch<T> segment = new()
        {
            Predictions = Predictions.Slice(start, length),
            Targets = Targets.Slice(start, length),
            Weights = Weights.Slice(start, length),
            Losses = Losses.Slice(start, length),
            Gradient = Gradient.Slice(start, length),
            Hessian = Hessian.Slice(start, length),
            Scale = Scale,
            Streams = Streams,
        };
        return Kernel.Run(segment, Order, LaneWidths.Best);
    }

    // By itself, because the preparation of its pinned variables would be noticed by short batches.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static CompensatedSum RunPinned(
        PointwiseKernel<T> kernel, in PointwiseBatch<T> batch, DerivativeOrder order, int degree)
    {
        fixed (T* predictions = batch.Predictions)
        fixed (T* targets = batch.Targets)
        fixed (T* weights = batch.Weights)
        fixed (T* losses = batch.Losses)
        fixed (T* gradient = batch.Gradient)
        fixed (T* hessian = batch.Hessian)
        {
            PointwiseWork<T> work = new()
            {
                Kernel = kernel,
                Order = order,
                Scale = batch.Scale,
                Streams = (long)batch.Length * sizeof(T) >= LeastStreamed
                    && ((nint)gradient | (nint)hessian) % sizeof(T) == 0,
                Predictions = new(predictions),
                Targets = new(targets),
                Weights = new(weights),
                Losses = new(losses),
                Gradient = new(gradient),
                Hessian = new(hessian),
            };
            return Segments.Run(work, batch.Length, 1, degree);
        }
    }
}
