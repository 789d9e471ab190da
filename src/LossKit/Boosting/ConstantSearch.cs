namespace LossKit.Internals;

/// <summary>Looks for the constant prediction of least cost by the sign of the summed gradient.</summary>
/// <remarks>
/// In double, whatever the targets are: what overflows in float seldom does there. Targets of weight 0 are left out,
/// and weights are scaled so that no sum leaves the range that its terms have.
/// </remarks>
internal ref struct ConstantSearch<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Chunk = 512;
    private const int GridPoints = 65;
    private const double GridRadius = 16;

    /// <summary>
    /// What a value may rise by rounding alone, as a part of itself and of the terms that may cancel in it.
    /// </summary>
    private const double Noise = 2e-15;

    /// <summary>What is left, halfway to where it vanishes, of a slope that only fades.</summary>
    private const double Faded = 1e-5;

    private readonly PointwiseLoss<double> _loss;
    private readonly LossFacts _facts;
    private readonly ReadOnlySpan<T> _targets;
    private readonly ReadOnlySpan<T> _weights;
    private readonly double _weightScale;
    private readonly double _mean;
    private readonly double _smallest;
    private readonly double _largest;
    private readonly double _lowest;
    private readonly double _highest;
    private double _steepest;

    /// <param name="loss">The loss.</param>
    /// <param name="targets">Targets of its domain, but for those of weight 0.</param>
    /// <param name="weights">Weights, or none.</param>
    public ConstantSearch(PointwiseLoss<T> loss, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights)
    {
        _loss = loss.InDouble();
        _facts = loss.Facts;
        _targets = targets;
        _weights = weights;
        double heaviest = weights.IsEmpty ? 1 : 0;
        foreach (T each in weights)
        {
            heaviest = Math.Max(heaviest, ToDouble(each));
        }

        int exponent = Math.ILogB(heaviest) + BitOperations.Log2((uint)targets.Length) + 2;
        _weightScale = Math.ScaleB(1, Math.Min(-exponent, 1000));

        CompensatedSum sum = default;
        CompensatedSum weight = default;
        (_smallest, _largest) = (double.PositiveInfinity, double.NegativeInfinity);
        for (int i = 0; i < targets.Length; i++)
        {
            double each = WeightOf(i);
            if (each > 0)
            {
                double target = ToDouble(targets[i]);
                sum += each * target;
                weight += each;
                (_smallest, _largest) = (Math.Min(_smallest, target), Math.Max(_largest, target));
            }
        }

        _mean = sum.Total / weight.Total;
        _lowest = Math.Max(-Furthest, _facts.Predictions.Lowest);
        _highest = Math.Min(Furthest, _facts.Predictions.Highest);
    }

    private static double Furthest => typeof(T) == typeof(float) ? float.MaxValue : double.MaxValue;

    private readonly bool IsConvex => _facts.Convexity >= Convexity.Convex;

    /// <summary>A prediction of least cost; infinite if the cost falls without end, NaN if it cannot be told.</summary>
    public double Run()
    {
        if (!IsConvex)
        {
            return SearchGrid();
        }

        Point start = At(Start());
        if (!double.IsNaN(start.Slope))
        {
            return Follow(start, 1 + Math.Abs(start.Prediction));
        }

        // Slopes that overflow to both sides: from further out only one of them may do so.
        (double low, double high) = Range();
        double fromLow = Narrow(At(low), start);
        return double.IsNaN(fromLow) ? Narrow(At(high), start) : fromLow;
    }

    private readonly double Start()
    {
        foreach (double candidate in (ReadOnlySpan<double>)[_facts.Link.Apply(_mean), 0, 0.5, 1, _lowest + 1])
        {
            if (IsInside(candidate))
            {
                return candidate;
            }
        }

        return _lowest;
    }

    /// <summary>
    /// Goes against the gradient, by steps that grow ever faster, until its sign changes or, of a cost that is not
    /// convex, the cost rises.
    /// </summary>
    private double Follow(Point start, double step)
    {
        Point from = start;
        double direction = -Math.Sign(from.Slope);
        for (double growth = 2; direction != 0; growth *= 2)
        {
            Point next = At(Math.Clamp(from.Prediction + direction * step, _lowest, _highest));
            if (next.Prediction == from.Prediction)
            {
                // The end of the numbers, or of the loss' domain.
                return Math.Abs(from.Prediction) == Furthest
                    ? direction * double.PositiveInfinity
                    : from.Prediction;
            }

            if (!Continues(from, next))
            {
                return next.Slope == 0 && !IsHigher(next, from) ? Level(start, from, next) : Narrow(from, next);
            }

            from = next;
            step *= growth;
        }

        return from.Prediction;
    }

    /// <summary>
    /// Where the cost is level, it has a minimum, or falls on by less than can be told: as log-odds do, of which all
    /// examples are positive.
    /// </summary>
    private double Level(Point start, Point from, Point level)
    {
        double direction = -Math.Sign(from.Slope);
        double distance = Math.Max(1, Math.Abs(level.Prediction - start.Prediction));
        double beyond = Math.Clamp(level.Prediction + direction * distance, _lowest, _highest);
        if (beyond == level.Prediction || At(beyond).Slope != 0)
        {
            return level.Prediction;
        }

        double onset = level.Prediction;
        double before = from.Prediction;
        while (Bisection.TryHalve(before, onset, out double middle))
        {
            (before, onset) = At(middle).Slope == 0 ? (before, middle) : (middle, onset);
        }

        // A strictly convex cost is level in one point at most. Others may end in a plateau, which the slope reaches as
        // a straight line does or a power, but not by falling all the way.
        double half = start.Prediction + (onset - start.Prediction) / 2;
        bool isFading = _facts.Convexity == Convexity.Strict
            || Math.Abs(At(half).Slope) < Faded * _steepest;
        return isFading ? direction * double.PositiveInfinity : onset;
    }

    /// <summary>The best of a grid and of some targets, from where the cost is followed down.</summary>
    private double SearchGrid()
    {
        (double low, double high) = Range();
        Point best = new(Start(), double.NaN, double.NaN);
        for (int i = 0; i < GridPoints; i++)
        {
            double share = i / (GridPoints - 1.0);
            best = Better(best, low * (1 - share) + high * share);
        }

        // Where one target is far from all others, these may all lie between two points of the grid.
        for (int i = 0; i < GridPoints - 1 && !_facts.Targets.IsWithin(Domain.Signs); i++)
        {
            int index = (int)((long)i * _targets.Length / (GridPoints - 1));
            double candidate = WeightOf(index) > 0 ? _facts.Link.Apply(ToDouble(_targets[index])) : double.NaN;
            best = IsInside(candidate) ? Better(best, candidate) : best;
        }

        best = double.IsNaN(best.Value) ? At(best.Prediction) : best;
        double cell = high / (GridPoints - 1) - low / (GridPoints - 1);
        return double.IsNaN(best.Value) ? double.NaN
            : double.IsNaN(best.Slope) ? best.Prediction
            : Follow(best, cell > 0 ? cell : 1 + Math.Abs(best.Prediction));
    }

    private Point Better(Point best, double candidate)
    {
        Point point = At(candidate);
        return double.IsFinite(point.Value) && !(point.Value >= best.Value) ? point : best;
    }

    private readonly (double Low, double High) Range()
    {
        double centre = Start();
        double low = Bound(_smallest, centre - GridRadius);
        double high = Bound(_largest, centre + GridRadius);
        return (Math.Min(low, high), Math.Max(low, high));
    }

    private readonly double Bound(double target, double otherwise)
    {
        double bound = _facts.Targets.IsWithin(Domain.Signs) ? double.NaN : _facts.Link.Apply(target);
        return IsInside(bound) ? bound : Math.Clamp(otherwise, _lowest, _highest);
    }

    /// <summary>
    /// Halves the interval between <paramref name="from"/>, where the cost falls toward the other end, and that end,
    /// where it does so no longer: a minimum is always inside. NaN if all that can be told is that it lies beyond.
    /// </summary>
    private double Narrow(Point from, Point to)
    {
        while (Bisection.TryHalve(from.Prediction, to.Prediction, out double halfway)
            && T.CreateTruncating(from.Prediction) != T.CreateTruncating(to.Prediction))
        {
            Point middle = At(halfway);
            if (middle.Slope == 0 && !IsHigher(middle, from))
            {
                return middle.Prediction;
            }

            (from, to) = Continues(from, middle) ? (middle, to) : (from, middle);
        }

        bool isUnknown = IsConvex && (double.IsNaN(from.Slope) || double.IsNaN(to.Slope));
        bool isToBetter = IsConvex && Math.Abs(to.Slope) < Math.Abs(from.Slope);
        return isUnknown ? double.NaN : isToBetter ? to.Prediction : from.Prediction;
    }

    // Of a convex cost the sign says it all, and more exactly than rounded values.
    private readonly bool Continues(Point from, Point to) =>
        !double.IsNaN(to.Slope) && Math.Sign(to.Slope) == Math.Sign(from.Slope) && !IsHigher(to, from);

    private readonly bool IsHigher(Point one, Point other) => !IsConvex
        && one.Value > other.Value + Noise * (Math.Abs(other.Value) + _steepest * Math.Abs(other.Prediction));

    private readonly bool IsInside(double prediction) =>
        prediction >= _lowest && prediction <= _highest && _facts.Predictions.Contains(prediction);

    private readonly double WeightOf(int index) =>
        _weights.IsEmpty ? _weightScale : _weightScale * ToDouble(_weights[index]);

    private static double ToDouble(T number) => double.CreateTruncating(number);

    /// <summary>The summed loss of a constant prediction, and its derivative.</summary>
    [SkipLocalsInit]
    private Point At(double constant)
    {
        Span<double> predictions = stackalloc double[Chunk];
        Span<double> targets = stackalloc double[Chunk];
        Span<double> weights = stackalloc double[Chunk];
        Span<double> gradient = stackalloc double[Chunk];
        predictions.Fill(constant);
        CompensatedSum value = default;
        CompensatedSum slope = default;
        double infinite = 0;
        for (int i = 0; i < _targets.Length;)
        {
            int count = 0;
            for (; i < _targets.Length && count < Chunk; i++)
            {
                weights[count] = WeightOf(i);
                targets[count] = ToDouble(_targets[i]);
                count += weights[count] > 0 ? 1 : 0;
            }

            Cost cost = _loss.ValueAndGradient(
                predictions[..count], targets[..count], gradient[..count], weights[..count], Reduction.Sum);
            value += count == 0 ? 0 : cost.Sum;
            foreach (double each in gradient[..count])
            {
                // Infinite slopes of one sign outweigh all others; of both signs, they make NaN.
                if (double.IsFinite(each))
                {
                    slope += each;
                }
                else
                {
                    infinite += each;
                }
            }
        }

        double total = infinite == 0 ? slope.Total : infinite;
        _steepest = double.IsFinite(total) ? Math.Max(_steepest, Math.Abs(total)) : _steepest;
        return new(constant, value.Total, total);
    }

    private readonly record struct Point(double Prediction, double Value, double Slope);
}
