using System.Numerics;

namespace LossKit.Conformance;

/// <summary>
/// A loss with the inputs of a case, ready to be asked. Whatever it differentiates is one array here, and so is each
/// derivative; <see cref="Inputs"/> says which numbers of the case they are.
/// </summary>
internal sealed record LossCall<T>(Gathering<T> Inputs) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>What the names of the verbs are followed by, where one loss is called in several ways.</summary>
    public string Way { get; init; } = "";

    public required Func<T[], Cost> Value { get; init; }

    /// <summary>Losses, weights.</summary>
    public required Func<T[], T[], Cost> PerExample { get; init; }

    /// <summary>Gradient, weights, reduction; null if a metric has none.</summary>
    public Func<T[], T[], Reduction, Cost>? ValueAndGradient { get; init; }

    /// <summary>Gradient, Hessian, weights, reduction; null if the loss has none.</summary>
    public Func<T[], T[], T[], Reduction, Cost>? ValueGradientAndHessian { get; init; }
}
