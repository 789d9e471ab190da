namespace LossKit.Internals.Scores;

/// <summary>A formula on distances, and which distances of an anchor it is applied to.</summary>
internal abstract class Mining<T>(PointwiseKernel<T> formula)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Whether it is on squared distances.</summary>
    public virtual bool IsSquared => false;

    /// <summary>How many losses an anchor has, counted or not.</summary>
    public abstract long Losses(int positives, int negatives);

    public abstract AnchorResult Run(in Anchor<T> anchor);

    /// <summary>One of some distances, or NaN if any is: it could be that.</summary>
    private protected static T OrNaN(T distance, ReadOnlySpan<T> distances) =>
        T.IsNaN(Spans.Sum(distances)) ? T.NaN : distance;

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
        return formula.Run(batch, order, LaneWidths.Best).Total;
    }
}

/// <summary>Every other row: near if it has the label, far if not.</summary>
internal sealed class AllPairs<T>(PointwiseKernel<T> formula) : Mining<T>(formula)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override long Losses(int positives, int negatives) => positives + negatives;

    public override AnchorResult Run(in Anchor<T> anchor)
    {
        Span<T> areSimilar = anchor.Part(0, anchor.Distances.Length);
        areSimilar.Clear();
        foreach (int positive in anchor.Positives)
        {
            areSimilar[positive] = T.One;
        }

        // All but the anchor itself.
        int before = anchor.Row;
        int after = before + 1;
        double sum = Evaluate(
            anchor.Distances[..before],
            areSimilar[..before],
            Embedding.Rows.IfAny(anchor.Losses, ..before),
            Embedding.Rows.IfAny(anchor.Slopes, ..before));
        sum += Evaluate(
            anchor.Distances[after..],
            areSimilar[after..],
            Embedding.Rows.IfAny(anchor.Losses, before..),
            Embedding.Rows.IfAny(anchor.Slopes, after..));
        return new(sum, anchor.Distances.Length - 1, 0, 0);
    }
}

/// <summary>The farthest positive and the nearest negative.</summary>
internal sealed class HardestTriplet<T>(PointwiseKernel<T> formula) : Mining<T>(formula)
    where T : unmanaged, IFloatingPointIeee754<T>
{
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
        Span<T> margin = [nearest - farthest];
        Span<T> slope = [T.Zero];
        double loss = Evaluate(margin, margin, anchor.Losses, anchor.Slopes.IsEmpty ? default : slope);
        if (!anchor.Slopes.IsEmpty)
        {
            anchor.Slopes[anchor.Negatives[Spans.IndexOf(anchor.FarDistances, nearest)]] = slope[0];
            anchor.Slopes[anchor.Positives[Spans.IndexOf(anchor.NearDistances, farthest)]] = -slope[0];
        }

        return new(loss, 1, 1, loss > 0 ? 1 : 0);
    }
}

/// <summary>Every positive with every negative.</summary>
internal sealed class AllTriplets<T>(PointwiseKernel<T> formula, bool activeOnly) : Mining<T>(formula)
    where T : unmanaged, IFloatingPointIeee754<T>
{
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
internal sealed class SemiHardTriplets<T>(PointwiseKernel<T> formula) : Mining<T>(formula)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override bool IsSquared => true;

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
