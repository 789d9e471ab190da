using System.Runtime.InteropServices;

namespace LossKit.Internals.Rows;

/// <summary>The memory of a chunk for what there is one of a row.</summary>
internal readonly ref struct PerRow<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The most rows of a chunk: enough lanes that the latencies of one hide behind the others.</summary>
    public const int Capacity = 64;

    public const int Numbers = ((int)RowNumber.Curvature + 1) * Capacity;

    private readonly Span<T> _numbers;
    private readonly Span<int> _columns;

    /// <summary>With what <see cref="Fill"/> will not fill in.</summary>
    public PerRow(Span<T> numbers, Span<int> columns, in Batch<T> batch, ClassOptions<T> classes)
    {
        _numbers = numbers;
        _columns = columns;
        if (batch.Weights.IsEmpty)
        {
            Of(RowNumber.Weight).Fill(T.One);
        }

        if (batch.Labels.IsEmpty)
        {
            Of(RowNumber.Label).Clear();
            Of(RowNumber.Score).Clear();
        }

        if (batch.Labels.IsEmpty || classes.Weights.IsEmpty)
        {
            Of(RowNumber.LabelWeight).Fill(T.One);
        }
    }

    /// <summary>The columns of the labels.</summary>
    public ReadOnlySpan<int> Columns => _columns;

    public ref T Start => ref MemoryMarshal.GetReference(_numbers);

    public Span<T> Of(RowNumber number) => _numbers.Slice((int)number * Capacity, Capacity);

    /// <summary>
    /// Fills in what belongs to the rows. A single row has its numbers in the whole of a lane of
    /// <paramref name="spread"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(in Batch<T> batch, ReadOnlySpan<int> rows, int spread, ClassOptions<T> classes)
    {
        if (!batch.Weights.IsEmpty)
        {
            ReadOnlySpan<T> source = batch.Weights;
            Span<T> weights = Of(RowNumber.Weight);
            for (int k = 0; k < rows.Length; k++)
            {
                weights[k] = source[rows[k]];
            }

            Spread(weights, spread);
        }

        if (batch.Labels.IsEmpty)
        {
            if (batch.HasPlaces)
            {
                Span<T> places = Of(RowNumber.Label);
                for (int k = 0; k < rows.Length; k++)
                {
                    places[k] = batch.Targets[rows[k]];
                }

                Spread(places, spread);
            }

            return;
        }

        ReadOnlySpan<int> sourceOfLabels = batch.Labels;
        ReadOnlySpan<T> predictions = batch.Predictions;
        Span<T> labels = Of(RowNumber.Label);
        Span<T> scores = Of(RowNumber.Score);
        Span<int> columns = _columns;
        int width = batch.Columns;
        for (int k = 0; k < rows.Length; k++)
        {
            int row = rows[k];
            int label = sourceOfLabels[row];
            columns[k] = label;
            labels[k] = typeof(T) == typeof(float) ? (T)(object)(float)label : (T)(object)(double)label;

            // Where columns are thresholds the last label has none.
            scores[k] = predictions[row * width + Math.Min(label, width - 1)];
        }

        Spread(labels, spread);
        Spread(scores, spread);
        if (!classes.Weights.IsEmpty)
        {
            ReadOnlySpan<T> classWeights = classes.Weights;
            Span<T> labelWeights = Of(RowNumber.LabelWeight);
            for (int k = 0; k < rows.Length; k++)
            {
                labelWeights[k] = classWeights[Math.Min(columns[k], width - 1)];
            }

            Spread(labelWeights, spread);
        }
    }

    public void CopyLosses(ReadOnlySpan<int> rows, Span<T> losses)
    {
        for (int k = 0; k < rows.Length; k++)
        {
            losses[rows[k]] = Of(RowNumber.Loss)[k];
        }
    }

    private static void Spread(Span<T> lane, int spread) => lane[..spread].Fill(lane[0]);
}
