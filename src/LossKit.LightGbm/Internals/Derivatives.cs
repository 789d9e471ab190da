namespace LossKit.LightGbm.Internals;

/// <summary>
/// The derivatives of a loss as LightGBM takes them: floats, prediction by prediction, of the weighted sum, with a
/// curvature that is never negative.
/// </summary>
internal sealed class Derivatives<TTarget> where TTarget : unmanaged
{
    private readonly Objective<TTarget> _objective;
    private readonly Examples<TTarget> _examples;
    private readonly int _predictions;
    private readonly double[] _gradient;
    private readonly double[] _hessian;
    private readonly double[] _rowWeights;
    private readonly double _factor;
    private double? _floor;

    public Derivatives(Objective<TTarget> objective, Examples<TTarget> examples, LightGbmOptions options)
    {
        (_objective, _examples, _predictions) = (objective, examples, objective.Shape.Predictions);
        int numbers = examples.Rows * _predictions;
        (_gradient, _hessian) = (new double[numbers], new double[numbers]);
        (Gradient, Hessian) = (new float[numbers], new float[numbers]);
        _rowWeights = examples.RowWeights(objective.IsOfGroups);
        (_floor, _factor) = (options.CurvatureFloor, options.CurvatureFactor);
    }

    public float[] Gradient { get; }

    public float[] Hessian { get; }

    /// <summary>Computes both.</summary>
    /// <param name="scores">Scores as the loss takes them.</param>
    /// <param name="round">The round, for errors.</param>
    /// <exception cref="NotFiniteNumberException">One of them is not finite.</exception>
    public Cost At(double[] scores, int round)
    {
        Cost cost = _objective.Differentiate(scores, _examples, _gradient, _hessian);
        _floor ??= _hessian.AsSpan().ContainsAnyExceptInRange(double.NegativeInfinity, 0) ? 0 : 1;
        double floor = _floor.Value;
        int rows = _examples.Rows;
        bool isPlanar = _objective.Shape.IsPlanar;
        for (int k = 0; k < _predictions; k++)
        {
            int to = k * rows;
            (int from, int step) = isPlanar ? (to, 1) : (k, _predictions);
            for (int row = 0; row < rows; row++, to++, from += step)
            {
                double weight = _rowWeights.Length == 0 ? 1 : _rowWeights[row];
                Gradient[to] = (float)_gradient[from];
                Hessian[to] = (float)(_factor * Math.Max(_hessian[from], floor * weight));
                if (!float.IsFinite(Gradient[to] + Hessian[to]))
                {
                    throw new NotFiniteNumberException(
                        FormattableString.Invariant(
                            $"Of row {row}, prediction {k}, the first derivative is {_gradient[from]} and the second ")
                        + FormattableString.Invariant(
                            $"{_hessian[from]} in round {round}: must be finite in single precision. ")
                        + FormattableString.Invariant($"Its score is {scores[from]}."),
                        _gradient[from]);
                }
            }
        }

        return cost;
    }
}
