namespace LossKit.Plots;

/// <summary>The curvatures of an objective at a point that matter most, and the directions that have them.</summary>
/// <remarks>
/// Eigenvalues of the Hessian, the largest in size first: a large positive one is a steep valley, which bounds the step
/// of gradient descent to 2 divided by it; a negative one is a way down from a saddle.
/// </remarks>
public sealed class HessianSpectrum
{
    private HessianSpectrum(double[] values, double[][] vectors, double[] residuals) =>
        (Eigenvalues, Eigenvectors, Residuals) = (values, vectors, residuals);

    /// <summary>The eigenvalues, the largest in size first.</summary>
    public IReadOnlyList<double> Eigenvalues { get; }

    /// <summary>The eigenvector of each, of length 1; its sign means nothing.</summary>
    public IReadOnlyList<double[]> Eigenvectors { get; }

    /// <summary>‖H·v − λ·v‖ of each: there is an eigenvalue of the Hessian no farther from λ than this.</summary>
    public IReadOnlyList<double> Residuals { get; }

    /// <summary>The leading eigenvalues and eigenvectors, without ever making the Hessian.</summary>
    /// <remarks>
    /// Lanczos' method: the Hessian is met in products H·v only, each of which is a difference of two gradients,
    /// (∇f(x + hv) − ∇f(x − hv)) / 2h. All directions are kept and made orthogonal to each other again, so that no
    /// eigenvalue is found twice; memory is <paramref name="steps"/> times that of the parameters. Where an objective
    /// has kinks, what is found are averages of slopes over 2h. Source: Lanczos, "An Iteration Method for the Solution
    /// of the Eigenvalue Problem", Journal of Research of the National Bureau of Standards 45, 1950; Parlett, "The
    /// Symmetric Eigenvalue Problem", SIAM 1998.
    /// </remarks>
    /// <param name="function">The objective.</param>
    /// <param name="point">The parameters.</param>
    /// <param name="count">How many eigenvalues, at least 1; no more than there are parameters are returned.</param>
    /// <param name="steps">
    /// How many products, at least <paramref name="count"/>: more come nearer. By default 24 and 4 for each eigenvalue.
    /// </param>
    /// <param name="seed">Where the first direction is drawn from.</param>
    /// <exception cref="ArgumentException">
    /// There is no parameter, or a gradient near the point is not finite.
    /// </exception>
    public static HessianSpectrum Leading(
        DifferentiableFunction function, ReadOnlySpan<double> point, int count = 2, int? steps = null, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        int most = steps ?? 24 + 4 * count;
        ArgumentOutOfRangeException.ThrowIfLessThan(most, count, nameof(steps));
        if (point.IsEmpty)
        {
            throw new ArgumentException("'point' has no parameter: there is no direction.", nameof(point));
        }

        HessianProduct hessian = new(function, point.ToArray());
        Random random = new(seed);
        most = Math.Min(most, point.Length);
        List<double[]> basis = [Vectors.RandomUnit(point.Length, random)];
        double[,] projected = new double[most, most];
        double largest = 0;
        for (int j = 0; j < most; j++)
        {
            double[] next = hessian.Times(basis[j]);
            projected[j, j] = Vectors.Dot(basis[j], next);
            Orthogonalize(next, basis);
            double rest = Vectors.Norm(next);
            largest = Math.Max(largest, Math.Max(Math.Abs(projected[j, j]), rest));
            if (j == most - 1)
            {
                break;
            }

            if (rest > 1e-7 * largest)
            {
                projected[j, j + 1] = projected[j + 1, j] = rest;
                Vectors.Scale(next, 1 / rest);
            }
            else
            {
                // All that the first direction has a part in is found. Whatever else there is, needs another one.
                next = Vectors.RandomUnit(point.Length, random);
                Orthogonalize(next, basis);
                Vectors.Scale(next, 1 / Vectors.Norm(next));
            }

            basis.Add(next);
        }

        (double[] values, double[,] vectors) = JacobiEigen.Of(projected);
        int[] leading = [.. Enumerable.Range(0, most).OrderByDescending(i => Math.Abs(values[i])).Take(count)];
        double[][] directions = [.. leading.Select(i => Combined(basis, vectors, i))];
        double[] residuals = new double[leading.Length];
        for (int i = 0; i < leading.Length; i++)
        {
            double[] product = hessian.Times(directions[i]);
            Vectors.Add(product, -values[leading[i]], directions[i]);
            residuals[i] = Vectors.Norm(product);
        }

        return new([.. leading.Select(i => values[i])], directions, residuals);
    }

    /// <summary>Twice, because once leaves as much as was cancelled.</summary>
    private static void Orthogonalize(double[] vector, List<double[]> basis)
    {
        for (int pass = 0; pass < 2; pass++)
        {
            foreach (double[] direction in basis)
            {
                Vectors.Add(vector, -Vectors.Dot(direction, vector), direction);
            }
        }
    }

    private static double[] Combined(List<double[]> basis, double[,] vectors, int column)
    {
        double[] sum = new double[basis[0].Length];
        for (int i = 0; i < basis.Count; i++)
        {
            Vectors.Add(sum, vectors[i, column], basis[i]);
        }

        Vectors.Scale(sum, 1 / Vectors.Norm(sum));
        return sum;
    }

    private sealed class HessianProduct(DifferentiableFunction function, double[] point)
    {
        private readonly double[] _moved = new double[point.Length];

        // Where rounding and the third derivative do about the same harm, if derivatives are of like size.
        private readonly double _step = Math.Cbrt(double.BitIncrement(1) - 1) * Math.Max(1, Vectors.Norm(point));

        public double[] Times(double[] unit)
        {
            double[] ahead = GradientAt(unit, _step);
            Vectors.Add(ahead, -1, GradientAt(unit, -_step));
            Vectors.Scale(ahead, 0.5 / _step);
            return ahead;
        }

        private double[] GradientAt(double[] unit, double distance)
        {
            point.CopyTo(_moved, 0);
            Vectors.Add(_moved, distance, unit);
            double[] gradient = new double[point.Length];
            function(_moved, gradient);
            Check(gradient, nameof(function));
            return gradient;
        }

        private static void Check(double[] gradient, string name)
        {
            if (!double.IsFinite(Vectors.Norm(gradient)))
            {
                throw new ArgumentException(
                    $"'{name}' has a gradient near the point that is not finite: it has no curvature there.", name);
            }
        }
    }
}
