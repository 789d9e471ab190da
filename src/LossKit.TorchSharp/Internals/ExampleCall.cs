using System.Runtime.InteropServices;
using LossKit.HalfPrecision;

namespace LossKit.TorchSharp.Internals;

// Here, because TorchSharp has a type of that name as well.
using BFloat16 = HalfPrecision.BFloat16;

/// <summary>A call of a loss or metric of examples on tensors, whatever these are stored in.</summary>
internal readonly struct ExampleCall<T, TTarget>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged
{
    public required IMetric<T, TTarget> Metric { get; init; }

    public required Tensor Prediction { get; init; }

    public Tensor? Target { get; init; }

    public Tensor? Weight { get; init; }

    /// <summary>
    /// Whether the loss reads numbers of 16 bits where they lie, and all are such: targets of more digits would lose
    /// them.
    /// </summary>
    private bool IsStored => TensorTypes.IsHalf(Prediction.dtype)
        && Metric is PointwiseLoss<float> or RowLoss<float, TTarget>
        && (typeof(TTarget) == typeof(int) || Target?.dtype == Prediction.dtype);

    /// <summary>The cost alone.</summary>
    public Cost Value()
    {
        TensorSpans<T> spans = new(wantsGradients: false);
        try
        {
            return Reduce(spans, default);
        }
        finally
        {
            spans.Free();
        }
    }

    /// <summary>The reduced losses as a tensor, with a history if the prediction asks for one.</summary>
    /// <param name="reductions">What becomes of the losses.</param>
    /// <param name="shapes">Which axes the losses have.</param>
    /// <param name="cost">The cost.</param>
    public Tensor Forward(Reductions reductions, ExampleShapes shapes, out Cost cost)
    {
        TensorSpans<T> spans = new(is_grad_enabled());
        Tensor? value = null;
        try
        {
            long? axis = null;
            if (reductions.Kind == nn.Reduction.None)
            {
                value = empty(shapes.Losses, TensorTypes.Of<T>(), CPU);
                axis = shapes.Axis;
                cost = Reduce(spans, reductions, MemoryMarshal.Cast<byte, T>(value.bytes));
            }
            else
            {
                cost = Reduce(spans, reductions);
                value = tensor(reductions.Of(cost), TensorTypes.Of<T>());
            }

            Tensor result = value;
            value = null;
            return spans.Result(result, IsStored ? reductions.Share(cost) : 1, axis);
        }
        finally
        {
            value?.Dispose();
            spans.Free();
        }
    }

    /// <summary>The cost, the gradient if one is asked for and, where there is room for them, the losses.</summary>
    private Cost Reduce(TensorSpans<T> spans, Reductions reductions, Span<T> losses = default)
    {
        if (reductions.Kind != nn.Reduction.None && IsStored)
        {
            return Prediction.dtype == ScalarType.Float16 ? ReduceStored<Half>(spans) : ReduceStored<BFloat16>(spans);
        }

        ReadOnlySpan<T> predictions = spans.Numbers(Prediction, "prediction");
        ReadOnlySpan<TTarget> targets = spans.Targets<TTarget>(Target, "target");
        ReadOnlySpan<T> weights = spans.Numbers(Weight, "weight");
        Span<T> gradient = spans.Gradient<T>(Prediction);
        spans.CheckGradients();
        Cost? ofEach = losses.IsEmpty ? null : EachLoss(predictions, targets, losses, weights);
        return spans.HasGradients
            ? ((ILoss<T, TTarget>)Metric).ValueAndGradient(
                predictions, targets, gradient, weights, reductions.OfGradient)
            : ofEach ?? Metric.Value(predictions, targets, weights);
    }

    /// <summary>The sum's gradient, because that of a mean over many has fewer digits in 16 bits.</summary>
    private Cost ReduceStored<TNumber>(TensorSpans<T> spans) where TNumber : unmanaged
    {
        ReadOnlySpan<TNumber> predictions = spans.Read<TNumber>(Prediction, "prediction");
        ReadOnlySpan<float> weights = MemoryMarshal.Cast<T, float>(spans.Numbers(Weight, "weight"));
        Span<TNumber> gradient = spans.Gradient<TNumber>(Prediction);
        if (Metric is ILoss<float, int> ofLabels)
        {
            ReadOnlySpan<int> labels = spans.Labels(Target, "target");
            spans.CheckGradients();
            return spans.HasGradients
                ? ofLabels.ValueAndGradient(predictions, labels, gradient, weights, Reduction.Sum)
                : ofLabels.Value(predictions, labels, weights);
        }

        ILoss<float, float> loss = (ILoss<float, float>)Metric;
        ReadOnlySpan<TNumber> targets = spans.Read<TNumber>(Target, "target");
        spans.CheckGradients();
        return spans.HasGradients
            ? loss.ValueAndGradient(predictions, targets, gradient, weights, Reduction.Sum)
            : loss.Value(predictions, targets, weights);
    }

    /// <summary>Each loss times its weight.</summary>
    private Cost EachLoss(
        ReadOnlySpan<T> predictions, ReadOnlySpan<TTarget> targets, Span<T> losses, ReadOnlySpan<T> weights)
    {
        Cost cost = Metric.PerExample(predictions, targets, losses, weights);
        if (!weights.IsEmpty)
        {
            int each = losses.Length / weights.Length;
            for (int i = 0; i < losses.Length; i++)
            {
                // What a weight of 0 covers may be NaN.
                T weight = weights[i / each];
                losses[i] = T.IsZero(weight) ? T.Zero : weight * losses[i];
            }
        }

        return cost;
    }
}
