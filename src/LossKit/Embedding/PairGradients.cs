namespace LossKit;

/// <summary>Where the gradients of a loss of pairs of rows or of series go.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct PairGradients<T> where T : unmanaged
{
    /// <summary>With respect to the first row of each pair.</summary>
    public Span<T> First { get; init; }

    /// <summary>With respect to the second.</summary>
    public Span<T> Second { get; init; }
}
