namespace LossKit.Internals.Embedding;

internal static class Symmetry
{
    /// <summary>Adds a square matrix' transpose to it.</summary>
    public static void AddTransposed<T>(Span<T> matrix, int size) where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int Block = 32;
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
}
