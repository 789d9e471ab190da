namespace LossKit;

/// <summary>Where the gradients of a loss of rankings go.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct RankingGradients<T> where T : unmanaged
{
    /// <summary>With respect to <see cref="Rankings{T}.Scores"/>; 0 for what is masked.</summary>
    public Span<T> Scores { get; init; }

    /// <summary>The diagonal of the Hessian with respect to <see cref="Rankings{T}.Scores"/>.</summary>
    public Span<T> Hessian { get; init; }
}
