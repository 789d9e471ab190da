using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LossKit.Tests.Support;

/// <summary>What a batch of rows is compared with; a loss takes the part it needs.</summary>
internal readonly ref struct RowTargets<T>(ReadOnlySpan<int> labels, ReadOnlySpan<T> probabilities)
{
    public ReadOnlySpan<int> Labels { get; } = labels;

    public ReadOnlySpan<T> Probabilities { get; } = probabilities;
}

/// <summary>A loss over rows, whatever its targets are.</summary>
internal abstract class AnyRowLoss<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public abstract Cost Value(
        ReadOnlySpan<T> predictions, RowTargets<T> targets, ReadOnlySpan<T> weights = default);

    public abstract Cost PerExample(
        ReadOnlySpan<T> predictions, RowTargets<T> targets, Span<T> losses, ReadOnlySpan<T> weights = default);

    public abstract Cost Gradient(
        ReadOnlySpan<T> predictions,
        RowTargets<T> targets,
        Span<T> gradient,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean);

    public abstract Cost Hessian(
        ReadOnlySpan<T> predictions,
        RowTargets<T> targets,
        Span<T> gradient,
        Span<T> hessian,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean);

    /// <summary>Everything on lanes of a given width, with derivatives of the sum.</summary>
    /// <returns>The weighted sum of the losses.</returns>
    public abstract double Run(LaneWidth width, RowData<T> data, RowOutputs<T> outputs);
}

internal sealed class RowLossUnderTest<T, TTarget>(RowLoss<T, TTarget> loss) : AnyRowLoss<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged
{
    private static bool HasLabels => typeof(TTarget) == typeof(int);

    private bool HasPlaces => !HasLabels && loss.Shape.Targets == 1 && loss.Classes > 1;

    public override Cost Value(ReadOnlySpan<T> predictions, RowTargets<T> targets, ReadOnlySpan<T> weights = default) =>
        loss.Value(predictions, Of(targets), weights);

    public override Cost PerExample(
        ReadOnlySpan<T> predictions, RowTargets<T> targets, Span<T> losses, ReadOnlySpan<T> weights = default) =>
        loss.PerExample(predictions, Of(targets), losses, weights);

    public override Cost Gradient(
        ReadOnlySpan<T> predictions,
        RowTargets<T> targets,
        Span<T> gradient,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean) =>
        loss.ValueAndGradient(predictions, Of(targets), gradient, weights, reduction);

    public override Cost Hessian(
        ReadOnlySpan<T> predictions,
        RowTargets<T> targets,
        Span<T> gradient,
        Span<T> hessian,
        ReadOnlySpan<T> weights = default,
        Reduction reduction = Reduction.Mean) =>
        loss.ValueGradientAndHessian(predictions, Of(targets), gradient, hessian, weights, reduction);

    public override double Run(LaneWidth width, RowData<T> data, RowOutputs<T> outputs)
    {
        Batch<T> batch = new()
        {
            Columns = data.Columns,
            Predictions = data.Predictions,
            Labels = HasLabels ? data.Labels : [],
            Targets = HasLabels ? [] : MemoryMarshal.Cast<TTarget, T>(Of(data.Targets)),
            TargetColumns = loss.Shape.Targets,
            Weights = data.Weights,
            Losses = outputs.Losses,
            Gradient = outputs.Gradient,
            Hessian = outputs.Hessian,
            Scale = T.One,
        };
        return loss.Kernel.Run(batch, DerivativeOrder.Hessian, width).Total;
    }

    private ReadOnlySpan<TTarget> Of(RowTargets<T> targets) => HasLabels
        ? MemoryMarshal.Cast<int, TTarget>(targets.Labels)
        : MemoryMarshal.Cast<T, TTarget>(
            HasPlaces ? Places(targets) : loss.Shape.Targets == 0 ? default : targets.Probabilities);

    private T[] Places(RowTargets<T> targets)
    {
        T[] places = new T[targets.Labels.Length];
        for (int row = 0; row < places.Length; row++)
        {
            double probability = double.CreateTruncating(targets.Probabilities[row * loss.Classes]);
            places[row] = T.CreateTruncating(RowReferences.Place(targets.Labels[row], probability));
        }

        return places;
    }
}
