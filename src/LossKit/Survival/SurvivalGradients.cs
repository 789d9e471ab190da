namespace LossKit;

/// <summary>Where the gradients of a loss of survival go.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct SurvivalGradients<T> where T : unmanaged
{
    /// <summary>With respect to <see cref="Survival{T}.Risks"/>.</summary>
    public Span<T> Risks { get; init; }

    /// <summary>The diagonal of the Hessian with respect to <see cref="Survival{T}.Risks"/>.</summary>
    public Span<T> Hessian { get; init; }
}
