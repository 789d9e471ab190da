namespace LossKit.MathNet.Storage;

internal static class Transposition
{
    // Rows and columns of a tile fit into the first-level cache together.
    private const int Tile = 16;

    /// <summary>
    /// Writes a row-major matrix as a column-major one; with rows and columns exchanged, the other way round.
    /// </summary>
    public static void Transpose<T>(ReadOnlySpan<T> source, Span<T> destination, int rows, int columns)
    {
        for (int firstRow = 0; firstRow < rows; firstRow += Tile)
        {
            int endRow = Math.Min(firstRow + Tile, rows);
            for (int firstColumn = 0; firstColumn < columns; firstColumn += Tile)
            {
                int endColumn = Math.Min(firstColumn + Tile, columns);
                for (int row = firstRow; row < endRow; row++)
                {
                    for (int column = firstColumn; column < endColumn; column++)
                    {
                        destination[column * rows + row] = source[row * columns + column];
                    }
                }
            }
        }
    }
}
