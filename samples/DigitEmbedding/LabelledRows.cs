using System.Numerics.Tensors;
using Toolbox;

namespace DigitEmbedding;

/// <summary>Rows of numbers, one row a digit: its pixels, or what a network makes of them.</summary>
/// <param name="Values">Row by row.</param>
/// <param name="Labels">Which digit each row is.</param>
internal sealed record LabelledRows(float[] Values, int[] Labels)
{
    public int Count => Labels.Length;

    public int Columns => Values.Length / Labels.Length;

    public ReadOnlySpan<float> this[int row] => Values.AsSpan(row * Columns, Columns);

    /// <summary>Some of the rows, in the order of their indices.</summary>
    public LabelledRows Pick(ReadOnlySpan<int> indices)
    {
        float[] values = new float[indices.Length * Columns];
        int[] labels = new int[indices.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            this[indices[i]].CopyTo(values.AsSpan(i * Columns));
            labels[i] = Labels[indices[i]];
        }

        return new(values, labels);
    }

    /// <summary>What a network makes of the rows.</summary>
    public LabelledRows Through(Network network) => new(network.Forward(Values), Labels);

    /// <summary>The rows as points of the unit sphere.</summary>
    public LabelledRows Directions()
    {
        float[] values = new float[Values.Length];
        for (int row = 0; row < Count; row++)
        {
            TensorPrimitives.Divide(this[row], TensorPrimitives.Norm(this[row]), values.AsSpan(row * Columns, Columns));
        }

        return new(values, Labels);
    }
}
