using System.Numerics;
using System.Runtime.CompilerServices;
using LossKit.Costs;
using LossKit.Lanes;

namespace LossKit.Kernels;

/// <summary>A pointwise batch by its addresses, which stay pinned meanwhile.</summary>
internal readonly unsafe struct PointwiseWork<T> : ISegmentWork where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The bytes of an output that nobody finds in a cache any more.</summary>
    private const long LeastStreamed = 1 << 23;

    private readonly PointwiseKernel<T> _kernel;
    private readonly DerivativeOrder _order;
    private readonly T _scale;
    private readonly bool _streams;
    private readonly T* _predictions;
    private readonly T* _targets;
    private readonly T* _weights;
    private readonly T* _losses;
    private readonly T* _gradient;
    private readonly T* _hessian;

    private PointwiseWork(
        PointwiseKernel<T> kernel,
        DerivativeOrder order,
        T scale,
        bool streams,
        T* predictions,
        T* targets,
        T* weights,
        T* losses,
        T* gradient,
        T* hessian)
    {
        _kernel = kernel;
        _order = order;
        _scale = scale;
        _streams = streams;
        _predictions = predictions;
        _targets = targets;
        _weights = weights;
        _losses = losses;
        _gradient = gradient;
        _hessian = hessian;
    }

    /// <summary>Evaluates a batch on at most <paramref name="degree"/> threads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CompensatedSum Run(
        PointwiseKernel<T> kernel, in PointwiseBatch<T> batch, DerivativeOrder order, int degree) =>
        batch.Length <= Segments.LeastNumbers
            ? kernel.Run(batch, order, LaneWidths.Best)
            : RunPinned(kernel, batch, order, degree);

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
            bool streams = (long)batch.Length * sizeof(T) >= LeastStreamed
                && ((nint)gradient | (nint)hessian) % sizeof(T) == 0;
            PointwiseWork<T> work = new(
                kernel, order, batch.Scale, streams, predictions, targets, weights, losses, gradient, hessian);
            return Segments.Run(work, batch.Length, 1, degree);
        }
    }

    public CompensatedSum Run(int start, int length)
    {
        PointwiseBatch<T> segment = new()
        {
            Predictions = Segments.Part(_predictions, start, length),
            Targets = Segments.Part(_targets, start, length),
            Weights = Segments.Part(_weights, start, length),
            Losses = Segments.Part(_losses, start, length),
            Gradient = Segments.Part(_gradient, start, length),
            Hessian = Segments.Part(_hessian, start, length),
            Scale = _scale,
            Streams = _streams,
        };
        return _kernel.Run(segment, _order, LaneWidths.Best);
    }
}
