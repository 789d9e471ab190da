namespace LossKit;

/// <summary>
/// Where the gradients of <see cref="Loss.AdaptiveSoftmax"/> go. Those of frozen inputs are left out, and cost nothing.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct AdaptiveLinearGradients<T> where T : unmanaged
{
    /// <summary>With respect to <see cref="AdaptiveLinear{T}.Hidden"/>.</summary>
    public Span<T> Hidden { get; init; }

    /// <summary>With respect to <see cref="AdaptiveLinear{T}.Head"/>.</summary>
    public Span<T> Head { get; init; }

    /// <summary>With respect to <see cref="AdaptiveLinear{T}.HeadBias"/>.</summary>
    public Span<T> HeadBias { get; init; }

    /// <summary>With respect to <see cref="AdaptiveLinear{T}.Projections"/>.</summary>
    public Span<T> Projections { get; init; }

    /// <summary>With respect to <see cref="AdaptiveLinear{T}.Tails"/>.</summary>
    public Span<T> Tails { get; init; }

    internal bool IsEmpty =>
        Hidden.IsEmpty && Head.IsEmpty && HeadBias.IsEmpty && Projections.IsEmpty && Tails.IsEmpty;

    internal void Clear()
    {
        Hidden.Clear();
        Head.Clear();
        HeadBias.Clear();
        Projections.Clear();
        Tails.Clear();
    }
}
