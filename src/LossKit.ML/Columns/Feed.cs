using System.Buffers;

namespace LossKit.ML.Columns;

/// <summary>What a batch of rows costs.</summary>
internal delegate Cost BatchCost<TTarget>(
    ReadOnlySpan<float> predictions, ReadOnlySpan<TTarget> targets, Groups groups, ReadOnlySpan<float> weights);

/// <summary>The columns of one metric.</summary>
internal readonly record struct FeedColumns(
    string Metric, ColumnReader Score, ColumnReader? Label, ScalarReader? Weight, ScalarReader? Group);

/// <summary>One metric, and the rows on their way to it.</summary>
internal abstract class Feed : IDisposable
{
    /// <summary>The cost of the batches so far.</summary>
    public Cost Cost { get; private protected set; }

    /// <summary>Adds the row where the columns are.</summary>
    public abstract void Add(long row);

    /// <summary>Computes what is left.</summary>
    public abstract void Flush();

    public abstract void Dispose();
}

/// <summary>Collects rows in rented memory until they are a batch.</summary>
internal sealed class Feed<TTarget, TEncoding> : Feed
    where TTarget : unmanaged
    where TEncoding : struct, IEncoding<TTarget>
{
    // What is in the caches when a metric reads it.
    private const int BatchEntries = 1 << 16;
    private const int MostRows = 1024;
    private const int FewestRows = 16;

    private readonly FeedColumns _columns;
    private readonly BatchCost<TTarget> _cost;
    private readonly Shape _shape;
    private readonly int _batchRows;
    private int _capacity;
    private float[] _predictions;
    private TTarget[] _targets;
    private float[] _weights;
    private int[] _lengths;
    private int _rows;
    private int _groups;
    private bool _begins = true;
    private long _firstRow;
    private long _lastRow;

    public Feed(FeedColumns columns, Shape shape, BatchCost<TTarget> cost)
    {
        _columns = columns;
        _shape = shape;
        _cost = cost;
        Check(columns.Score, shape.Predictions, "prediction");
        if (columns.Label is not null)
        {
            Check(columns.Label, shape.Targets, "target");
        }

        _batchRows = Math.Clamp(BatchEntries / Math.Max(shape.Predictions, 1), FewestRows, MostRows);
        _capacity = _batchRows;
        _predictions = ArrayPool<float>.Shared.Rent(_capacity * shape.Predictions);
        _targets = ArrayPool<TTarget>.Shared.Rent(_capacity * shape.Targets);
        _weights = ArrayPool<float>.Shared.Rent(_capacity);
        _lengths = ArrayPool<int>.Shared.Rent(columns.Group is null ? 0 : _capacity);
    }

    public override void Add(long row)
    {
        // Also where the first row of a group has no label.
        _begins |= _columns.Group is null or { HasChanged: true };
        if (_columns.Label is { IsMissing: true } || _columns.Group is { IsMissing: true })
        {
            return;
        }

        if (_rows >= _batchRows && _begins)
        {
            Flush();
        }
        else if (_rows == _capacity)
        {
            Grow();
        }

        _firstRow = _rows == 0 ? row : _firstRow;
        AddWeight(_begins, row);
        Put<float, Numbers>(_columns.Score, _predictions, _shape.Predictions, row);
        if (_columns.Label is not null)
        {
            Put<TTarget, TEncoding>(_columns.Label, _targets, _shape.Targets, row);
        }

        _rows++;
        _begins = false;
        _lastRow = row;
    }

    public override void Flush()
    {
        if (_rows == 0)
        {
            return;
        }

        bool areGroups = _columns.Group is not null;
        Span<float> predictions = Filled(_predictions.AsSpan(), _shape.Predictions);
        Span<TTarget> targets = Filled(_targets.AsSpan(), _shape.Targets);
        Groups groups = areGroups ? Groups.OfLengths(_lengths.AsSpan(0, _groups)) : default;
        int weights = _columns.Weight is null ? 0 : areGroups ? _groups : _rows;
        try
        {
            Cost += _cost(predictions, targets, groups, _weights.AsSpan(0, weights));
        }
        catch (ArgumentException refusal)
        {
            throw Refusal.Of(
                FormattableString.Invariant($"'{_columns.Metric}' refuses rows {_firstRow} to {_lastRow} of the data, ")
                + $"where predictions are '{_columns.Score.Name}' and targets '{_columns.Label?.Name}': "
                + refusal.Message,
                cause: refusal);
        }

        (_rows, _groups) = (0, 0);
    }

    public override void Dispose()
    {
        ArrayPool<float>.Shared.Return(_predictions);
        ArrayPool<TTarget>.Shared.Return(_targets);
        ArrayPool<float>.Shared.Return(_weights);
        ArrayPool<int>.Shared.Return(_lengths);
    }

    private void Check(ColumnReader column, int expected, string what)
    {
        if ((column.Size ?? 1) == expected)
        {
            return;
        }

        string hint = expected == 1 ? "; a pointwise loss of rows is OverRows" : "";
        throw Refusal.Of(
            FormattableString.Invariant($"The column '{column.Name}' is {column.Type}, but '{_columns.Metric}' takes ")
            + FormattableString.Invariant($"{expected} {what}{(expected == 1 ? "" : "s")} a row: expected ")
            + (expected == 1 ? "one number" : FormattableString.Invariant($"a vector of {expected}")) + $"{hint}.");
    }

    private void AddWeight(bool begins, long row)
    {
        float weight = (float)(_columns.Weight?.Number ?? 1);
        int index = _columns.Group is null ? _rows : begins ? _groups : _groups - 1;
        if (_columns.Group is not null)
        {
            _lengths[index] = begins ? 1 : _lengths[index] + 1;
            _groups = index + 1;
        }

        if (!begins && !weight.Equals(_weights[index]))
        {
            throw Refusal.Of(
                FormattableString.Invariant($"The column '{_columns.Weight!.Name}' is {weight} in row {row} of the ")
                + FormattableString.Invariant($"data, but {_weights[index]} before, in the same group: a group has ")
                + "one weight.");
        }

        _weights[index] = weight;
    }

    private void Put<TNumber, TNumberEncoding>(ColumnReader column, Span<TNumber> numbers, int each, long row)
        where TNumberEncoding : struct, IEncoding<TNumber> =>
        column.CopyTo<TNumber, TNumberEncoding>(
            numbers[(_shape.IsPlanar ? _rows : _rows * each)..], _shape.IsPlanar ? _capacity : 1, row);

    /// <summary>The numbers of the rows there are; of a batch that is not full, columns move together.</summary>
    private Span<TNumber> Filled<TNumber>(Span<TNumber> numbers, int each)
    {
        for (int column = 1; column < each && _shape.IsPlanar && _rows < _capacity; column++)
        {
            numbers.Slice(column * _capacity, _rows).CopyTo(numbers[(column * _rows)..]);
        }

        return numbers[..(_rows * each)];
    }

    /// <summary>A group that is longer than a batch has to be in one all the same.</summary>
    private void Grow()
    {
        int capacity = 2 * _capacity;
        _predictions = Longer(_predictions, capacity * _shape.Predictions);
        _targets = Longer(_targets, capacity * _shape.Targets);
        _weights = Longer(_weights, capacity);
        _lengths = Longer(_lengths, capacity);
        _capacity = capacity;
    }

    private static TNumber[] Longer<TNumber>(TNumber[] array, int length)
    {
        TNumber[] longer = ArrayPool<TNumber>.Shared.Rent(length);
        array.CopyTo(longer, 0);
        ArrayPool<TNumber>.Shared.Return(array);
        return longer;
    }
}
