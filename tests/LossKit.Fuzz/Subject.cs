using System.Numerics;

namespace LossKit.Fuzz;

internal delegate Cost ValueCall<T>(FuzzBatch<T> batch, ReadOnlySpan<T> weights)
    where T : unmanaged, IFloatingPointIeee754<T>;

internal delegate Cost LossesCall<T>(FuzzBatch<T> batch, Span<T> losses, ReadOnlySpan<T> weights)
    where T : unmanaged, IFloatingPointIeee754<T>;

internal delegate Cost DerivativesCall<T>(
    FuzzBatch<T> batch, Outputs<T> gradient, Outputs<T>? hessian, ReadOnlySpan<T> weights, Reduction reduction)
    where T : unmanaged, IFloatingPointIeee754<T>;

/// <summary>A loss or metric, how batches for it are drawn, and its calls, whatever kind it is of.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Draw">A batch at random.</param>
/// <param name="Value">The cost.</param>
internal sealed record Subject<T>(NamedMetric Loss, Func<Draw<T>, FuzzBatch<T>> Draw, ValueCall<T> Value)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many losses a batch has, if only the loss knows.</summary>
    public Func<FuzzBatch<T>, int>? Losses { get; init; }

    /// <summary>The cost and the losses that it is of, if it is of any.</summary>
    public LossesCall<T>? PerExample { get; init; }

    /// <summary>The cost and its derivatives, if it has any.</summary>
    public DerivativesCall<T>? Derivatives { get; init; }

    /// <summary>Whether weights are of losses, and not of rows that have several.</summary>
    public bool WeighsLosses { get; init; } = true;

    public bool HasHessian { get; init; }

    /// <summary>The cost, of numbers that the loss takes.</summary>
    public ValueCall<T>? Checked { get; init; }
}
