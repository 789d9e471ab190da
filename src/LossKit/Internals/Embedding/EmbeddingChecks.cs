namespace LossKit.Internals.Embedding;

/// <summary>The checks that losses of embeddings share, all made before anything is written.</summary>
internal static class EmbeddingChecks
{
    public static int Dimension(int dimension) =>
        BatchChecks.Positive(dimension, "how many numbers a row has");

    /// <summary>How many numbers of scratch memory or losses there are, if an array can hold them.</summary>
    public static int Numbers(long numbers, string things = "numbers of scratch memory") => numbers <= Array.MaxLength
        ? (int)numbers
        : throw new ArgumentException(FormattableString.Invariant(
            $"The batch has {numbers} {things}, but an array holds at most {Array.MaxLength}."));
}
