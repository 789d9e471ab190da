using System.Runtime.InteropServices;

namespace LossKit.Internals.Rows;

/// <summary>
/// Σ_l w_l·log(P(level l + 1)/P(level l)) of rows of logits, P being the probability of the label's group at a level:
/// the label itself at level 0, all classes above the last.
/// </summary>
/// <remarks>
/// Each level adds a ring of classes to the one below. With R the log-sum-exp of a ring and L that of what it
/// surrounds, the logarithm is softplus(R − L), in which nothing cancels, however small both may be. In an order of
/// classes that has groups together a ring is what a range has on either side of the smaller one. In double.
/// </remarks>
internal sealed class HierarchyKernel<T> : Kernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int[] _order;
    private readonly double[] _levelWeights;
    private readonly ClassOptions<T> _classes;

    /// <summary>For each level of each class where its group starts and ends in the order.</summary>
    private readonly Range[] _ranges;

    /// <param name="groups">The group of each class at level 1, then at level 2, and so on.</param>
    /// <param name="levelWeights">w, one more than there are levels of groups.</param>
    /// <param name="classes">How many classes there are, and which labels are ignored.</param>
    public HierarchyKernel(IReadOnlyList<int> groups, IReadOnlyList<double> levelWeights, ClassOptions<T> classes)
    {
        int count = classes.Classes;
        int levels = levelWeights.Count;
        _classes = classes;
        _levelWeights = Parameter.Weights<T>(levelWeights);
        if (levels == 0 || groups.Count != (levels - 1) * count)
        {
            throw new ArgumentException(
                $"'groups' has {groups.Count} entries and 'levelWeights' {levels}: expected a group of each of {count} "
                + "classes for each level but the first.",
                nameof(groups));
        }

        CheckNested(groups, count);
        IOrderedEnumerable<int> order = Enumerable.Range(0, count).OrderBy(_ => 0);
        for (int level = levels - 1; level > 0; level--)
        {
            int start = (level - 1) * count;
            order = order.ThenBy(label => groups[start + label]);
        }

        _order = [.. order];
        _ranges = new Range[count * (levels + 1)];
        for (int level = 0; level <= levels; level++)
        {
            for (int start = 0, end; start < count; start = end)
            {
                end = start + 1;
                while (end < count && (level == levels || (level > 0 && GroupAt(end) == GroupAt(start))))
                {
                    end++;
                }

                for (int place = start; place < end; place++)
                {
                    _ranges[_order[place] * (levels + 1) + level] = start..end;
                }
            }

            int GroupAt(int place) => groups[(level - 1) * count + _order[place]];
        }
    }

    public override CompensatedSum Run(in Batch<T> batch, DerivativeOrder order, LaneWidth width)
    {
        int columns = batch.Columns;
        int levels = _levelWeights.Length;
        using Rented<double> memory = new(3 * columns + Level.Numbers * levels);
        Span<double> scores = memory.Span[..columns];
        Span<double> slopes = memory.Span[columns..(2 * columns)];
        Span<double> bends = memory.Span[(2 * columns)..(3 * columns)];
        Span<Level> rings = MemoryMarshal.Cast<double, Level>(memory.Span[(3 * columns)..]);
        CompensatedSum sum = default;
        for (int row = 0; row < batch.Length; row++)
        {
            double weight = batch.Weights.IsEmpty ? 1 : double.CreateTruncating(batch.Weights[row]);
            double loss = 0;
            slopes.Clear();
            bends.Clear();
            if (_classes.IsIgnored(batch.Labels[row]))
            {
                weight = 0;
            }
            else
            {
                ReadOnlySpan<T> logits = batch.Predictions.Slice(row * columns, columns);
                for (int place = 0; place < columns; place++)
                {
                    scores[place] = double.CreateTruncating(logits[_order[place]]);
                }

                loss = Evaluate(batch.Labels[row], scores, rings);
                if (weight != 0 && order > DerivativeOrder.Value)
                {
                    Differentiate(batch.Labels[row], scores, rings, slopes, bends);
                }
            }

            if (double.IsNaN(loss) && weight != 0)
            {
                slopes.Fill(double.NaN);
                bends.Fill(double.NaN);
            }

            double factor = weight * double.CreateTruncating(batch.Scale);
            if (!batch.Losses.IsEmpty)
            {
                batch.Losses[row] = T.CreateTruncating(loss);
            }

            Scatter(factor, slopes, batch.Gradient, row * columns);
            Scatter(factor, bends, batch.Hessian, row * columns);
            sum += weight == 0 ? 0 : weight * loss;
        }

        return sum;
    }

    /// <summary>Throws unless all classes of a group are in one group of the level above.</summary>
    private static void CheckNested(IReadOnlyList<int> groups, int classes)
    {
        for (int start = 0; start + classes < groups.Count; start += classes)
        {
            Dictionary<int, int> firsts = [];
            for (int label = 0; label < classes; label++)
            {
                firsts.TryAdd(groups[start + label], label);
                int first = firsts[groups[start + label]];
                int above = start + classes;
                if (groups[above + label] != groups[above + first])
                {
                    int level = start / classes + 1;
                    throw new ArgumentException(
                        $"Classes {first} and {label} are in one group at level {level}, but at level {level + 1} in "
                        + $"{groups[above + first]} and {groups[above + label]}: expected groups of whole groups.",
                        nameof(groups));
                }
            }
        }
    }

    private Range RangeOf(int label, int level) => _ranges[label * (_levelWeights.Length + 1) + level];

    private void Scatter(double factor, ReadOnlySpan<double> derivatives, Span<T> result, int start)
    {
        for (int place = 0; place < _order.Length && !result.IsEmpty; place++)
        {
            result[start + _order[place]] = T.CreateTruncating(factor * derivatives[place]);
        }
    }

    /// <summary>The loss; the scores of each ring become its exponentials.</summary>
    private double Evaluate(int label, Span<double> scores, Span<Level> rings)
    {
        double inside = scores[RangeOf(label, 0)][0];
        double loss = 0;
        for (int level = 0; level < rings.Length; level++)
        {
            Range inner = RangeOf(label, level);
            Range outer = RangeOf(label, level + 1);
            Span<double> before = scores[outer.Start..inner.Start];
            Span<double> after = scores[inner.End..outer.End];
            double largest = Math.Max(Largest(before), Largest(after));
            double total = Exponentials(before, largest) + Exponentials(after, largest);
            double lead = total == 0 ? double.NegativeInfinity : largest + Math.Log(total) - inside;
            Logistic<ScalarLane<double>> share = Share<ScalarLane<double>>(lead);
            rings[level] = new(total, share.Sigmoid.Number, share.OppositeSigmoid.Number);
            inside += share.Softplus.Number;
            loss += _levelWeights[level] == 0 ? 0 : _levelWeights[level] * share.Softplus.Number;
        }

        return double.IsNaN(inside) ? double.NaN : loss;
    }

    private static Logistic<TLane> Share<TLane>(TLane lead) where TLane : struct, ILane<TLane> => TLane.Logistic(lead);

    private static double Largest(ReadOnlySpan<double> scores)
    {
        double largest = double.NegativeInfinity;
        foreach (double score in scores)
        {
            largest = Math.Max(largest, score);
        }

        return largest;
    }

    /// <summary>Makes exponentials of scores, relative to the largest, and adds them up; masked ones are 0.</summary>
    private static double Exponentials(Span<double> scores, double largest)
    {
        Spans.Shift<double>(scores, double.IsNegativeInfinity(largest) ? 0 : -largest, scores);
        Elementary<double>.ExpOfNegative(scores);
        return Spans.Sum<double>(scores);
    }

    /// <summary>
    /// From the outermost ring inwards, with the first and second derivative by the log-sum-exp of what a ring
    /// surrounds.
    /// </summary>
    private void Differentiate(
        int label,
        ReadOnlySpan<double> exponentials,
        ReadOnlySpan<Level> rings,
        Span<double> slopes,
        Span<double> bends)
    {
        double slope = 0;
        double bend = 0;
        for (int level = rings.Length - 1; level >= 0; level--)
        {
            Level ring = rings[level];
            double weight = _levelWeights[level] + slope;
            double mixed = ring.Share * ring.Opposite * weight;
            Range inner = RangeOf(label, level);
            Range outer = RangeOf(label, level + 1);
            double ofRing = ring.Share * weight;
            double bendOfRing = mixed + ring.Share * ring.Share * bend;
            Spread(outer.Start..inner.Start, exponentials, ring.Total, ofRing, bendOfRing, slopes, bends);
            Spread(inner.End..outer.End, exponentials, ring.Total, ofRing, bendOfRing, slopes, bends);
            bend = mixed + ring.Opposite * ring.Opposite * bend;
            slope = ring.Opposite * slope - ring.Share * _levelWeights[level];
        }

        slopes[RangeOf(label, 0)][0] = slope;
        bends[RangeOf(label, 0)][0] = bend;
    }

    private static void Spread(
        Range range,
        ReadOnlySpan<double> exponentials,
        double total,
        double slope,
        double bend,
        Span<double> slopes,
        Span<double> bends)
    {
        for (int place = range.Start.Value; place < range.End.Value && total != 0; place++)
        {
            double share = exponentials[place] / total;
            slopes[place] = slope * share;
            bends[place] = bend * share * share + slope * share * (1 - share);
        }
    }

    /// <summary>A ring: Σ eˣ relative to its largest, and its share of all up to it, with 1 less that.</summary>
    private readonly record struct Level(double Total, double Share, double Opposite)
    {
        public const int Numbers = 3;
    }
}
