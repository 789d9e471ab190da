namespace LossKit.Internals.Embedding;

/// <summary>What is scored of two rows, and how a derivative with respect to the score pulls at them.</summary>
internal abstract class PairGeometry<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many numbers a row has.</summary>
    public abstract int Dimension { get; }

    /// <summary>One score a pair.</summary>
    public abstract void Score(in EmbeddingSides<T> pairs, Span<T> scores);

    /// <summary>
    /// Makes gradients of the rows of derivatives with respect to their scores; what is left out is empty.
    /// </summary>
    public abstract void Pull(in SideBlock<T> block, ReadOnlySpan<T> scores, ReadOnlySpan<T> slopes);
}

/// <summary>The difference of two numbers.</summary>
internal sealed class DifferenceGeometry<T> : PairGeometry<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public override int Dimension => 1;

    public override void Score(in EmbeddingSides<T> pairs, Span<T> scores) =>
        Spans.Subtract(pairs.First, pairs.Second, scores);

    public override void Pull(in SideBlock<T> block, ReadOnlySpan<T> scores, ReadOnlySpan<T> slopes)
    {
        slopes[..block.Gradients.First.Length].CopyTo(block.Gradients.First);
        slopes[..block.Gradients.Second.Length].CopyTo(block.Gradients.Second);
        Spans.Scale(block.Gradients.Second, -T.One);
    }
}

/// <summary>The Euclidean distance; where it is 0, so is its gradient.</summary>
internal sealed class DistanceGeometry<T>(int dimension) : PairGeometry<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override int Dimension => dimension;

    public override void Score(in EmbeddingSides<T> pairs, Span<T> scores)
    {
        for (int k = 0; k < scores.Length; k++)
        {
            Range row = Rows.At(k, dimension);
            scores[k] = T.CreateTruncating(Lengths<T>.Distance(pairs.First[row], pairs.Second[row]));
        }
    }

    public override void Pull(in SideBlock<T> block, ReadOnlySpan<T> scores, ReadOnlySpan<T> slopes)
    {
        for (int k = 0; k < scores.Length; k++)
        {
            Range row = Rows.At(k, dimension);
            ReadOnlySpan<T> first = block.Sides.First[row];
            ReadOnlySpan<T> second = block.Sides.Second[row];
            Span<T> ofFirst = Rows.IfAny(block.Gradients.First, row);
            Span<T> ofSecond = Rows.IfAny(block.Gradients.Second, row);
            if (Distances.IsLeft(slopes[k], ofFirst, ofSecond))
            {
                continue;
            }

            T force = Distances.Force(slopes[k], scores[k]);
            Spans.ScaledDifference(force, first, second, ofFirst);
            Spans.ScaledDifference(-force, first, second, ofSecond);
        }
    }
}

/// <summary>u·v / √((u·u + ε)(v·v + ε)), the cosine of two rows u and v, with PyTorch's ε.</summary>
internal sealed class CosineGeometry<T>(int dimension) : PairGeometry<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The root of ε.</summary>
    private const double LeastNorm = 1e-6;

    public override int Dimension => dimension;

    public override void Score(in EmbeddingSides<T> pairs, Span<T> scores)
    {
        for (int k = 0; k < scores.Length; k++)
        {
            Range row = Rows.At(k, dimension);
            ReadOnlySpan<T> first = pairs.First[row];
            ReadOnlySpan<T> second = pairs.Second[row];
            scores[k] = T.CreateTruncating(Lengths<T>.Cosine(first, second, Norm(first), Norm(second)));
        }
    }

    public override void Pull(in SideBlock<T> block, ReadOnlySpan<T> scores, ReadOnlySpan<T> slopes)
    {
        for (int k = 0; k < scores.Length; k++)
        {
            Range row = Rows.At(k, dimension);
            ReadOnlySpan<T> first = block.Sides.First[row];
            ReadOnlySpan<T> second = block.Sides.Second[row];
            Span<T> ofFirst = Rows.IfAny(block.Gradients.First, row);
            Span<T> ofSecond = Rows.IfAny(block.Gradients.Second, row);
            if (Distances.IsLeft(slopes[k], ofFirst, ofSecond))
            {
                continue;
            }

            double normFirst = Norm(first);
            double normSecond = Norm(second);
            double slope = double.CreateTruncating(slopes[k]);
            double across = slope / normFirst / normSecond;
            double along = -slope * Lengths<T>.Cosine(first, second, normFirst, normSecond);
            Spans.Combine(across, second, along / normFirst / normFirst, first, ofFirst);
            Spans.Combine(across, first, along / normSecond / normSecond, second, ofSecond);
        }
    }

    private static double Norm(ReadOnlySpan<T> row) => double.Hypot(Lengths<T>.Norm(row), LeastNorm);
}
