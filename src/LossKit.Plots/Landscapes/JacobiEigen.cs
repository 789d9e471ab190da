namespace LossKit.Plots;

/// <summary>All eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi's rotations.</summary>
/// <remarks>
/// Slower than what reduces a tridiagonal matrix, and of a few dozen rows that does not matter; each is accurate to the
/// precision of the largest. Source: Golub and Van Loan, "Matrix Computations", 4th edition, 8.5.
/// </remarks>
internal static class JacobiEigen
{
    private const int MostSweeps = 60;

    /// <summary>The eigenvalues, and the eigenvectors as columns in their order. The matrix is overwritten.</summary>
    public static (double[] Values, double[,] Vectors) Of(double[,] matrix)
    {
        int n = matrix.GetLength(0);
        double[,] vectors = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            vectors[i, i] = 1;
        }

        for (int sweep = 0; sweep < MostSweeps && OffDiagonal(matrix) > 0; sweep++)
        {
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    Rotate(matrix, vectors, p, q);
                }
            }
        }

        return ([.. Enumerable.Range(0, n).Select(i => matrix[i, i])], vectors);
    }

    private static double OffDiagonal(double[,] matrix)
    {
        double sum = 0;
        for (int i = 0; i < matrix.Length; i++)
        {
            (int row, int column) = (i / matrix.GetLength(0), i % matrix.GetLength(0));
            sum += row < column ? Math.Abs(matrix[row, column]) : 0;
        }

        return sum;
    }

    /// <summary>The rotation of two axes that makes their entry 0.</summary>
    private static void Rotate(double[,] matrix, double[,] vectors, int p, int q)
    {
        double entry = matrix[p, q];
        if (Math.Abs(entry) <= 1e-18 * (Math.Abs(matrix[p, p]) + Math.Abs(matrix[q, q])))
        {
            matrix[p, q] = matrix[q, p] = 0;
            return;
        }

        double theta = (matrix[q, q] - matrix[p, p]) / (2 * entry);
        double tangent = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt(1 + theta * theta));
        double cosine = 1 / Math.Sqrt(1 + tangent * tangent);
        double sine = tangent * cosine;
        int n = matrix.GetLength(0);
        for (int i = 0; i < n; i++)
        {
            (matrix[i, p], matrix[i, q]) = Turned(matrix[i, p], matrix[i, q]);
            (vectors[i, p], vectors[i, q]) = Turned(vectors[i, p], vectors[i, q]);
        }

        for (int i = 0; i < n; i++)
        {
            (matrix[p, i], matrix[q, i]) = Turned(matrix[p, i], matrix[q, i]);
        }

        matrix[p, q] = matrix[q, p] = 0;

        (double, double) Turned(double a, double b) => (cosine * a - sine * b, sine * a + cosine * b);
    }
}
