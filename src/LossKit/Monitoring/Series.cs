using System.Globalization;

namespace LossKit.Internals;

/// <summary>A curve of a training: its last observations, its trend and its best value, in constant memory.</summary>
internal sealed class Series(Metric metric, int window, double minimumChange, double smoothing)
{
    /// <summary>Fewer cannot reach a score of 3, not even if all of them fall.</summary>
    private const int FewestForTrend = 8;

    /// <summary>
    /// By what share of the best observation rounding may have carried the best average past it, at the most: of one
    /// that is next to 0 the share is that of <see cref="Tiny"/>.
    /// </summary>
    private const double Rounding = 1e-6;

    /// <summary>Products with what is much smaller lose digits, or all.</summary>
    private const double Tiny = 1e-280;

    private readonly double[] _values = new double[window];
    private readonly long[] _steps = new long[window];
    private readonly double _sign = metric.Better == Better.Lower ? 1 : -1;
    private int _count;
    private int _oldest;
    private long _kendall;
    private double _meanSize;
    private double _smoothedSum;
    private double _smoothedWeight;
    private double _first = double.NaN;
    private double _peak = double.NaN;

    public string Name => metric.Name;

    public Trend Trend { get; private set; }

    public long? FirstNonFinite { get; private set; }

    public BestSoFar Best { get; private set; } = new(0, double.NaN, 0);

    /// <summary>The exponential average, freed from its bias toward its start at 0.</summary>
    public double Smoothed => _smoothedSum / _smoothedWeight;

    /// <summary>Whether nothing was observed, not even a NaN.</summary>
    public bool IsEmpty => _count == 0 && FirstNonFinite is null;

    public bool IsFull => _count == window;

    /// <summary>
    /// All of it but where it is going, which the observations say; since when it is misaligned its monitor knows.
    /// </summary>
    public CurveState StateWith(long? misalignedSince) => new(
        metric,
        [.. Enumerable.Range(0, _count).Select(i => _steps[Place(i)])],
        [.. Enumerable.Range(0, _count).Select(i => _values[Place(i)])],
        _smoothedSum,
        _smoothedWeight,
        _first,
        _peak,
        FirstNonFinite,
        Best,
        misalignedSince);

    /// <summary>The score in the direction of better.</summary>
    private double Improvement => -_sign * Trend.Score;

    public bool Improves(double threshold) => HasChanged && Improvement >= threshold;

    /// <summary>Whether it gets better, by however little.</summary>
    public bool ShowsSign(double score) => Improvement >= score;

    public bool Worsens(double threshold) => HasChanged && -Improvement >= threshold;

    /// <summary>Whether the curve changes by enough to matter over the window, however surely.</summary>
    private bool HasChanged => Math.Abs(Trend.Slope) * (Trend.To - Trend.From) >= minimumChange * _meanSize;

    /// <summary>
    /// Whether there is no way to tell that it does not get better: for most of the window it is at its bound, or it
    /// moves by no more than its resolution. Of an unknown bound, it is a sign to have come to a value, by getting
    /// better, and to stay exactly there.
    /// </summary>
    public bool IsSaturated
    {
        get
        {
            double bound = metric.Bound ?? (_peak == _first ? -_sign * double.PositiveInfinity : _peak);
            double smallest = double.PositiveInfinity;
            double largest = double.NegativeInfinity;
            int atBound = 0;
            for (int i = 0; i < _count; i++)
            {
                double value = _values[Place(i)];
                smallest = Math.Min(smallest, value);
                largest = Math.Max(largest, value);
                atBound += _sign * (value - bound) <= metric.Resolution ? 1 : 0;
            }

            return 2 * atBound > _count || (metric.Resolution > 0 && largest - smallest <= metric.Resolution);
        }
    }

    public void Add(long step, double value)
    {
        if (!double.IsFinite(value))
        {
            FirstNonFinite ??= step;
            Best = BestAfterAnother();
            return;
        }

        _first = double.IsNaN(_first) ? value : _first;
        _peak = _sign * (value - _peak) >= 0 ? _peak : value;
        Push(step, value);
        Smooth(value);
        UpdateBest(step);
        FindTrend();
    }

    /// <summary>Where the i-th of the window's observations is, from the oldest on.</summary>
    private int Place(int i) => _oldest + i < window ? _oldest + i : _oldest + i - window;

    private void FindTrend() => Trend = _count < FewestForTrend ? Fit() with { Score = 0 } : Fit();

    /// <summary>Goes on from a state. There are no observations yet, and the monitor has had so many steps.</summary>
    /// <exception cref="ArgumentException">Something of the state cannot be.</exception>
    public void Restore(CurveState state, long steps)
    {
        int count = state.Values?.Count ?? -1;
        Check(state.Metric == metric, nameof(state.Metric), state.Metric, $"{metric}");
        Check(count >= 0 && count <= window, nameof(state.Values), state.Values?.Count, $"0 to {window} numbers");
        Check(state.Steps?.Count == count, nameof(state.Steps), state.Steps?.Count, $"{count} numbers, one a value");
        Check(
            state.SmoothedWeight >= 0 && state.SmoothedWeight <= 1 && state.SmoothedWeight > 0 == count > 0,
            nameof(state.SmoothedWeight),
            state.SmoothedWeight,
            $"in (0, 1], or 0 without a value");
        Check(
            count > 0 ? double.IsFinite(state.SmoothedSum) : state.SmoothedSum == 0,
            nameof(state.SmoothedSum),
            state.SmoothedSum,
            $"finite, or 0 without a value");
        CheckIsValue(state.First, nameof(state.First));
        CheckIsValue(state.Peak, nameof(state.Peak));
        Check(!IsBetter(state.First, state.Peak), nameof(state.Peak), state.Peak, $"at least as good as {state.First}");
        CheckIsStep(state.FirstNonFinite, nameof(state.FirstNonFinite));
        CheckIsValue(state.Best.Value, $"{nameof(state.Best)}.{nameof(Best.Value)}");

        // An average is between observations. From a better one, such as the 0 of what is missing, nothing improves.
        double rounding = Rounding * Math.Max(Tiny, Math.Abs(state.Peak));
        Check(
            !IsBetter(state.Best.Value, state.Peak - _sign * rounding),
            $"{nameof(state.Best)}.{nameof(Best.Value)}",
            state.Best.Value,
            $"no better than {state.Peak}");
        Check(
            state.Best.Step >= 0 && state.Best.ObservationsSince >= 0
                && state.Best.Step <= Math.Max(0, steps - 1)
                && state.Best.ObservationsSince <= steps - state.Best.Step - (count > 0 ? 1 : 0),
            nameof(state.Best),
            state.Best,
            $"at one of the {steps} steps, and at most one observation a step since");
        CheckIsStep(state.MisalignedSince, nameof(state.MisalignedSince));
        for (int i = 0; i < count; i++)
        {
            (long step, double value) = (state.Steps![i], state.Values![i]);
            long least = i == 0 ? 0 : state.Steps[i - 1] + 1;
            Check(
                step >= least && step < steps,
                $"{nameof(state.Steps)}[{i}]",
                step,
                $"between {least} and {steps - 1}");
            Check(
                double.IsFinite(value) && !IsBetter(value, state.Peak),
                $"{nameof(state.Values)}[{i}]",
                value,
                $"finite and no better than {state.Peak}");
            Push(step, value);
        }

        (_smoothedSum, _smoothedWeight) = (state.SmoothedSum, state.SmoothedWeight);
        (_first, _peak) = (state.First, state.Peak);
        FirstNonFinite = state.FirstNonFinite;
        Best = state.Best;
        if (count > 0)
        {
            FindTrend();
        }

        bool IsBetter(double value, double other) => _sign * (value - other) < 0;

        void CheckIsValue(double number, string member) => Check(
            count > 0 ? double.IsFinite(number) : double.IsNaN(number),
            member,
            number,
            $"finite, or NaN without a value");

        void CheckIsStep(long? step, string member) => Check(
            step is null || (step >= 0 && step < steps), member, step, $"one of the {steps} steps, from 0, or none");

        void Check(bool isRight, string member, object? given, FormattableString expected)
        {
            if (!isRight)
            {
                string must = FormattableString.Invariant(expected);
                throw new ArgumentException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"'{member}' of the curve '{Name}' is {given ?? "missing"}: must be {must}."),
                    nameof(state));
            }
        }
    }

    private void Push(long step, double value)
    {
        // Kendall's S counts pairs that rise less pairs that fall. With the oldest value go those that it begins, with
        // the new one come those that it ends; a value is no pair with itself, and its comparison 0.
        int place = (_oldest + _count) % window;
        if (IsFull)
        {
            _kendall += Above(_values[_oldest]);
            _oldest = (_oldest + 1) % window;
            _count--;
        }

        _kendall += Above(value);
        _values[place] = value;
        _steps[place] = step;
        _count++;
    }

    /// <summary>How many more values of the window are below a value than above.</summary>
    private int Above(double value)
    {
        int above = 0;
        for (int i = 0; i < _count; i++)
        {
            above += value.CompareTo(_values[Place(i)]);
        }

        return above;
    }

    private void Smooth(double value)
    {
        _smoothedSum = smoothing * _smoothedSum + (1 - smoothing) * value;
        _smoothedWeight = smoothing * _smoothedWeight + (1 - smoothing);
    }

    private void UpdateBest(long step)
    {
        double gain = _sign * (Best.Value - Smoothed);
        bool isBest = double.IsNaN(Best.Value) || gain > minimumChange * Math.Abs(Best.Value);
        Best = isBest ? new(step, Smoothed, 0) : BestAfterAnother();
    }

    /// <summary>The same best, an observation later; of too many to count, as many as can be.</summary>
    private BestSoFar BestAfterAnother() => Best.ObservationsSince == int.MaxValue
        ? Best
        : Best with { ObservationsSince = Best.ObservationsSince + 1 };

    private Trend Fit()
    {
        // From the oldest on, wherever that lies: a curve that goes on from a state has the same sums to the last bit.
        int n = _count;
        int exponent = Exponent();
        long from = _steps[_oldest];
        long to = _steps[Place(n - 1)];
        double meanStep = 0;
        double meanValue = 0;
        _meanSize = 0;
        for (int i = 0; i < n; i++)
        {
            int place = Place(i);
            meanStep += (double)(_steps[place] - from) / n;
            meanValue += Math.ScaleB(_values[place], -exponent) / n;
            _meanSize += Math.Abs(_values[place]) / n;
        }

        double stepSquares = 0;
        double valueSquares = 0;
        double products = 0;
        for (int i = 0; i < n; i++)
        {
            int place = Place(i);
            double step = _steps[place] - from - meanStep;
            double value = Math.ScaleB(_values[place], -exponent) - meanValue;
            stepSquares += step * step;
            valueSquares += value * value;
            products += step * value;
        }

        double slope = n > 1 ? products / stepSquares : 0;
        double residuals = Math.Max(0, valueSquares - slope * products);
        double error = n > 2 ? Math.Sqrt(residuals / (n - 2) / stepSquares) : double.NaN;
        double deviation = Math.Sqrt(n * (n - 1.0) * (2 * n + 5) / 18);
        double score = n > 1 ? Math.Sign(_kendall) * (Math.Abs(_kendall) - 1) / deviation : 0;
        return new(from, to, n, Math.ScaleB(slope, exponent), Math.ScaleB(error, exponent), score);
    }

    /// <summary>The power of two by which the squares of the window's values stay within the range of double.</summary>
    private int Exponent()
    {
        double largest = 0;
        for (int i = 0; i < _count; i++)
        {
            largest = Math.Max(largest, Math.Abs(_values[i]));
        }

        return largest is > 1e100 or < 1e-100 and > 0 ? Math.ILogB(largest) : 0;
    }
}
