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

/// <summary>What is scored of two rows of several numbers.</summary>
internal abstract class RowGeometry<T>(int dimension) : PairGeometry<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public sealed override int Dimension => dimension;

    public sealed override void Score(in EmbeddingSides<T> pairs, Span<T> scores)
    {
        for (int k = 0; k < scores.Length; k++)
        {
            Range row = Rows.At(k, dimension);
            scores[k] = T.CreateTruncating(Score(pairs.First[row], pairs.Second[row]));
        }
    }

    public sealed override void Pull(in SideBlock<T> block, ReadOnlySpan<T> scores, ReadOnlySpan<T> slopes)
    {
        for (int k = 0; k < scores.Length; k++)
        {
            Range row = Rows.At(k, dimension);
            Span<T> ofFirst = Rows.IfAny(block.Gradients.First, row);
            Span<T> ofSecond = Rows.IfAny(block.Gradients.Second, row);
            if (!Distances.IsLeft(slopes[k], ofFirst, ofSecond))
            {
                Pull(slopes[k], scores[k], block.Sides.First[row], block.Sides.Second[row], ofFirst, ofSecond);
            }
        }
    }

    private protected abstract double Score(ReadOnlySpan<T> first, ReadOnlySpan<T> second);

    private protected abstract void Pull(
        T slope, T score, ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> ofFirst, Span<T> ofSecond);
}

/// <summary>The Euclidean distance; where it is 0, so is its gradient.</summary>
internal sealed class DistanceGeometry<T>(int dimension) : RowGeometry<T>(dimension)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private protected override double Score(ReadOnlySpan<T> first, ReadOnlySpan<T> second) =>
        Lengths<T>.Distance(first, second);

    private protected override void Pull(
        T slope, T score, ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> ofFirst, Span<T> ofSecond)
    {
        T force = Distances.Force(slope, score);
        Spans.ScaledDifference(force, first, second, ofFirst);
        Spans.ScaledDifference(-force, first, second, ofSecond);
    }
}

/// <summary>u·v / √((u·u + ε)(v·v + ε)), the cosine of two rows u and v, with PyTorch's ε.</summary>
internal sealed class CosineGeometry<T>(int dimension) : RowGeometry<T>(dimension)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The root of ε.</summary>
    private const double LeastNorm = 1e-6;

    private protected override double Score(ReadOnlySpan<T> first, ReadOnlySpan<T> second) =>
        Lengths<T>.Cosine(first, second, Norm(first), Norm(second));

    private protected override void Pull(
        T slope, T score, ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> ofFirst, Span<T> ofSecond)
    {
        double normFirst = Norm(first);
        double normSecond = Norm(second);
        double across = double.CreateTruncating(slope) / normFirst / normSecond;
        double along = -double.CreateTruncating(slope) * Lengths<T>.Cosine(first, second, normFirst, normSecond);
        Spans.Combine(across, second, along / normFirst / normFirst, first, ofFirst);
        Spans.Combine(across, first, along / normSecond / normSecond, second, ofSecond);
    }

    private static double Norm(ReadOnlySpan<T> row) => double.Hypot(Lengths<T>.Norm(row), LeastNorm);
}
