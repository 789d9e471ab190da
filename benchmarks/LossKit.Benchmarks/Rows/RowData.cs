using System.Numerics.Tensors;

namespace LossKit.Benchmarks.Rows;

/// <summary>What the rows of predictions are.</summary>
internal enum RowKind
{
    Logits,
    LogProbabilities,
    Probabilities,
}

/// <summary>Rows made of logits uniform in [−4, 4], labels and rows of probabilities.</summary>
internal sealed class RowData
{
    private readonly float[] _unused;

    public RowData(RowShape shape)
    {
        Shape = shape;
        Predictions = new float[shape.Elements];
        Probabilities = new float[shape.Elements];
        Labels = new int[shape.Rows];
        Gradient = new float[shape.Elements];
        Hessian = new float[shape.Elements];
        _unused = Hessian;

        Random random = new(20240302);
        foreach (ref int label in Labels.AsSpan())
        {
            label = random.Next(shape.Classes);
        }

        // As targets, the reversed predictions serve: each is as likely as the other.
        Fill(RowKind.Probabilities);
        Predictions.CopyTo(Probabilities.AsSpan());
        Probabilities.AsSpan().Reverse();
        Fill(RowKind.Logits);
    }

    public RowShape Shape { get; }

    public float[] Predictions { get; }

    public float[] Probabilities { get; }

    public int[] Labels { get; }

    public float[] Gradient { get; }

    public float[] Hessian { get; }

    public void Fill(RowKind kind)
    {
        BenchmarkData.Fill<float>(Predictions, _unused);
        if (kind == RowKind.Logits)
        {
            return;
        }

        for (int start = 0; start < Predictions.Length; start += Shape.Classes)
        {
            Span<float> row = Predictions.AsSpan(start, Shape.Classes);
            TensorPrimitives.SoftMax<float>(row, row);
            if (kind == RowKind.LogProbabilities)
            {
                TensorPrimitives.Log<float>(row, row);
            }
        }
    }
}
