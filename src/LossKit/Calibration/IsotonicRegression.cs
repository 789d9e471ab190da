using System.Text.Json.Serialization;

namespace LossKit;

/// <summary>
/// The function of a score that never falls and has the least weighted squared error Σ w(f(score) − target)²: it makes
/// probabilities of scores that have nothing right but their order.
/// </summary>
/// <remarks>
/// <para>
/// Found by pooling adjacent violators in O(n log n), most of it for sorting; equal scores count as one with the mean
/// of their targets. Outside the scores it was fitted on, it has the value of the nearest. Of few examples it takes
/// chance for a pattern: below about a thousand, <see cref="TemperatureScaling"/> is safer.
/// </para>
/// <para>
/// Sources: Ayer et al., "An Empirical Distribution Function for Sampling with Incomplete Information", 1955; Zadrozny
/// and Elkan, "Transforming Classifier Scores into Accurate Multiclass Probability Estimates", KDD 2002. It is
/// scikit-learn's <c>IsotonicRegression(out_of_bounds="clip")</c>.
/// </para>
/// </remarks>
public sealed class IsotonicRegression
{
    private readonly double[] _scores;
    private readonly double[] _values;

    /// <summary>A function that is known, as one that was fitted elsewhere.</summary>
    /// <param name="scores">Scores, finite, each above the one before; at least one.</param>
    /// <param name="values">The values there, finite, none below the one before.</param>
    /// <param name="interpolation">What there is between them.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a number is not what it has to be.</exception>
    [JsonConstructor]
    public IsotonicRegression(
        IReadOnlyList<double> scores,
        IReadOnlyList<double> values,
        IsotonicInterpolation interpolation = IsotonicInterpolation.Linear)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(values);
        CheckInterpolation(interpolation);
        _scores = [.. scores];
        _values = [.. values];
        Interpolation = interpolation;
        BatchChecks.Length(nameof(values), _values.Length, nameof(scores), _scores.Length);
        if (_scores.Length == 0)
        {
            throw new ArgumentException("'scores' is empty: there is no function.", nameof(scores));
        }

        EntryChecks.Numbers<double>(nameof(scores), _scores, Domain.Reals);
        EntryChecks.Numbers<double>(nameof(values), _values, Domain.Reals);
        for (int i = 1; i < _scores.Length; i++)
        {
            if (_scores[i] <= _scores[i - 1])
            {
                throw Falls(nameof(scores), i, _scores, "above");
            }

            if (_values[i] < _values[i - 1])
            {
                throw Falls(nameof(values), i, _values, "at least");
            }
        }

        static ArgumentException Falls(string name, int i, double[] numbers, string expected) => new(
            FormattableString.Invariant(
                $"{name}[{i}] is {numbers[i]}: must be {expected} the one before, {numbers[i - 1]}."),
            name);
    }

    /// <summary>The scores at which the function bends or steps.</summary>
    public IReadOnlyList<double> Scores => _scores;

    /// <summary>The values there.</summary>
    public IReadOnlyList<double> Values => _values;

    /// <summary>What there is between them.</summary>
    public IsotonicInterpolation Interpolation { get; }

    /// <summary>The function of least weighted squared error.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="scores">Scores of held-out examples, finite.</param>
    /// <param name="targets">What is true, finite: 0 or 1 for probabilities.</param>
    /// <param name="weights">What each example counts; none means 1 each.</param>
    /// <param name="interpolation">What the function is between scores.</param>
    /// <exception cref="ArgumentException">
    /// Lengths differ, a number is not what it has to be, or no example has a weight.
    /// </exception>
    public static IsotonicRegression Fit<T>(
        ReadOnlySpan<T> scores,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> weights = default,
        IsotonicInterpolation interpolation = IsotonicInterpolation.Linear)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        CheckInterpolation(interpolation);
        BatchChecks.Length(nameof(targets), targets.Length, nameof(scores), scores.Length);
        BatchChecks.LengthIfGiven(nameof(weights), weights.Length, nameof(scores), scores.Length);
        EntryChecks.Weights(weights);
        List<double> sorted = new(scores.Length);
        List<int> order = new(scores.Length);
        double largest = 0;
        double heaviest = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            double weight = WeightOf(weights, i);
            if (weight > 0)
            {
                EntryChecks.Number(nameof(scores), i, scores[i], Domain.Reals);
                EntryChecks.Number(nameof(targets), i, targets[i], Domain.Reals);
                sorted.Add(double.CreateTruncating(scores[i]));
                order.Add(i);
                largest = Math.Max(largest, Math.Abs(double.CreateTruncating(targets[i])));
                heaviest = Math.Max(heaviest, weight);
            }
        }

        if (order.Count == 0)
        {
            throw new ArgumentException(
                $"'{nameof(scores)}' has no example with a weight: there is nothing to fit.", nameof(scores));
        }

        double[] keys = [.. sorted];
        int[] examples = [.. order];
        Array.Sort(keys, examples);

        // In units in which no sum leaves the range of double.
        int ofTargets = largest > 0 ? Math.ILogB(largest) : 0;
        int ofWeights = Math.ILogB(heaviest);
        Pool[] pools = new Pool[keys.Length];
        int count = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            double weight = Math.ScaleB(WeightOf(weights, examples[i]), -ofWeights);
            double target = Math.ScaleB(double.CreateTruncating(targets[examples[i]]), -ofTargets);
            if (weight == 0)
            {
                continue;
            }

            bool isSame = count > 0 && pools[count - 1].Last == keys[i];
            Pool next = new(keys[i], keys[i], new(weight * target, 0), new(weight, 0));
            if (isSame)
            {
                // Equal scores come together before any of them is compared with what is before.
                pools[count - 1] = pools[count - 1].Joined(next);
            }
            else
            {
                count = PoolLast(pools, count);
                pools[count++] = next;
            }
        }

        count = PoolLast(pools, count);
        List<double> knots = [];
        List<double> values = [];
        foreach (Pool pool in pools.AsSpan(0, count))
        {
            double value = Math.ScaleB(pool.Mean, ofTargets);
            Add(pool.First, value);
            if (pool.Last > pool.First && interpolation == IsotonicInterpolation.Linear)
            {
                Add(pool.Last, value);
            }
        }

        return new(knots, values, interpolation);

        void Add(double score, double value)
        {
            knots.Add(score);
            values.Add(value);
        }
    }

    /// <summary>The value at a score; NaN of NaN.</summary>
    public double Apply(double score)
    {
        if (double.IsNaN(score))
        {
            return double.NaN;
        }

        int found = Array.BinarySearch(_scores, score);
        int after = found >= 0 ? found : ~found;
        if (found >= 0 || after == 0 || after == _scores.Length)
        {
            return _values[Math.Min(after, _values.Length - 1)];
        }

        (double low, double high) = (_values[after - 1], _values[after]);
        if (Interpolation == IsotonicInterpolation.Step)
        {
            return low;
        }

        // Halves, since differences of numbers of any size need not be in range.
        double share = (score / 2 - _scores[after - 1] / 2) / (_scores[after] / 2 - _scores[after - 1] / 2);
        return Math.Clamp((1 - share) * low + share * high, low, high);
    }

    /// <summary>The values at scores.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="scores">Scores; a NaN stays NaN.</param>
    /// <param name="values">Receives as many; may be the scores themselves.</param>
    /// <exception cref="ArgumentException">Lengths differ, or the buffers overlap partly.</exception>
    public void Apply<T>(ReadOnlySpan<T> scores, Span<T> values) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        BatchChecks.Length(nameof(values), values.Length, nameof(scores), scores.Length);
        BatchChecks.NoPartialOverlap(nameof(values), values, nameof(scores), scores);
        for (int i = 0; i < scores.Length; i++)
        {
            values[i] = T.CreateTruncating(Apply(double.CreateTruncating(scores[i])));
        }
    }

    /// <summary>Joins the last pool with those before it as long as these are higher.</summary>
    private static int PoolLast(Pool[] pools, int count)
    {
        while (count > 1 && pools[count - 2].Mean >= pools[count - 1].Mean)
        {
            pools[count - 2] = pools[count - 2].Joined(pools[count - 1]);
            count--;
        }

        return count;
    }

    private static double WeightOf<T>(ReadOnlySpan<T> weights, int index)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        weights.IsEmpty ? 1 : double.CreateTruncating(weights[index]);

    private static void CheckInterpolation(IsotonicInterpolation interpolation)
    {
        if (!Enum.IsDefined(interpolation))
        {
            throw new ArgumentOutOfRangeException(nameof(interpolation), interpolation, "Expected Linear or Step.");
        }
    }

    /// <summary>Neighbouring scores with one value.</summary>
    private readonly record struct Pool(double First, double Last, CompensatedSum Sum, CompensatedSum Weight)
    {
        public double Mean => Sum.Total / Weight.Total;

        public Pool Joined(Pool after) => new(First, after.Last, Sum + after.Sum, Weight + after.Weight);
    }
}
