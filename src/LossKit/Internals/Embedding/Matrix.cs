namespace LossKit.Internals.Embedding;

/// <summary>A matrix in memory, row by row or, with its strides exchanged, column by column.</summary>
internal readonly ref struct Matrix<T>
{
    /// <param name="numbers">Row by row.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="columns">How many numbers a row has.</param>
    /// <param name="pitch">How far rows are apart, if farther than that.</param>
    public Matrix(ReadOnlySpan<T> numbers, int rows, int columns, int pitch = 0)
    {
        Numbers = numbers;
        Rows = rows;
        Columns = columns;
        RowStride = Math.Max(pitch, columns);
        ColumnStride = 1;
    }

    public ReadOnlySpan<T> Numbers { get; private init; }

    public int Rows { get; private init; }

    public int Columns { get; private init; }

    public int RowStride { get; private init; }

    public int ColumnStride { get; private init; }

    /// <summary>Some of the rows.</summary>
    public Matrix<T> Part(int first, int count) => this with
    {
        Numbers = Numbers[(first * RowStride)..],
        Rows = count,
    };

    public Matrix<T> Transposed => this with
    {
        Rows = Columns,
        Columns = Rows,
        RowStride = ColumnStride,
        ColumnStride = RowStride,
    };
}
