using System.Numerics;

namespace LossKit.Tensors.Internals;

/// <summary>Some examples as spans, in the order that the loss reads.</summary>
internal readonly ref struct SpanBatch<T, TTarget>
    where T : unmanaged
    where TTarget : unmanaged
{
    public required ReadOnlySpan<T> Predictions { get; init; }

    public required ReadOnlySpan<TTarget> Targets { get; init; }

    public required ReadOnlySpan<T> Weights { get; init; }

    public required Span<T> Losses { get; init; }

    public required Span<T> Gradient { get; init; }

    public required Span<T> Hessian { get; init; }
}

/// <summary>A loss of whatever kind, by the verb that is asked for.</summary>
internal interface ISpanLoss<T, TTarget>
    where T : unmanaged
    where TTarget : unmanaged
{
    Cost Run(Verb verb, in SpanBatch<T, TTarget> batch, Reduction reduction);
}

/// <summary>A loss or metric of examples.</summary>
internal readonly struct OfExamples<T, TTarget>(IMetric<T, TTarget> metric) : ISpanLoss<T, TTarget>
    where T : unmanaged
    where TTarget : unmanaged
{
    public Cost Run(Verb verb, in SpanBatch<T, TTarget> batch, Reduction reduction) => verb switch
    {
        Verb.Value => metric.Value(batch.Predictions, batch.Targets, batch.Weights),
        Verb.PerExample => metric.PerExample(batch.Predictions, batch.Targets, batch.Losses, batch.Weights),
        Verb.Gradient => ((ILoss<T, TTarget>)metric).ValueAndGradient(
            batch.Predictions, batch.Targets, batch.Gradient, batch.Weights, reduction),
        _ => ((ISecondOrderLoss<T, TTarget>)metric).ValueGradientAndHessian(
            batch.Predictions, batch.Targets, batch.Gradient, batch.Hessian, batch.Weights, reduction),
    };
}

/// <summary>A loss of groups of as many entries each.</summary>
internal readonly struct OfGroups<T, TTarget>(IGroupedLoss<T, TTarget> loss, int width) : ISpanLoss<T, TTarget>
    where T : unmanaged
    where TTarget : unmanaged
{
    public Cost Run(Verb verb, in SpanBatch<T, TTarget> batch, Reduction reduction)
    {
        Groups groups = Groups.OfWidth(width);
        return verb switch
        {
            Verb.Value => loss.Value(batch.Predictions, batch.Targets, groups, batch.Weights),
            Verb.PerExample => loss.PerExample(
                batch.Predictions, batch.Targets, groups, batch.Losses, batch.Weights),
            Verb.Gradient => loss.ValueAndGradient(
                batch.Predictions, batch.Targets, groups, batch.Gradient, batch.Weights, reduction),
            _ => ((ISecondOrderGroupedLoss<T, TTarget>)loss).ValueGradientAndHessian(
                batch.Predictions, batch.Targets, groups, batch.Gradient, batch.Hessian, batch.Weights, reduction),
        };
    }
}

/// <summary>A metric of groups of as many entries each.</summary>
internal readonly struct OfRankedGroups<T>(IGroupedMetric<T> metric, int width) : ISpanLoss<T, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public Cost Run(Verb verb, in SpanBatch<T, T> batch, Reduction reduction)
    {
        Groups groups = Groups.OfWidth(width);
        return verb == Verb.Value
            ? metric.Value(batch.Predictions, batch.Targets, groups, batch.Weights)
            : metric.PerExample(batch.Predictions, batch.Targets, groups, batch.Losses, batch.Weights);
    }
}
