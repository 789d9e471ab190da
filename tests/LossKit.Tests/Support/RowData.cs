using System.Numerics;

namespace LossKit.Tests.Support;

/// <summary>A batch of rows with all that may belong to it.</summary>
internal sealed record RowData<T>(int Columns, T[] Predictions, int[] Labels, T[] Probabilities, T[] Weights)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public int Rows => Labels.Length;

    public RowTargets<T> Targets => new(Labels, Probabilities);

    /// <summary>The batch of the given rows, in their order.</summary>
    public RowData<T> Pick(params IReadOnlyList<int> rows) => new(
        Columns,
        Cells(Predictions, rows),
        [.. rows.Select(row => Labels[row])],
        Cells(Probabilities, rows),
        [.. rows.Select(row => Weights[row])]);

    /// <summary>The same batch with memory of its own.</summary>
    public RowData<T> Copy() => Pick([.. Enumerable.Range(0, Rows)]);

    /// <summary>The same batch with more classes: masked, and without a share of the targets.</summary>
    public RowData<T> Padded(int columns) => this with
    {
        Columns = columns,
        Predictions = Widened(Predictions, columns, T.NegativeInfinity),
        Probabilities = Widened(Probabilities, columns, T.Zero),
    };

    public T[] Cells(ReadOnlySpan<T> matrix, params IReadOnlyList<int> rows)
    {
        List<T> cells = [];
        foreach (int row in rows)
        {
            cells.AddRange(matrix.Slice(row * Columns, Columns));
        }

        return [.. cells];
    }

    private T[] Widened(T[] matrix, int columns, T value) =>
        [.. Enumerable.Range(0, Rows * columns).Select(i => i % columns < Columns
            ? matrix[i / columns * Columns + i % columns]
            : value)];
}

/// <summary>Seeded batches of rows that suit a loss.</summary>
internal static class RowSamples
{
    /// <summary>Around the borders of lanes, of blocks, and of lanes across rows and along them.</summary>
    public static int[] ColumnCounts { get; } =
        [1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 65, 127, 128, 129, 200, 1000, 1025];

    /// <summary>Around the borders of lanes and of chunks of rows.</summary>
    public static int[] RowCounts { get; } = [0, 1, 2, 15, 16, 17, 63, 64, 65, 130];

    public static IEnumerable<int> Columns(RowLossInstance instance) =>
        ColumnCounts.Where(columns => columns >= instance.FewestClasses);

    /// <summary>Every number of columns with several numbers of rows, and the other way round.</summary>
    public static IEnumerable<(int Rows, int Columns)> Shapes(RowLossInstance instance) =>
        from columns in Columns(instance)
        from rows in RowCounts
        where columns <= 17 || (rows is 1 or 2 or 17 or 65 && rows * columns <= 2200) || (rows == 130 && columns == 128)
        select (rows, columns);

    public static RowData<T> Batch<T>(RowLossInstance instance, int rows, int columns, int seed = 1)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Random random = new(1000 * seed + columns);
        List<double> predictions = [];
        List<double> probabilities = [];
        int[] labels = new int[rows];
        T[] weights = new T[rows];
        for (int row = 0; row < rows; row++)
        {
            predictions.AddRange(Predictions(instance.Rows, columns, random));
            probabilities.AddRange(Targets(columns, random));
            labels[row] = random.Next(columns);
            weights[row] = T.CreateTruncating(row > 0 && random.Next(4) == 0 ? 0 : 0.1 + random.NextDouble() * 3);
        }

        return new(columns, Converted<T>(predictions), labels, Converted<T>(probabilities), weights);
    }

    private static T[] Converted<T>(List<double> numbers) where T : unmanaged, IFloatingPointIeee754<T> =>
        [.. numbers.Select(T.CreateTruncating)];

    private static IEnumerable<double> Predictions(RowKind kind, int columns, Random random)
    {
        double[] logits = [.. Enumerable.Range(0, columns).Select(_ => random.NextDouble() * 12 - 6)];
        double logTotal = Math.Log(logits.Sum(Math.Exp));
        return kind switch
        {
            // Steps exact in float, so that ties and kinks are met on purpose and never by rounding.
            RowKind.Scores => logits.Select(logit => Math.Round(4 * logit) / 8),
            RowKind.Probabilities => logits.Select(logit => Math.Exp(logit - logTotal)),
            RowKind.LogProbabilities => logits.Select(logit => logit - logTotal),
            _ => logits,
        };
    }

    /// <summary>One-hot, or with some zeros, or without any.</summary>
    private static IEnumerable<double> Targets(int columns, Random random)
    {
        int kind = random.Next(3);
        double[] shares = [.. Enumerable.Range(0, columns).Select(_ => kind == 1 && random.Next(2) == 0
            ? 0
            : Math.Exp(random.NextDouble() * 4))];
        int hot = random.Next(columns);
        shares[hot] = 1;
        double total = shares.Sum();
        return shares.Select((share, c) => kind == 0 ? (c == hot ? 1 : 0) : share / total);
    }
}

/// <summary>Output buffers of a batch of rows, between canaries.</summary>
internal sealed class RowOutputs<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Guard = 5;

    private readonly T[] _losses;
    private readonly T[] _firstGradient;
    private readonly T[] _gradient;
    private readonly T[] _hessian;

    public RowOutputs(int rows, int columns)
    {
        _losses = WithCanaries(rows);
        _firstGradient = WithCanaries(rows * columns);
        _gradient = WithCanaries(rows * columns);
        _hessian = WithCanaries(rows * columns);
    }

    public static T Canary => T.CreateTruncating(-123.5);

    public Span<T> Losses => Inside(_losses);

    /// <summary>Of a call that fills no Hessian.</summary>
    public Span<T> FirstGradient => Inside(_firstGradient);

    public Span<T> Gradient => Inside(_gradient);

    public Span<T> Hessian => Inside(_hessian);

    /// <summary>Calls what fills them all.</summary>
    public static RowOutputs<T> Of(
        AnyRowLoss<T> loss, RowData<T> data, ReadOnlySpan<T> weights, Reduction reduction, out Cost cost)
    {
        RowOutputs<T> outputs = new(data.Rows, data.Columns);
        cost = loss.Hessian(
            data.Predictions, data.Targets, outputs.Gradient, outputs.Hessian, weights, reduction);
        loss.PerExample(data.Predictions, data.Targets, outputs.Losses, weights);
        loss.Gradient(data.Predictions, data.Targets, outputs.FirstGradient, weights, reduction);
        outputs.ShouldHaveStayedInside();
        return outputs;
    }

    public void ShouldHaveStayedInside()
    {
        foreach (T[] buffer in new[] { _losses, _firstGradient, _gradient, _hessian })
        {
            buffer.AsSpan(..Guard).IndexOfAnyExcept(Canary).Should().Be(-1);
            buffer.AsSpan(^Guard..).IndexOfAnyExcept(Canary).Should().Be(-1);
        }
    }

    public void ShouldBeUntouched()
    {
        foreach (T[] buffer in new[] { _losses, _firstGradient, _gradient, _hessian })
        {
            buffer.AsSpan().IndexOfAnyExcept(Canary).Should().Be(-1);
        }
    }

    private static T[] WithCanaries(int length) => [.. Enumerable.Repeat(Canary, length + 2 * Guard)];

    private static Span<T> Inside(T[] buffer) => buffer.AsSpan(Guard..^Guard);
}
