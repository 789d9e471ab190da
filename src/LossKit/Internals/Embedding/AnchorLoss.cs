namespace LossKit.Internals.Embedding;

/// <summary>The losses of one anchor.</summary>
/// <param name="Sum">Their sum.</param>
/// <param name="Count">How many of them the mean divides by.</param>
/// <param name="Triplets">How many triplets there were.</param>
/// <param name="Active">How many of them had a loss above 0.</param>
internal readonly record struct AnchorResult(double Sum, long Count, long Triplets, long Active);

/// <summary>A formula on distances, and which distances of an anchor it is applied to.</summary>
internal abstract class AnchorLoss<T>(PointwiseKernel<T> formula)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Whether it is on squared distances.</summary>
    public virtual bool IsSquared => false;

    /// <summary>How many losses an anchor has, counted or not.</summary>
    public abstract long Losses(int positives, int negatives);

    public abstract AnchorResult Run(in Anchor<T> anchor);

    /// <summary>Losses of scores, with their derivatives if there is a span for them.</summary>
    private protected double Evaluate(
        ReadOnlySpan<T> scores,
        ReadOnlySpan<T> targets,
        Span<T> losses,
        Span<T> slopes,
        ReadOnlySpan<T> weights = default)
    {
        Batch<T> batch = new()
        {
            Predictions = scores,
            Targets = targets,
            Weights = weights,
            Losses = losses,
            Gradient = slopes,
            Scale = T.One,
        };
        DerivativeOrder order = slopes.IsEmpty ? DerivativeOrder.Value : DerivativeOrder.Gradient;
        return formula.Run(batch, order, LaneWidths.Best).Total;
    }
}

/// <summary>Every other row: near if it has the label, far if not.</summary>
internal sealed class AllPairs<T>(PointwiseKernel<T> formula) : AnchorLoss<T>(formula)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override long Losses(int positives, int negatives) => positives + negatives;

    public override AnchorResult Run(in Anchor<T> anchor)
    {
        int rows = anchor.SquaredDistances.Length;
        Span<T> distances = anchor.Part(0, rows);
        Span<T> areSimilar = anchor.Part(1, rows);
        Span<T> counts = anchor.Part(2, rows);
        Span<T> losses = anchor.Losses.IsEmpty ? default : anchor.Part(3, rows);
        anchor.SquaredDistances.CopyTo(distances);
        anchor.ToDistances(distances);
        areSimilar.Clear();
        foreach (int positive in anchor.Positives)
        {
            areSimilar[positive] = T.One;
        }

        // All but the anchor itself.
        counts.Fill(T.One);
        counts[anchor.Row] = T.Zero;
        double sum = Evaluate(distances, areSimilar, losses, anchor.Slopes, counts);
        if (!losses.IsEmpty)
        {
            losses[..anchor.Row].CopyTo(anchor.Losses);
            losses[(anchor.Row + 1)..].CopyTo(anchor.Losses[anchor.Row..]);
        }

        return new(sum, rows - 1, 0, 0);
    }
}

/// <summary>The farthest positive and the nearest negative.</summary>
internal sealed class HardestTriplet<T>(PointwiseKernel<T> formula) : AnchorLoss<T>(formula)
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

        int positive = anchor.Positives[0];
        foreach (int row in anchor.Positives)
        {
            positive = IsMore(anchor.SquaredDistances[row], anchor.SquaredDistances[positive]) ? row : positive;
        }

        int negative = anchor.Negatives[0];
        foreach (int row in anchor.Negatives)
        {
            negative = IsMore(-anchor.SquaredDistances[row], -anchor.SquaredDistances[negative]) ? row : negative;
        }

        Span<T> margin = [anchor.Distance(negative) - anchor.Distance(positive)];
        Span<T> slope = [T.Zero];
        double loss = Evaluate(
            margin, margin, anchor.Losses, anchor.Slopes.IsEmpty ? default : slope);
        if (!anchor.Slopes.IsEmpty)
        {
            anchor.Slopes[negative] = slope[0];
            anchor.Slopes[positive] = -slope[0];
        }

        return new(loss, 1, 1, loss > 0 ? 1 : 0);
    }

    // NaN is harder than anything.
    private static bool IsMore(T left, T right) => left > right || (T.IsNaN(left) && !T.IsNaN(right));
}

/// <summary>Every positive with every negative.</summary>
internal sealed class AllTriplets<T>(PointwiseKernel<T> formula, bool activeOnly) : AnchorLoss<T>(formula)
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

        Span<T> distances = anchor.Part(0, count);
        Span<T> margins = anchor.Part(1, count);
        Span<T> losses = anchor.Part(2, count);
        Span<T> slopes = anchor.Slopes.IsEmpty ? default : anchor.Part(3, count);
        for (int k = 0; k < count; k++)
        {
            distances[k] = anchor.SquaredDistances[anchor.Negatives[k]];
        }

        anchor.ToDistances(distances);
        Span<T> pulls = anchor.Part(4, count);
        pulls.Clear();
        CompensatedSum sum = default;
        long active = 0;
        long divisor = 0;
        for (int p = 0; p < anchor.Positives.Length; p++)
        {
            int positive = anchor.Positives[p];
            Spans.Shift(distances, -anchor.Distance(positive), margins);
            losses = anchor.Losses.IsEmpty ? losses : anchor.Losses.Slice(p * count, count);
            sum += Evaluate(margins, margins, losses, slopes);
            active += Spans.CountPositive<T>(losses);
            divisor += activeOnly ? Spans.CountNotZero<T>(losses) : count;
            if (!slopes.IsEmpty)
            {
                Spans.Add<T>(pulls, slopes);
                anchor.Slopes[positive] = -Spans.Sum<T>(slopes);
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
internal sealed class SemiHardTriplets<T>(PointwiseKernel<T> formula) : AnchorLoss<T>(formula)
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

        Span<T> distances = anchor.Part(0, anchor.Negatives.Length);
        for (int k = 0; k < distances.Length; k++)
        {
            distances[k] = anchor.SquaredDistances[anchor.Negatives[k]];
        }

        // A distance that is NaN could be any.
        bool hasNaN = T.IsNaN(Spans.Sum<T>(distances));
        T farthest = hasNaN ? T.NaN : Spans.Largest<T>(distances);
        Span<T> margins = anchor.Part(1, count);
        Span<T> losses = anchor.Losses.IsEmpty ? anchor.Part(2, count) : anchor.Losses;
        Span<T> slopes = anchor.Slopes.IsEmpty ? default : anchor.Part(3, count);
        Span<T> negatives = anchor.Part(4, count);
        for (int k = 0; k < count; k++)
        {
            T near = anchor.SquaredDistances[anchor.Positives[k]];
            T nearest = hasNaN ? T.NaN : Spans.SmallestAbove(distances, near);
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
