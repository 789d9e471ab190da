using System.Numerics;
using System.Runtime.CompilerServices;
using LossKit.Costs;
using LossKit.Lanes;

namespace LossKit.Kernels.Rows;

/// <summary>A batch of rows by its addresses, which stay pinned meanwhile.</summary>
internal readonly unsafe struct RowWork<T> : ISegmentWork where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly RowKernel<T> _kernel;
    private readonly DerivativeOrder _order;
    private readonly T _scale;
    private readonly int _columns;
    private readonly bool _hasIgnored;
    private readonly T* _predictions;
    private readonly int* _labels;
    private readonly T* _targets;
    private readonly T* _weights;
    private readonly T* _losses;
    private readonly T* _gradient;
    private readonly T* _hessian;

    private RowWork(
        RowKernel<T> kernel,
        in RowBatch<T> batch,
        DerivativeOrder order,
        T* predictions,
        int* labels,
        T* targets,
        T* weights,
        T* losses,
        T* gradient,
        T* hessian)
    {
        _kernel = kernel;
        _order = order;
        _scale = batch.Scale;
        _columns = batch.Columns;
        _hasIgnored = batch.HasIgnored;
        _predictions = predictions;
        _labels = labels;
        _targets = targets;
        _weights = weights;
        _losses = losses;
        _gradient = gradient;
        _hessian = hessian;
    }

    /// <summary>Evaluates a batch on at most <paramref name="degree"/> threads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CompensatedSum Run(
        RowKernel<T> kernel, in RowBatch<T> batch, DerivativeOrder order, int degree) =>
        batch.Predictions.Length <= Segments.LeastNumbers
            ? kernel.Run(batch, order, LaneWidths.Best)
            : RunPinned(kernel, batch, order, degree);

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
            RowWork<T> work = new(
                kernel, batch, order, predictions, labels, targets, weights, losses, gradient, hessian);
            return Segments.Run(work, batch.Rows, batch.Columns, degree);
        }
    }

    public CompensatedSum Run(int start, int length)
    {
        int first = start * _columns;
        int numbers = length * _columns;
        RowBatch<T> segment = new()
        {
            Columns = _columns,
            Predictions = Segments.Part(_predictions, first, numbers),
            Labels = Segments.Part(_labels, start, length),
            Targets = Segments.Part(_targets, first, numbers),
            Weights = Segments.Part(_weights, start, length),
            Losses = Segments.Part(_losses, start, length),
            Gradient = Segments.Part(_gradient, first, numbers),
            Hessian = Segments.Part(_hessian, first, numbers),
            Scale = _scale,
            HasIgnored = _hasIgnored,
        };
        return _kernel.Run(segment, _order, LaneWidths.Best);
    }
}
