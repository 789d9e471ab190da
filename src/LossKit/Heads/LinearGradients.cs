namespace LossKit;

/// <summary>
/// Where the gradients of a loss on a linear layer go. Those of frozen inputs are left out, and cost nothing.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct LinearGradients<T> where T : unmanaged
{
    /// <summary>With respect to <see cref="Linear{T}.Hidden"/>.</summary>
    public Span<T> Hidden { get; init; }

    /// <summary>With respect to <see cref="Linear{T}.Prototypes"/>.</summary>
    public Span<T> Prototypes { get; init; }

    /// <summary>With respect to <see cref="Linear{T}.Bias"/>.</summary>
    public Span<T> Bias { get; init; }

    internal bool IsEmpty => Hidden.IsEmpty && Prototypes.IsEmpty && Bias.IsEmpty;

    internal void Clear()
    {
        Hidden.Clear();
        Prototypes.Clear();
        Bias.Clear();
    }
}
