namespace LossKit.LightGbm.Internals;

/// <summary>
/// Looks for the scores, one for each prediction of an example, with which all examples have the least loss.
/// </summary>
/// <remarks>
/// One prediction after the other is moved to where the summed slope vanishes, by growing steps and then Newton's
/// within what encloses it, over and over until none moves. Of labels only one example of each counts, with the weight
/// of all.
/// </remarks>
internal sealed class ConstantScores<TTarget> where TTarget : unmanaged
{
    private const int Sweeps = 50;
    private const int Steps = 200;
    private const double Furthest = 1e9;

    /// <summary>What a slope may be by rounding alone, as a part of the slopes that add up to it.</summary>
    private const double Noise = 1e-14;

    /// <summary>Of the derivatives of other scores so little is nothing to learn from.</summary>
    private const double Faded = 1e-9;

    /// <summary>How near, as a part of itself and 1, a score has to be.</summary>
    private const double Precision = 1e-13;

    private readonly Objective<TTarget> _objective;
    private readonly Examples<TTarget> _examples;
    private readonly double[] _scores;
    private readonly double[] _gradient;
    private readonly double[] _hessian;
    private readonly double[] _constant;

    private ConstantScores(Objective<TTarget> objective, Examples<TTarget> examples, double[] start)
    {
        (_objective, _examples, _constant) = (objective, examples, start);
        _scores = new double[examples.Rows * start.Length];
        _gradient = new double[_scores.Length];
        _hessian = new double[_scores.Length];
    }

    /// <summary>
    /// The best constant; what is not finite if there is none, but 0 if the loss is not convex: its best may be where no
    /// example has a slope any more, from where no tree leads away.
    /// </summary>
    public static double[] Of(Objective<TTarget> objective, Examples<TTarget> examples)
    {
        double[] best = Best(objective, examples);
        return objective.Facts.Convexity is Convexity.Convex or Convexity.Strict || LeadsOn(best)
            ? best
            : new double[best.Length];

        bool LeadsOn(double[] scores) =>
            scores.All(double.IsFinite) && !(Size(scores) <= Faded * Size(new double[scores.Length]));

        double Size(double[] scores) => new ConstantScores<TTarget>(objective, examples, scores).Size();
    }

    private static double[] Best(Objective<TTarget> objective, Examples<TTarget> examples)
    {
        if (objective.Constant(examples) is double constant)
        {
            return [constant];
        }

        int predictions = objective.Shape.Predictions;
        if (typeof(TTarget) != typeof(int) || objective.Shape.Targets != 1 || objective.IsOfGroups)
        {
            return new ConstantScores<TTarget>(objective, examples, new double[predictions]).Run();
        }

        Examples<TTarget> distinct = examples.Distinct();
        ConstantScores<TTarget> search = new(objective, distinct, Shares(distinct, predictions));
        double ofShares = search.Cost();
        double[] shares = [.. search._constant];
        search._constant.AsSpan().Clear();
        if (ofShares < search.Cost())
        {
            shares.CopyTo(search._constant, 0);
        }

        return search.Run();
    }

    /// <summary>The logarithm of each class' share of the weight, of none as LightGBM has it.</summary>
    private static double[] Shares(Examples<TTarget> distinct, int classes)
    {
        const double Least = 1e-15;
        double[] shares = new double[classes];
        double total = 0;
        for (int i = 0; i < distinct.Rows; i++)
        {
            if ((int)distinct.Numbers[i] is int label && label >= 0 && label < classes)
            {
                shares[label] = distinct.Weights[i];
                total += distinct.Weights[i];
            }
        }

        return Array.ConvertAll(shares, share => Math.Log(Math.Max(share / total, Least)));
    }

    private double[] Run()
    {
        bool hasMoved = true;
        for (int sweep = 0; hasMoved && sweep < Sweeps; sweep++)
        {
            hasMoved = false;
            for (int k = 0; k < _constant.Length; k++)
            {
                double before = _constant[k];
                Settle(k);
                hasMoved |= !(Math.Abs(_constant[k] - before) <= Precision * (1 + Math.Abs(before)));
            }

            // What has no bound, or is NaN, stays so.
            hasMoved &= _constant.Length > 1 && _constant.All(double.IsFinite);
        }

        return _constant;
    }

    /// <summary>Moves one of the scores to where its slope vanishes.</summary>
    private void Settle(int k)
    {
        Slope from = SlopeAt(k, _constant[k]);
        if (from.IsNone || double.IsNaN(from.First))
        {
            return;
        }

        double direction = from.First > 0 ? -1 : 1;
        double step = from.Second > 0 ? Math.Min(Math.Abs(from.First / from.Second), 1) : 1;
        Slope to = SlopeAt(k, from.Score + direction * step);
        while (!to.IsNone && to.Falls(direction))
        {
            if (Math.Abs(to.Score) > Furthest)
            {
                _constant[k] = direction * double.PositiveInfinity;
                return;
            }

            (from, step) = (to, 2 * step);
            to = SlopeAt(k, to.Score + direction * step);
        }

        _constant[k] = to.IsNone ? to.Score : Narrow(k, from, to, direction);
    }

    /// <summary>
    /// Where the slope vanishes between two scores: of the first the loss falls on, of the second no longer.
    /// </summary>
    private double Narrow(int k, Slope from, Slope to, double direction)
    {
        Slope at = to;
        double last = Math.Abs(to.Score - from.Score);
        for (int i = 0; i < Steps; i++)
        {
            // Newton's step if it stays inside and is at most half the last one, as near the end; else to the middle.
            double newton = at.Score - at.First / at.Second;
            bool isInside = (newton - from.Score) * direction > 0 && (to.Score - newton) * direction > 0;
            bool isShort = Math.Abs(newton - at.Score) <= last / 2;
            double next = isInside && isShort ? newton : from.Score + (to.Score - from.Score) / 2;
            last = Math.Abs(next - at.Score);
            at = SlopeAt(k, next);
            if (at.IsNone || last <= Precision * (1 + Math.Abs(next)))
            {
                break;
            }

            (from, to) = at.Falls(direction) ? (at, to) : (from, at);
        }

        return at.Score;
    }

    private Slope SlopeAt(int k, double score)
    {
        _constant[k] = score;
        Spread();
        _objective.Differentiate(_scores, _examples, _gradient, _hessian);
        bool isPlanar = _objective.Shape.IsPlanar;
        int rows = _examples.Rows;
        double first = 0;
        double second = 0;
        double size = 0;
        for (int i = 0; i < rows; i++)
        {
            int index = isPlanar ? k * rows + i : i * _constant.Length + k;
            first += _gradient[index];
            second += _hessian[index];
            size += Math.Abs(_gradient[index]);
        }

        return new(score, first, second, double.IsFinite(size) && Math.Abs(first) <= Noise * size);
    }

    /// <summary>The sizes of all derivatives together.</summary>
    private double Size()
    {
        Spread();
        _objective.Differentiate(_scores, _examples, _gradient, _hessian);
        return _gradient.Sum(Math.Abs) + _hessian.Sum(Math.Abs);
    }

    private double Cost()
    {
        Spread();
        return _objective.Value(_scores, _examples).Mean;
    }

    /// <summary>The same scores for every example.</summary>
    private void Spread()
    {
        bool isPlanar = _objective.Shape.IsPlanar;
        for (int i = 0; i < _scores.Length; i++)
        {
            _scores[i] = _constant[isPlanar ? i / _examples.Rows : i % _constant.Length];
        }
    }

    /// <summary>The derivatives of the summed loss, and whether the first is no more than rounding.</summary>
    private readonly record struct Slope(double Score, double First, double Second, bool IsNone)
    {
        /// <summary>Whether the loss falls in a direction; not where it is NaN, which is then too far.</summary>
        public bool Falls(double direction) => First * direction < 0;
    }
}
