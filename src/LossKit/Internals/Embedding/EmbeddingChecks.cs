namespace LossKit.Internals.Embedding;

/// <summary>The checks that losses of embeddings share, all made before anything is written.</summary>
internal static class EmbeddingChecks
{
    public static int Dimension(int dimension) => dimension > 0
        ? dimension
        : throw new ArgumentOutOfRangeException(
            nameof(dimension), dimension, "'dimension' must be positive: how many numbers a row has.");

    /// <summary>Another input of as many rows, named <paramref name="name"/>.</summary>
    public static void SameLength(string name, int given, string other, int expected)
    {
        if (given != expected)
        {
            throw new ArgumentException(
                $"'{name}' has {given} entries, but '{other}' has {expected}: they must be of equal length.", name);
        }
    }

    public static void Weights<T>(ReadOnlySpan<T> weights, int expected, string things)
    {
        if (!weights.IsEmpty)
        {
            BatchChecks.Length("weights", weights.Length, expected, things);
        }
    }

    /// <summary>How many numbers of scratch memory or losses there are, if an array can hold them.</summary>
    public static int Numbers(long numbers, string things = "numbers of scratch memory") => numbers <= Array.MaxLength
        ? (int)numbers
        : throw new ArgumentException(FormattableString.Invariant(
            $"The batch has {numbers} {things}, but an array holds at most {Array.MaxLength}."));
}
