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
        _floor ??= Floor();
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

    /// <summary>
    /// What no curvature is below if nobody says: 1 where there is none. Of a loss of bounded slope, in the target's own
    /// unit, the largest there is, which bounds the loss from above with a parabola as it is at its steepest bend: far
    /// from the target its own says next to nothing of how far to go, and slope over curvature has no bound.
    /// </summary>
    private double Floor()
    {
        double largest = 0;
        for (int i = 0; i < _hessian.Length; i++)
        {
            int row = _objective.Shape.IsPlanar ? i % _examples.Rows : i / _predictions;
            double weight = _rowWeights.Length == 0 ? 1 : _rowWeights[row];
            largest = weight > 0 ? Math.Max(largest, _hessian[i] / weight) : largest;
        }

        LossFacts facts = _objective.Facts;
        bool isBounded = facts.Link == Link.Identity && double.IsFinite(facts.Lipschitz);
        return largest <= 0 ? 1 : isBounded ? largest : 0;
    }
}
