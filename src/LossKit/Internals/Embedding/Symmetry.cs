namespace LossKit.Internals.Embedding;

internal static class Symmetry
{
    private const int Block = 32;

    /// <summary>Adds a square matrix' transpose to it.</summary>
    public static void AddTransposed<T>(Span<T> matrix, int size) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int top = 0; top < size; top += Block)
        {
            for (int left = top; left < size; left += Block)
            {
                for (int i = top; i < Math.Min(top + Block, size); i++)
                {
                    for (int j = Math.Max(left, i); j < Math.Min(left + Block, size); j++)
                    {
                        T sum = matrix[i * size + j] + matrix[j * size + i];
                        matrix[i * size + j] = sum;
                        matrix[j * size + i] = sum;
                    }
                }
            }
        }
    }

    /// <summary>
    /// Adds the transpose of another matrix to a square one, both with rows <paramref name="pitch"/> apart.
    /// </summary>
    public static void AddTransposed<T>(Span<T> matrix, ReadOnlySpan<T> other, int size, int pitch)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int top = 0; top < size; top += Block)
        {
            for (int left = 0; left < size; left += Block)
            {
                for (int i = top; i < Math.Min(top + Block, size); i++)
                {
                    for (int j = left; j < Math.Min(left + Block, size); j++)
                    {
                        matrix[i * pitch + j] += other[j * pitch + i];
                    }
                }
            }
        }
    }
}
