namespace LossKit;

/// <summary>Where the gradients of a loss of times in intervals go.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct IntervalSurvivalGradients<T> where T : unmanaged
{
    /// <summary>With respect to <see cref="IntervalSurvival{T}.Predictions"/>.</summary>
    public Span<T> Predictions { get; init; }

    /// <summary>The diagonal of the Hessian, where the loss has one.</summary>
    public Span<T> Hessian { get; init; }
}
