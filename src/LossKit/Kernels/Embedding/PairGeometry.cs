using System.Numerics;

namespace LossKit.Kernels.Embedding;

/// <summary>What is scored of two rows, and how a derivative with respect to the score pulls at them.</summary>
internal abstract class PairGeometry<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many numbers a row has.</summary>
    public abstract int Dimension { get; }

    /// <summary>One score a pair.</summary>
    public abstract void Score(ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> scores);

    /// <summary>Makes gradients of the rows of derivatives with respect to their scores.</summary>
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
        slopes.CopyTo(gradientFirst);
        slopes.CopyTo(gradientSecond);
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
            scores[k] = T.CreateTruncating(Math.Sqrt(RowProduct<T>.Of<SquaredDistance>(first[row], second[row])));
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
            T force = Distances.Force(slopes[k], scores[k]);
            Spans.ScaledDifference(force, first[row], second[row], gradientFirst[row]);
            Spans.ScaledDifference(-force, first[row], second[row], gradientSecond[row]);
        }
    }
}

/// <summary>u·v / √((u·u + ε)(v·v + ε)), the cosine of two rows u and v, with PyTorch's ε.</summary>
internal sealed class CosineGeometry<T>(int dimension) : PairGeometry<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const double Epsilon = 1e-12;

    public override int Dimension => dimension;

    public override void Score(ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> scores)
    {
        for (int k = 0; k < scores.Length; k++)
        {
            Range row = Rows.At(k, dimension);
            (double norms, double _, double _) = Norms(first[row], second[row]);
            scores[k] = T.CreateTruncating(RowProduct<T>.Of<Dot>(first[row], second[row]) / norms);
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
            (double norms, double squareFirst, double squareSecond) = Norms(first[row], second[row]);
            double slope = double.CreateTruncating(slopes[k]);
            double along = -slope * RowProduct<T>.Of<Dot>(first[row], second[row]) / norms;
            Spans.Combine(slope / norms, second[row], along / squareFirst, first[row], gradientFirst[row]);
            Spans.Combine(slope / norms, first[row], along / squareSecond, second[row], gradientSecond[row]);
        }
    }

    private static (double Product, double SquareFirst, double SquareSecond) Norms(
        ReadOnlySpan<T> first, ReadOnlySpan<T> second)
    {
        double squareFirst = RowProduct<T>.Of<Dot>(first, first) + Epsilon;
        double squareSecond = RowProduct<T>.Of<Dot>(second, second) + Epsilon;
        return (Math.Sqrt(squareFirst) * Math.Sqrt(squareSecond), squareFirst, squareSecond);
    }
}
