namespace LossKit.Internals;

/// <summary>A batch by its addresses, which stay pinned meanwhile.</summary>
internal readonly unsafe struct BatchWork<T> : ISegmentWork where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The bytes of an output that nobody finds in a cache any more.</summary>
    private const long LeastStreamed = 1 << 23;

    private Kernel<T> Kernel { get; init; }

    private DerivativeOrder Order { get; init; }

    private T Scale { get; init; }

    private int Columns { get; init; }

    private int TargetColumns { get; init; }

    private int Pitch { get; init; }

    private bool HasIgnored { get; init; }

    private bool Streams { get; init; }

    private Pinned<T> Predictions { get; init; }

    private Pinned<T> Targets { get; init; }

    private Pinned<int> Labels { get; init; }

    private Pinned<T> Weights { get; init; }

    private Pinned<T> Losses { get; init; }

    private Pinned<T> Gradient { get; init; }

    private Pinned<T> Hessian { get; init; }

    /// <summary>Evaluates a batch on at most <paramref name="degree"/> threads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CompensatedSum Run(Kernel<T> kernel, in Batch<T> batch, DerivativeOrder order, int degree) =>
        batch.Predictions.Length <= Segments.LeastNumbers
            ? kernel.Run(batch, order, LaneWidths.Best)
            : RunPinned(kernel, batch, order, degree);

    public CompensatedSum Run(int start, int length)
    {
        Batch<T> segment = new()
        {
            Predictions = Part(Predictions, Columns, start, length),
            Targets = Part(Targets, TargetColumns, start, length),
            Labels = Labels.Slice(start, length),
            Weights = Weights.Slice(start, length),
            Losses = Losses.Slice(start, length),
            Gradient = Part(Gradient, Columns, start, length),
            Hessian = Part(Hessian, Columns, start, length),
            Scale = Scale,
            Columns = Columns,
            TargetColumns = TargetColumns,
            Pitch = Pitch,
            HasIgnored = HasIgnored,
            Streams = Streams,
        };
        return Kernel.Run(segment, Order, LaneWidths.Best);
    }

    private Span<T> Part(Pinned<T> numbers, int columns, int start, int length) => Pitch > 0
        ? numbers.Slice(start, columns == 0 ? 0 : (columns - 1) * Pitch + length)
        : numbers.Slice(start * columns, length * columns);

    // By itself, because the preparation of its pinned variables would be noticed by short batches.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static CompensatedSum RunPinned(Kernel<T> kernel, in Batch<T> batch, DerivativeOrder order, int degree)
    {
        fixed (T* predictions = batch.Predictions)
        fixed (T* targets = batch.Targets)
        fixed (int* labels = batch.Labels)
        fixed (T* weights = batch.Weights)
        fixed (T* losses = batch.Losses)
        fixed (T* gradient = batch.Gradient)
        fixed (T* hessian = batch.Hessian)
        {
            BatchWork<T> work = new()
            {
                Kernel = kernel,
                Order = order,
                Scale = batch.Scale,
                Columns = batch.Columns,
                TargetColumns = batch.TargetColumns,
                Pitch = batch.Pitch,
                HasIgnored = batch.HasIgnored,
                Streams = (long)batch.Predictions.Length * sizeof(T) >= LeastStreamed
                    && ((nint)gradient | (nint)hessian) % sizeof(T) == 0,
                Predictions = new(predictions),
                Targets = new(targets),
                Labels = new(labels),
                Weights = new(weights),
                Losses = new(losses),
                Gradient = new(gradient),
                Hessian = new(hessian),
            };
            return Segments.Run(work, batch.Length, kernel.NumbersOfExample(batch), degree);
        }
    }
}
