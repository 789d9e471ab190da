namespace LossKit;

/// <summary>
/// Queries with keys among which each has one that matches: text with images, questions with passages. Key i matches
/// query i, unless the loss says otherwise.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct Retrieval<T> where T : unmanaged
{
    /// <summary>Queries × dimension, row by row.</summary>
    public required ReadOnlySpan<T> Queries { get; init; }

    /// <summary>
    /// Keys × dimension; there may be more of them than queries, if the loss is not of both directions.
    /// </summary>
    public required ReadOnlySpan<T> Keys { get; init; }

    /// <summary>
    /// Further keys that match no query, such as mined hard negatives: blocks of one for each query. None by default.
    /// </summary>
    public ReadOnlySpan<T> Negatives { get; init; }

    /// <summary>
    /// What each key is; all differ by default. A key with the label of a query's match is no negative of that query.
    /// <see cref="Loss.NPairs"/> needs labels: such keys are the positives of that query. <see cref="Loss.SigLip"/>
    /// takes none.
    /// </summary>
    public ReadOnlySpan<int> Labels { get; init; }

    /// <summary>
    /// One number that products are multiplied with, an inverse temperature; the loss' own by default.
    /// </summary>
    public ReadOnlySpan<T> Scale { get; init; }

    /// <summary>One number that is added to them, if the loss takes any; 0 by default.</summary>
    public ReadOnlySpan<T> Bias { get; init; }
}
