namespace LossKit.Internals.Embedding;

/// <summary>What is scored of two rows, and how a derivative with respect to the score pulls at them.</summary>
internal abstract class PairGeometry<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many numbers a row has.</summary>
    public abstract int Dimension { get; }

    /// <summary>One score a pair.</summary>
    public abstract void Score(ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> scores);

    /// <summary>
    /// Makes gradients of the rows of derivatives with respect to their scores; what is left out is empty.
    /// </summary>
    public abstract void Pull(
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        ReadOnlySpan<T> scores,
        ReadOnlySpan<T> slopes,
        Span<T> gradientFirst,
        Span<T> gradientSecond);
}

/// <summary>The difference of two numbers.</summary>
internal sealed class DifferenceGeometry<T> : PairGeometry<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public override int Dimension => 1;

    public override void Score(ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> scores) =>
        Spans.Subtract(first, second, scores);

    public override void Pull(
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        ReadOnlySpan<T> scores,
        ReadOnlySpan<T> slopes,
        Span<T> gradientFirst,
        Span<T> gradientSecond)
    {
        slopes[..gradientFirst.Length].CopyTo(gradientFirst);
        slopes[..gradientSecond.Length].CopyTo(gradientSecond);
        Spans.Scale(gradientSecond, -T.One);
    }
}

/// <summary>The Euclidean distance; where it is 0, so is its gradient.</summary>
internal sealed class DistanceGeometry<T>(int dimension) : PairGeometry<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override int Dimension => dimension;

    public override void Score(ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> scores)
    {
        for (int k = 0; k < scores.Length; k++)
        {
            Range row = Rows.At(k, dimension);
            scores[k] = T.CreateTruncating(Lengths<T>.Distance(first[row], second[row]));
        }
    }

    public override void Pull(
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        ReadOnlySpan<T> scores,
        ReadOnlySpan<T> slopes,
        Span<T> gradientFirst,
        Span<T> gradientSecond)
    {
        for (int k = 0; k < scores.Length; k++)
        {
            Range row = Rows.At(k, dimension);
            Span<T> ofFirst = Rows.IfAny(gradientFirst, row);
            Span<T> ofSecond = Rows.IfAny(gradientSecond, row);
            if (Distances.IsLeft(slopes[k], ofFirst, ofSecond))
            {
                continue;
            }

            T force = Distances.Force(slopes[k], scores[k]);
            Spans.ScaledDifference(force, first[row], second[row], ofFirst);
            Spans.ScaledDifference(-force, first[row], second[row], ofSecond);
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

    public override void Score(ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> scores)
    {
        for (int k = 0; k < scores.Length; k++)
        {
            Range row = Rows.At(k, dimension);
            scores[k] = T.CreateTruncating(
                Lengths<T>.Cosine(first[row], second[row], Norm(first[row]), Norm(second[row])));
        }
    }

    public override void Pull(
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        ReadOnlySpan<T> scores,
        ReadOnlySpan<T> slopes,
        Span<T> gradientFirst,
        Span<T> gradientSecond)
    {
        for (int k = 0; k < scores.Length; k++)
        {
            Range row = Rows.At(k, dimension);
            Span<T> ofFirst = Rows.IfAny(gradientFirst, row);
            Span<T> ofSecond = Rows.IfAny(gradientSecond, row);
            if (Distances.IsLeft(slopes[k], ofFirst, ofSecond))
            {
                continue;
            }

            double normFirst = Norm(first[row]);
            double normSecond = Norm(second[row]);
            double slope = double.CreateTruncating(slopes[k]);
            double across = slope / normFirst / normSecond;
            double along = -slope * Lengths<T>.Cosine(first[row], second[row], normFirst, normSecond);
            Spans.Combine(across, second[row], along / normFirst / normFirst, first[row], ofFirst);
            Spans.Combine(across, first[row], along / normSecond / normSecond, second[row], ofSecond);
        }
    }

    private static double Norm(ReadOnlySpan<T> row) => double.Hypot(Lengths<T>.Norm(row), LeastNorm);
}
