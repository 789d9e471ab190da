namespace LossKit.ML.Tests.Support;

/// <summary>Data of known numbers.</summary>
internal static class Data
{
    public static readonly float[] Scores = [2, -1, 0.5f, -3, 0, 1];
    public static readonly bool[] Flags = [true, false, false, true, true, false];

    /// <summary>A column of labels of some type, beside scores.</summary>
    public static IDataView Labelled<TLabel>(
        this MLContext context, IEnumerable<TLabel> labels, DataViewType? type = null)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row<TLabel>));
        if (type is not null)
        {
            schema["Label"].ColumnType = type;
        }

        return context.Data.LoadFromEnumerable(
            labels.Select((label, i) => new Row<TLabel> { Label = label, Score = Scores[i % Scores.Length] }),
            schema);
    }

    /// <summary>Rows to train a model by: y = 1.5a − 0.7b + 0.3 with noise, and whether that is positive.</summary>
    public static IDataView Examples(this MLContext context, int count = 300)
    {
        Random random = new(5);
        return context.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(_ =>
        {
            float[] features = [(float)random.NextDouble() - 0.5f, 2 * (float)random.NextDouble() - 1];
            float target = 1.5f * features[0] - 0.7f * features[1] + 0.3f + (float)(random.NextDouble() - 0.5);
            return new Example { Features = features, Target = target, Label = target > 0 };
        }).ToArray());
    }

    public sealed class Row<TLabel>
    {
        public TLabel Label { get; set; } = default!;

        public float Score { get; set; }
    }

    public sealed class Example
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public float Target { get; set; }

        public bool Label { get; set; }
    }
}
