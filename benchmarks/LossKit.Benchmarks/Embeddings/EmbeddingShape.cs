using System.Globalization;

namespace LossKit.Benchmarks.Embeddings;

/// <summary>The shape of a batch of embeddings.</summary>
internal readonly record struct EmbeddingShape(int Rows, int Dimension)
{
    /// <summary>What is measured.</summary>
    public static EmbeddingShape Usual { get; } = new(1_024, 768);

    /// <summary>How many numbers a batch has.</summary>
    public int Elements => Rows * Dimension;

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"embeddings {Rows:N0} × {Dimension:N0}");
}
