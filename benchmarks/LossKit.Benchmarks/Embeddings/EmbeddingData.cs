namespace LossKit.Benchmarks.Embeddings;

/// <summary>Three batches of embeddings, near the unit sphere, with labels and room for their gradients.</summary>
internal sealed class EmbeddingData
{
    public const int Rows = 1024;
    public const int Dimension = 768;

    private const int Classes = 100;

    private readonly Random _random = new(20260101);

    public EmbeddingData()
    {
        First = Batch();
        Second = Batch();
        Third = Batch();
        Labels = [.. Enumerable.Range(0, Rows).Select(_ => _random.Next(Classes))];
        Similar = [.. Enumerable.Range(0, Rows).Select(row => row % 2)];
        Signs = [.. Similar.Select(similar => 2 * similar - 1)];
    }

    public float[] First { get; }

    public float[] Second { get; }

    public float[] Third { get; }

    public float[] OfFirst { get; } = new float[Rows * Dimension];

    public float[] OfSecond { get; } = new float[Rows * Dimension];

    public float[] OfThird { get; } = new float[Rows * Dimension];

    /// <summary>Classes.</summary>
    public int[] Labels { get; }

    /// <summary>1 and 0 by turns.</summary>
    public int[] Similar { get; }

    /// <summary>+1 and −1 by turns.</summary>
    public int[] Signs { get; }

    private float[] Batch() =>
        [.. Enumerable.Range(0, Rows * Dimension).Select(_ => (_random.NextSingle() - 0.5f) / 8)];
}
