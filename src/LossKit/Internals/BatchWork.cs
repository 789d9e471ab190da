namespace LossKit.Internals;

/// <summary>A batch with what evaluates its segments.</summary>
internal readonly ref struct BatchWork<T> : ISegmentWork where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The bytes of an output that nobody finds in a cache any more.</summary>
    private const long LeastStreamed = 1 << 23;

    private Kernel<T> Kernel { get; init; }

    private DerivativeOrder Order { get; init; }

    private Batch<T> Batch { get; init; }

    /// <summary>Evaluates a batch on at most <paramref name="degree"/> threads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CompensatedSum Run(Kernel<T> kernel, in Batch<T> batch, DerivativeOrder order, int degree) =>
        batch.Predictions.Length <= Segments.LeastNumbers
            ? kernel.Run(batch, order, LaneWidths.Best)
            : RunSegments(kernel, batch, order, degree);

    public CompensatedSum Run(int start, int length) =>
        Kernel.Run(Batch.Segment(start, length), Order, LaneWidths.Best);

    // By itself, because the preparation of its pinned variables would be noticed by short batches.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe CompensatedSum RunSegments(
        Kernel<T> kernel, in Batch<T> batch, DerivativeOrder order, int degree)
    {
        // What streams has to stay where it is.
        fixed (T* gradient = batch.Gradient)
        fixed (T* hessian = batch.Hessian)
        {
            bool streams = (long)batch.Predictions.Length * sizeof(T) >= LeastStreamed
                && ((nint)gradient | (nint)hessian) % sizeof(T) == 0;
            BatchWork<T> work = new() { Kernel = kernel, Order = order, Batch = batch with { Streams = streams } };
            return Segments.Run(work, batch.Length, kernel.NumbersOfExample(batch), degree);
        }
    }
}
