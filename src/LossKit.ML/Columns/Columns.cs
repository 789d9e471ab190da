using Microsoft.ML;
using Microsoft.ML.Data;

namespace LossKit.ML.Columns;

/// <summary>The columns that an evaluation reads, each of them once a row, however many metrics take it.</summary>
internal sealed class Columns : IDisposable
{
    private readonly DataViewRowCursor _cursor;
    private readonly Dictionary<string, ColumnReader> _readers = new(StringComparer.Ordinal);

    public Columns(IDataView data, IEnumerable<string> names)
    {
        DataViewSchema.Column[] columns = [.. names.Distinct(StringComparer.Ordinal).Select(Find)];
        _cursor = data.GetRowCursor(columns);
        try
        {
            foreach (DataViewSchema.Column column in columns)
            {
                _readers.Add(column.Name, ColumnReader.Of(_cursor, column));
            }
        }
        catch
        {
            _cursor.Dispose();
            throw;
        }

        DataViewSchema.Column Find(string name) => data.Schema.GetColumnOrNull(name) ?? throw new ArgumentException(
            $"The data have no column '{name}', but "
            + $"{string.Join(", ", data.Schema.Select(column => $"'{column.Name}'"))}.",
            nameof(data));
    }

    /// <summary>How many rows have been read.</summary>
    public long Rows { get; private set; }

    /// <summary>The number of the row where the cursor is, from 0.</summary>
    public long Row => Rows - 1;

    public ColumnReader this[string name] => _readers[name];

    /// <summary>The column of that name, if it has one number a row.</summary>
    /// <exception cref="ArgumentException">It is a vector.</exception>
    public ScalarReader Scalar(string name, string what) => this[name] as ScalarReader ?? throw Refusal.Of(
        $"The column '{name}' is {this[name].Type}: expected one number a row, {what}.");

    public bool MoveNext()
    {
        if (!_cursor.MoveNext())
        {
            return false;
        }

        long row = Rows++;
        foreach (ColumnReader reader in _readers.Values)
        {
            reader.Read(row);
        }

        return true;
    }

    public void Dispose() => _cursor.Dispose();
}
