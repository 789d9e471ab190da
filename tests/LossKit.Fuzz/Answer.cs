using System.Numerics;

namespace LossKit.Fuzz;

/// <summary>What all calls of a loss say of a batch.</summary>
internal sealed record Answer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public required Cost Value { get; init; }

    /// <summary>The cost beside the losses, if there are any.</summary>
    public Cost? PerExample { get; init; }

    public T[] Losses { get; init; } = [];

    /// <summary>The cost beside each order of derivatives, and these.</summary>
    public List<(Cost Cost, Outputs<T> Outputs)> Derivatives { get; } = [];
}
