namespace LossKit.Benchmarks.Embeddings;

/// <summary>
/// Three batches of embeddings, near the unit sphere, and two of scores, with labels and room for their gradients.
/// </summary>
internal sealed class EmbeddingData
{
    public const int Scores = 65_543;

    private const int RowsOfClass = 10;

    private readonly Random _random = new(20260101);

    public EmbeddingData(EmbeddingShape shape)
    {
        Shape = shape;
        First = Batch(shape.Elements);
        Second = Batch(shape.Elements);
        Third = Batch(shape.Elements);
        Labels = [.. Enumerable.Range(0, shape.Rows).Select(_ => _random.Next(shape.Rows / RowsOfClass))];
        Similar = [.. Enumerable.Range(0, shape.Rows).Select(row => row % 2)];
        Signs = [.. Similar.Select(similar => 2 * similar - 1)];
        OfFirst = new float[shape.Elements];
        OfSecond = new float[shape.Elements];
        OfThird = new float[shape.Elements];
        FirstScores = Batch(Scores);
        SecondScores = Batch(Scores);
        ScoreSigns = [.. Enumerable.Range(0, Scores).Select(_ => 2 * _random.Next(2) - 1)];
    }

    public EmbeddingShape Shape { get; }

    public float[] First { get; }

    public float[] Second { get; }

    public float[] Third { get; }

    public float[] OfFirst { get; }

    public float[] OfSecond { get; }

    public float[] OfThird { get; }

    /// <summary>Classes of about ten rows.</summary>
    public int[] Labels { get; }

    /// <summary>1 and 0 by turns.</summary>
    public int[] Similar { get; }

    /// <summary>+1 and −1 by turns.</summary>
    public int[] Signs { get; }

    public float[] FirstScores { get; }

    public float[] SecondScores { get; }

    /// <summary>+1 and −1 at random.</summary>
    public int[] ScoreSigns { get; }

    public float[] OfFirstScores { get; } = new float[Scores];

    public float[] OfSecondScores { get; } = new float[Scores];

    private float[] Batch(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (_random.NextSingle() - 0.5f) / 8)];
}
