using System.Globalization;

namespace LossKit.Benchmarks.Rows;

/// <summary>The shape of a batch of rows.</summary>
public readonly record struct RowShape(int Rows, int Classes)
{
    /// <summary>Few classes, a thousand, and the vocabularies of two language models.</summary>
    public static IReadOnlyList<RowShape> All { get; } =
        [new(65_536, 10), new(4_096, 1_000), new(256, 32_000), new(64, 128_256)];

    /// <summary>How many logits there are.</summary>
    public int Elements => Rows * Classes;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rows:N0} × {Classes:N0}");
}
