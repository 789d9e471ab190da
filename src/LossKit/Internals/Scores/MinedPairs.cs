namespace LossKit.Internals.Scores;

/// <summary>Notes which pairs of rows and columns the mining leaves, row by row; there is no loss.</summary>
internal readonly ref struct MinedPairs<T> : IScoreWork<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public required T Factor { get; init; }

    public required T Epsilon { get; init; }

    /// <summary>As <see cref="ScoreBatch{T}.Labels"/> has them.</summary>
    public required ReadOnlySpan<T> Labels { get; init; }

    /// <summary>The number of the first row among the columns: beyond them if rows are none.</summary>
    public required int FirstRow { get; init; }

    /// <summary>Receives row, column and whether their labels are the same.</summary>
    public required List<(int Row, int Column, bool IsPositive)> Pairs { get; init; }

    /// <summary>On one thread, which keeps the order.</summary>
    public Call<T> Call => new() { Order = DerivativeOrder.Value, Degree = 1 };

    public bool Skips(int first, int count) => false;

    public CompensatedSum Run(int first, int count, int pitch, Span<T> cells)
    {
        for (int k = 0; k < count; k++)
        {
            Span<T> ofRow = cells[k..];
            int row = FirstRow + first + k;
            PairMiner.Mine(ofRow, pitch, row, Labels, Epsilon);
            for (int column = 0; column * pitch < ofRow.Length; column++)
            {
                if (column != row && !T.IsInfinity(ofRow[column * pitch]))
                {
                    Pairs.Add((first + k, column, Labels[column] == Labels[row]));
                }
            }
        }

        return default;
    }
}
