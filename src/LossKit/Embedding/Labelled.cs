namespace LossKit;

/// <summary>
/// Embeddings with labels: rows of one label are to lie near each other, rows of different ones apart.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct Labelled<T> where T : unmanaged
{
    /// <summary>Rows × dimension, row by row.</summary>
    public required ReadOnlySpan<T> Embeddings { get; init; }

    /// <summary>Any integers, one a row; all labels are alike, none is ignored.</summary>
    public required ReadOnlySpan<int> Labels { get; init; }

    /// <summary>
    /// What each row is compared with in place of the other rows, such as earlier batches: references × dimension. None
    /// by default.
    /// </summary>
    public ReadOnlySpan<T> References { get; init; }

    /// <summary>One a reference; any integers.</summary>
    public ReadOnlySpan<int> ReferenceLabels { get; init; }

    /// <summary>
    /// Learnt distances that part near rows from far ones, if the loss takes any: one for all, or one a label; labels
    /// then count from 0.
    /// </summary>
    public ReadOnlySpan<T> Boundaries { get; init; }

    /// <inheritdoc cref="Views{T}.Scale"/>
    public ReadOnlySpan<T> Scale { get; init; }
}
