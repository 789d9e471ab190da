namespace LossKit;

/// <summary>Rows of a student's logits beside its teacher's.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct Distillation<T> where T : unmanaged
{
    /// <summary>The predictions, rows × classes.</summary>
    public required ReadOnlySpan<T> Logits { get; init; }

    /// <summary>The teacher's, rows × classes.</summary>
    public required ReadOnlySpan<T> Teacher { get; init; }

    /// <summary>The true class of each row, for losses that ask for it.</summary>
    public ReadOnlySpan<int> Labels { get; init; }

    /// <summary>Which rows there are; what is masked has no part, whatever it holds. None means all.</summary>
    public ReadOnlySpan<bool> Mask { get; init; }
}

/// <summary>Where the gradients of a loss of distillation go.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct DistillationGradients<T> where T : unmanaged
{
    /// <summary>With respect to <see cref="Distillation{T}.Logits"/>; 0 for what is masked.</summary>
    public Span<T> Logits { get; init; }
}
