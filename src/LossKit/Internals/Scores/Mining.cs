namespace LossKit.Internals.Scores;

internal static class Mining
{
    /// <summary>One of the distances that a product of matrices makes.</summary>
    public static EmbeddingDistance Check(EmbeddingDistance distance) => distance is
        EmbeddingDistance.Euclidean or EmbeddingDistance.SquaredEuclidean or EmbeddingDistance.Cosine
        ? distance
        : throw new ArgumentOutOfRangeException(
            nameof(distance), distance, "Expected Euclidean, SquaredEuclidean or Cosine.");
}

/// <summary>A formula on distances, and which distances of an anchor it is applied to.</summary>
internal abstract class Mining<T>(
    Kernel<T>? formula = null, EmbeddingDistance? distance = EmbeddingDistance.Euclidean)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>What it is on, a distance that a product of matrices makes; null for cosines themselves.</summary>
    public EmbeddingDistance? Distance { get; } = distance is { } given ? Mining.Check(given) : null;

    /// <summary>Whether it is on cosines, or on how far they are from 1.</summary>
    public bool IsOnCosines => Distance is null or EmbeddingDistance.Cosine;

    /// <summary>Whether it is on normalised rows.</summary>
    public virtual bool Normalizes => IsOnCosines;

    /// <summary>
    /// Whether squared distances are those of rows less their means, in units of the anchor's square.
    /// </summary>
    public virtual bool IsRelative => false;

    /// <summary>Whether there is a learnt distance that parts near from far.</summary>
    public virtual bool HasBoundaries => false;

    /// <summary>Whether only positives after the anchor have a loss, so that each pair has one.</summary>
    public virtual bool TakesPairsOnce => false;

    /// <summary>
    /// Whether it needs a number of every row before any is evaluated, where rows are compared with each other, and
    /// weighs its slopes itself.
    /// </summary>
    public virtual bool HasFolds => false;

    /// <summary>Whether each loss is of a triplet.</summary>
    public virtual bool IsOfTriplets => false;

    /// <summary>That number.</summary>
    public virtual double Fold(in Anchor<T> anchor) => 0;

    /// <summary>How many losses an anchor has with so many positives that count for it, counted or not.</summary>
    public abstract long Losses(int positives, int negatives);

    public abstract AnchorResult Run(in Anchor<T> anchor);

    /// <summary>One of some distances, or NaN if any is: it could be that.</summary>
    private protected static T OrNaN(T distance, ReadOnlySpan<T> distances) =>
        T.IsNaN(Spans.Sum(distances)) ? T.NaN : distance;

    /// <summary>log Σ e^(f·x) of some numbers, and the share of each in the sum.</summary>
    public static double LogSumExp(ReadOnlySpan<T> numbers, double factor, Span<T> shares)
    {
        if (numbers.IsEmpty)
        {
            return double.NegativeInfinity;
        }

        numbers.CopyTo(shares);
        Spans.Scale(shares, T.CreateTruncating(factor));
        T largest = OrNaN(Spans.Largest<T>(shares), shares);
        Spans.Shift(shares, -largest, shares);
        Elementary<T>.ExpOfNegative(shares);
        double sum = double.CreateTruncating(Spans.Sum<T>(shares));
        Spans.Scale(shares, T.CreateTruncating(1 / sum));
        return double.CreateTruncating(largest) + Math.Log(sum);
    }

    /// <summary>Losses of scores, with their derivatives if there is a span for them.</summary>
    private protected double Evaluate(
        ReadOnlySpan<T> scores, ReadOnlySpan<T> targets, Span<T> losses, Span<T> slopes)
    {
        Batch<T> batch = new()
        {
            Predictions = scores,
            Targets = targets,
            Losses = losses,
            Gradient = slopes,
            Scale = T.One,
        };
        DerivativeOrder order = slopes.IsEmpty ? DerivativeOrder.Value : DerivativeOrder.Gradient;
        return formula!.Run(batch, order, LaneWidths.Best).Total;
    }
}

/// <summary>Every other row: near if it has the label, far if not.</summary>
internal sealed class AllPairs<T>(
    Kernel<T> formula,
    EmbeddingDistance distance,
    bool activeOnly = false,
    bool hasBoundaries = false,
    bool isRelative = false)
    : Mining<T>(formula, distance)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override bool IsRelative => isRelative;

    public override bool HasBoundaries => hasBoundaries;

    public override long Losses(int positives, int negatives) => positives + negatives;

    public override AnchorResult Run(in Anchor<T> anchor)
    {
        Span<T> areSimilar = anchor.Part(0, anchor.Distances.Length);
        areSimilar.Clear();
        foreach (int positive in anchor.Positives)
        {
            areSimilar[positive] = T.One;
        }

        ReadOnlySpan<T> distances = anchor.Distances;
        if (hasBoundaries)
        {
            Span<T> beyond = anchor.Part(1, distances.Length);
            Spans.Shift(distances, -anchor.Boundary, beyond);
            distances = beyond;
        }

        // All but the anchor itself.
        int before = Math.Min(anchor.Row, distances.Length);
        int after = Math.Min(before + 1, distances.Length);
        int pairs = anchor.Positives.Length + anchor.Negatives.Length;
        Span<T> losses = anchor.Losses.IsEmpty ? anchor.Part(2, pairs) : anchor.Losses;
        double sum = Evaluate(
            distances[..before],
            areSimilar[..before],
            losses[..before],
            Embedding.Rows.IfAny(anchor.Slopes, ..before));
        sum += Evaluate(
            distances[after..],
            areSimilar[after..],
            losses[before..],
            Embedding.Rows.IfAny(anchor.Slopes, after..));
        long count = activeOnly ? Spans.CountNotZero<T>(losses) : losses.Length;
        return new(sum, count, losses.Length, Spans.CountPositive<T>(losses));
    }
}

/// <summary>The farthest positive and the nearest negative.</summary>
internal sealed class HardestTriplet<T>(Kernel<T> formula, EmbeddingDistance distance)
    : Mining<T>(formula, distance)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override bool IsOfTriplets => true;

    public override long Losses(int positives, int negatives) => 1;

    public override AnchorResult Run(in Anchor<T> anchor)
    {
        if (anchor.Positives.IsEmpty || anchor.Negatives.IsEmpty)
        {
            anchor.Losses.Clear();
            return default;
        }

        T farthest = OrNaN(Spans.Largest(anchor.NearDistances), anchor.NearDistances);
        T nearest = OrNaN(Spans.SmallestAbove(anchor.FarDistances, -T.One), anchor.FarDistances);
        int negative = anchor.Negatives[Spans.IndexOf(anchor.FarDistances, nearest)];
        int positive = anchor.Positives[Spans.IndexOf(anchor.NearDistances, farthest)];
        anchor.Choose(0, positive, negative);
        Span<T> margin = [nearest - farthest];
        Span<T> slope = [T.Zero];
        double loss = Evaluate(margin, margin, anchor.Losses, anchor.Slopes.IsEmpty ? default : slope);
        if (!anchor.Slopes.IsEmpty)
        {
            anchor.Slopes[negative] = slope[0];
            anchor.Slopes[positive] = -slope[0];
        }

        return new(loss, 1, 1, loss > 0 ? 1 : 0);
    }
}

/// <summary>Every positive with every negative.</summary>
internal sealed class AllTriplets<T>(Kernel<T> formula, EmbeddingDistance distance, bool activeOnly)
    : Mining<T>(formula, distance)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override bool IsOfTriplets => true;

    public override long Losses(int positives, int negatives) => (long)positives * negatives;

    public override AnchorResult Run(in Anchor<T> anchor)
    {
        int count = anchor.Negatives.Length;
        if (count == 0)
        {
            return default;
        }

        ReadOnlySpan<T> distances = anchor.FarDistances;
        Span<T> margins = anchor.Part(0, count);
        Span<T> losses = anchor.Part(1, count);
        Span<T> slopes = anchor.Slopes.IsEmpty ? default : anchor.Part(2, count);
        Span<T> pulls = anchor.Part(3, count);
        pulls.Clear();
        CompensatedSum sum = default;
        long active = 0;
        long divisor = 0;
        for (int p = 0; p < anchor.Positives.Length; p++)
        {
            Spans.Shift(distances, -anchor.NearDistances[p], margins);
            losses = anchor.Losses.IsEmpty ? losses : anchor.Losses.Slice(p * count, count);
            sum += Evaluate(margins, margins, losses, slopes);
            active += Spans.CountPositive<T>(losses);
            divisor += activeOnly ? Spans.CountNotZero<T>(losses) : count;
            for (int k = 0; k < count && !anchor.Chosen.IsEmpty; k++)
            {
                anchor.Choose(p * count + k, anchor.Positives[p], anchor.Negatives[k]);
            }

            if (!slopes.IsEmpty)
            {
                Spans.Add<T>(pulls, slopes);
                anchor.Slopes[anchor.Positives[p]] = -Spans.Sum<T>(slopes);
            }
        }

        for (int k = 0; k < count && !slopes.IsEmpty; k++)
        {
            anchor.Slopes[anchor.Negatives[k]] = pulls[k];
        }

        long triplets = (long)anchor.Positives.Length * count;
        return new(sum.Total, divisor, triplets, active);
    }
}

/// <summary>
/// Every positive with the nearest negative that is farther than it or, if there is none, with the farthest.
/// </summary>
internal sealed class SemiHardTriplets<T>(Kernel<T> formula, EmbeddingDistance distance)
    : Mining<T>(formula, distance)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override bool IsOfTriplets => true;

    public override long Losses(int positives, int negatives) => negatives == 0 ? 0 : positives;

    public override AnchorResult Run(in Anchor<T> anchor)
    {
        int count = anchor.Positives.Length;
        if (count == 0 || anchor.Negatives.IsEmpty)
        {
            return default;
        }

        ReadOnlySpan<T> distances = anchor.FarDistances;
        T farthest = OrNaN(Spans.Largest(distances), distances);
        Span<T> margins = anchor.Part(0, count);
        Span<T> losses = anchor.Losses.IsEmpty ? anchor.Part(1, count) : anchor.Losses;
        Span<T> slopes = anchor.Slopes.IsEmpty ? default : anchor.Part(2, count);
        Span<T> negatives = anchor.Part(3, count);
        for (int k = 0; k < count; k++)
        {
            T near = anchor.NearDistances[k];
            T nearest = T.IsNaN(farthest) ? farthest : Spans.SmallestAbove(distances, near);
            negatives[k] = T.IsPositiveInfinity(nearest) ? farthest : nearest;
            margins[k] = negatives[k] - near;
        }

        double sum = Evaluate(margins, margins, losses, slopes);
        for (int k = 0; k < count && !anchor.Chosen.IsEmpty; k++)
        {
            anchor.Choose(k, anchor.Positives[k], anchor.Negatives[Spans.IndexOf(distances, negatives[k])]);
        }

        for (int k = 0; k < count && !slopes.IsEmpty; k++)
        {
            // Inactive triplets pull at nobody, and are most of them in time.
            if (slopes[k] != T.Zero)
            {
                anchor.Slopes[anchor.Positives[k]] = -slopes[k];
                anchor.Slopes[anchor.Negatives[Spans.IndexOf(distances, negatives[k])]] += slopes[k];
            }
        }

        return new(sum, count, count, Spans.CountPositive<T>(losses));
    }
}

/// <summary>
/// Every positive with all negatives: a formula on s·cos(θ − β) of the angle θ to the positive, less the log Σ e^(s·cos
/// θ) of those to the negatives.
/// </summary>
internal sealed class TupletMining<T>(Kernel<T> formula, double margin, double scale)
    : Mining<T>(formula, distance: null)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The square of a sine that comes of rounding the cosine of an angle of 0.</summary>
    private static readonly double s_noise = typeof(T) == typeof(float) ? 4.8e-7 : 8.9e-16;

    /// <summary>So far are the negatives if there are none.</summary>
    private static double Nothing => IeeeFormat<T>.LargestFinite / 4;

    public override long Losses(int positives, int negatives) => positives;

    public override AnchorResult Run(in Anchor<T> anchor)
    {
        int count = anchor.Positives.Length;
        if (count == 0)
        {
            return default;
        }

        Span<T> shares = anchor.Part(0, anchor.Negatives.Length);
        double far = Math.Max(-Nothing, LogSumExp(anchor.FarDistances, scale, shares));
        Span<T> margins = anchor.Part(1, count);
        Span<T> turns = anchor.Part(2, count);
        for (int k = 0; k < count; k++)
        {
            double cosine = double.CreateTruncating(anchor.NearDistances[k]);
            double square = 1 - cosine * cosine;
            double sine = square <= s_noise ? 0 : Math.Sqrt(square);
            double turned = cosine * Math.Cos(margin) + sine * Math.Sin(margin);
            margins[k] = T.CreateTruncating(scale * turned - far);

            // The root of 0 has the derivative 0, and so has the angle there.
            turns[k] = T.CreateTruncating(
                sine == 0 ? 0 : scale * (Math.Cos(margin) - cosine / sine * Math.Sin(margin)));
        }

        Span<T> slopes = anchor.Slopes.IsEmpty ? default : anchor.Part(3, count);
        Span<T> losses = anchor.Losses.IsEmpty ? anchor.Part(4, count) : anchor.Losses;
        double sum = Evaluate(margins, margins, losses, slopes);
        T pull = T.Zero;
        for (int k = 0; k < slopes.Length; k++)
        {
            anchor.Slopes[anchor.Positives[k]] = T.IsNaN(slopes[k]) ? T.NaN : slopes[k] * turns[k];
            pull -= T.CreateTruncating(scale) * slopes[k];
        }

        for (int k = 0; k < shares.Length && pull != T.Zero && !slopes.IsEmpty; k++)
        {
            anchor.Slopes[anchor.Negatives[k]] = pull * shares[k];
        }

        return new(sum, count, count, Spans.CountPositive<T>(losses));
    }
}

/// <summary>
/// Every pair of one label once: ½·max(0, D + log Σ e^(m − D′))² of its distance D and all distances D′ from either of
/// both to rows of other labels. References have none of their own, as they are not compared with each other.
/// </summary>
internal sealed class LiftedMining<T>(double margin, EmbeddingDistance distance) : Mining<T>(distance: distance)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override bool TakesPairsOnce => true;

    public override bool HasFolds => true;

    public override long Losses(int positives, int negatives) => positives;

    public override double Fold(in Anchor<T> anchor) =>
        margin + LogSumExp(anchor.FarDistances, -1, anchor.Part(0, anchor.Negatives.Length));

    public override AnchorResult Run(in Anchor<T> anchor)
    {
        double far = anchor.IsAcross ? Fold(anchor) : anchor.Folds[anchor.Row];
        double pull = 0;
        CompensatedSum sum = default;
        int count = 0;
        int active = 0;
        for (int k = 0; k < anchor.Positives.Length; k++)
        {
            int other = anchor.Positives[k];
            double ofOther = anchor.IsAcross ? double.NegativeInfinity : anchor.Folds[other];
            double gap = far - ofOther;
            double both = LogSums.Add(far, ofOther);
            double excess = Math.Max(0, both + double.CreateTruncating(anchor.NearDistances[k]));
            int weighed = anchor.IsAcross ? anchor.Index : Math.Min(other, anchor.Row);
            T weight = anchor.Weights.IsEmpty ? T.One : anchor.Weights[weighed];
            double slope = weight == T.Zero ? 0 : double.CreateTruncating(weight) * excess;
            if (anchor.IsAcross || other > anchor.Row)
            {
                Embedding.Rows.IfAny(anchor.Losses, count..(count + 1)).Fill(T.CreateTruncating(excess * excess / 2));
                Embedding.Rows.IfAny(anchor.Slopes, other..(other + 1)).Fill(T.CreateTruncating(slope));
                sum += excess * excess / 2;
                count++;
                active += excess > 0 ? 1 : 0;
            }

            pull += slope == 0 ? 0 : slope / (1 + Math.Exp(-gap));
        }

        if (!anchor.Slopes.IsEmpty && pull != 0)
        {
            Span<T> shares = anchor.Part(0, anchor.Negatives.Length);
            _ = LogSumExp(anchor.FarDistances, -1, shares);
            for (int k = 0; k < shares.Length; k++)
            {
                anchor.Slopes[anchor.Negatives[k]] = -T.CreateTruncating(pull) * shares[k];
            }
        }

        return new(sum.Total, count, count, active);
    }
}

/// <summary>
/// The average precision of a row's positives among all others, from soft histograms of squared distances: a triangle
/// around each of evenly spaced centres.
/// </summary>
internal sealed class FastApMining<T>(int bins) : Mining<T>(distance: EmbeddingDistance.SquaredEuclidean)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The largest squared distance of normalised rows.</summary>
    private const double Largest = 4;

    public override bool Normalizes => true;

    public override long Losses(int positives, int negatives) => 1;

    public override AnchorResult Run(in Anchor<T> anchor)
    {
        int count = anchor.Positives.Length;
        if (count == 0)
        {
            anchor.Losses.Clear();
            return default;
        }

        using Rented<double> rented = new(4 * (bins + 1));
        Span<double> near = rented.Span[..(bins + 1)];
        Span<double> far = rented.Span.Slice(bins + 1, bins + 1);
        Span<double> ofNear = rented.Span.Slice(2 * (bins + 1), bins + 1);
        Span<double> ofFar = rented.Span[(3 * (bins + 1))..];
        rented.Span.Clear();
        bool isNaN = !Count(anchor.NearDistances, near) | !Count(anchor.FarDistances, far);
        double precision = Precision(near, far, ofNear, ofFar, count);
        double loss = isNaN ? double.NaN : 1 - precision;
        anchor.Losses.Fill(T.CreateTruncating(loss));
        if (!anchor.Slopes.IsEmpty)
        {
            Pull(anchor, anchor.Positives, isNaN, ofNear);
            Pull(anchor, anchor.Negatives, isNaN, ofFar);
        }

        return new(loss, 1, 1, loss > 0 ? 1 : 0);
    }

    /// <summary>Adds distances to the two centres that each is between; returns whether all are numbers.</summary>
    private bool Count(ReadOnlySpan<T> distances, Span<double> histogram)
    {
        foreach (T distance in distances)
        {
            if (!(distance >= T.Zero))
            {
                return false;
            }

            int bin = Bin(distance, out double share);
            histogram[bin] += 1 - share;
            histogram[Math.Min(bin + 1, bins)] += bin < bins ? share : 0;
        }

        return true;
    }

    private int Bin(T distance, out double share)
    {
        double at = double.CreateTruncating(distance) * (bins / Largest);
        int bin = (int)Math.Min(at, bins);
        share = Math.Min(1, at - bin);
        return bin;
    }

    /// <summary>The mean precision, and its derivatives with respect to the histograms, negative.</summary>
    private static double Precision(
        Span<double> near, Span<double> far, Span<double> ofNear, Span<double> ofFar, int count)
    {
        double precision = 0;
        double nearSoFar = 0;
        double farSoFar = 0;
        for (int bin = 0; bin < near.Length; bin++)
        {
            nearSoFar += near[bin];
            farSoFar += far[bin];
            double all = nearSoFar + farSoFar;
            double share = all > 0 ? nearSoFar / all : 0;
            precision += near[bin] * share / count;
            ofNear[bin] = share;

            // What a row in this bin or an earlier one changes of this term.
            far[bin] = all > 0 ? near[bin] * farSoFar / all / all : 0;
            near[bin] *= all > 0 ? share / all : 0;
        }

        double later = 0;
        double laterOfFar = 0;
        for (int bin = near.Length - 1; bin >= 0; bin--)
        {
            later += far[bin];
            laterOfFar += near[bin];
            ofNear[bin] = -(ofNear[bin] + later) / count;
            ofFar[bin] = laterOfFar / count;
        }

        return precision;
    }

    private void Pull(in Anchor<T> anchor, ReadOnlySpan<int> rows, bool isNaN, ReadOnlySpan<double> slopes)
    {
        foreach (int row in rows)
        {
            int bin = Bin(anchor.Distances[row], out double share);
            double next = bin < bins ? slopes[bin + 1] : 0;

            // At a centre both sides of its triangle meet, and those of its neighbours end.
            double slope = share == 0 || share == 1 ? 0 : (next - slopes[bin]) * (bins / Largest);
            anchor.Slopes[row] = isNaN ? T.NaN : T.CreateTruncating(slope);
        }
    }
}
