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

    public abstract double Score(ReadOnlySpan<T> first, ReadOnlySpan<T> second);

    /// <summary>Makes gradients of a derivative with respect to the score; what is left out is empty.</summary>
    /// <param name="slope">The derivative.</param>
    /// <param name="score">What is scored of both rows.</param>
    /// <param name="first">A row.</param>
    /// <param name="second">The row that it is compared with.</param>
    /// <param name="ofFirst">Receives the gradient of the first row.</param>
    /// <param name="ofSecond">Receives that of the second.</param>
    /// <param name="adds">Whether that of the first row is added to.</param>
    public abstract void Pull(
        T slope,
        T score,
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        Span<T> ofFirst,
        Span<T> ofSecond,
        bool adds = false);
}

/// <summary>What is scored of the difference of two rows, along which they pull at each other.</summary>
internal abstract class DirectGeometry<T>(int dimension) : RowGeometry<T>(dimension)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public sealed override void Pull(
        T slope,
        T score,
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        Span<T> ofFirst,
        Span<T> ofSecond,
        bool adds)
    {
        T force = Force(slope, score);
        Spans.ScaledDifference(-force, first, second, ofSecond);
        if (adds)
        {
            Spans.AddScaledDifference(force, first, second, ofFirst);
        }
        else
        {
            Spans.ScaledDifference(force, first, second, ofFirst);
        }
    }

    private protected abstract T Force(T slope, T score);
}

/// <summary>The Euclidean distance; where it is 0, so is its gradient.</summary>
internal sealed class DistanceGeometry<T>(int dimension) : DirectGeometry<T>(dimension)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override double Score(ReadOnlySpan<T> first, ReadOnlySpan<T> second) => Lengths<T>.Distance(first, second);

    private protected override T Force(T slope, T score) => Distances.Force(slope, score);
}

/// <summary>The squared Euclidean distance.</summary>
internal sealed class SquaredDistanceGeometry<T>(int dimension) : DirectGeometry<T>(dimension)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override double Score(ReadOnlySpan<T> first, ReadOnlySpan<T> second) =>
        RowProduct<T>.Of<SquaredDistance>(first, second);

    private protected override T Force(T slope, T score) => slope + slope;
}

/// <summary>The sum of absolute differences, or the largest of them.</summary>
internal sealed class AbsoluteGeometry<T>(int dimension, bool isLargest) : RowGeometry<T>(dimension)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override double Score(ReadOnlySpan<T> first, ReadOnlySpan<T> second)
    {
        if (!isLargest)
        {
            return RowProduct<T>.Of<AbsoluteDifference>(first, second);
        }

        int at = At(first, second);
        return double.CreateTruncating(T.Abs(first[at] - second[at]));
    }

    public override void Pull(
        T slope,
        T score,
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        Span<T> ofFirst,
        Span<T> ofSecond,
        bool adds)
    {
        ofSecond.Clear();
        if (!adds)
        {
            ofFirst.Clear();
        }

        // Where the loss is NaN, so are all derivatives.
        bool isOne = isLargest && !T.IsNaN(slope);
        int start = isOne ? At(first, second) : 0;
        int end = isOne ? start + 1 : first.Length;
        for (int k = start; k < end; k++)
        {
            T difference = first[k] - second[k];
            T pull = T.IsNaN(difference) ? T.NaN : slope * T.CreateTruncating(T.Sign(difference));
            if (!ofFirst.IsEmpty)
            {
                ofFirst[k] += pull;
            }

            if (!ofSecond.IsEmpty)
            {
                ofSecond[k] = -pull;
            }
        }
    }

    /// <summary>The first of the largest differences, or of those that are NaN.</summary>
    private static int At(ReadOnlySpan<T> first, ReadOnlySpan<T> second)
    {
        int at = 0;
        T largest = -T.One;
        for (int k = 0; k < first.Length; k++)
        {
            T size = T.Abs(first[k] - second[k]);
            if (!(size <= largest) && !T.IsNaN(largest))
            {
                (at, largest) = (k, size);
            }
        }

        return at;
    }
}

/// <summary>How the norms that a cosine divides by are kept from 0.</summary>
internal enum NormFloor
{
    /// <summary>√(x·x + ε), with PyTorch's ε of 1e-12.</summary>
    Added,

    /// <summary>At least 1e-12.</summary>
    Least,
}

/// <summary>The cosine of two rows u and v, or how far it is from 1.</summary>
internal sealed class CosineGeometry<T>(int dimension, NormFloor floor, bool isDistance = false)
    : RowGeometry<T>(dimension)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The root of ε.</summary>
    private const double Added = 1e-6;

    public override double Score(ReadOnlySpan<T> first, ReadOnlySpan<T> second)
    {
        double normFirst = Norm(first, out bool isFirstLeast);
        double normSecond = Norm(second, out bool isSecondLeast);
        double cosine = Lengths<T>.Cosine(first, second, normFirst, normSecond);
        return !isDistance ? cosine
            : cosine < 0.5 || isFirstLeast || isSecondLeast ? 1 - cosine
            : Lengths<T>.CosineDistance(first, second, normFirst, normSecond);
    }

    public override void Pull(
        T slope,
        T score,
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        Span<T> ofFirst,
        Span<T> ofSecond,
        bool adds)
    {
        double normFirst = Norm(first, out bool isFirstLeast);
        double normSecond = Norm(second, out bool isSecondLeast);
        double force = isDistance ? -double.CreateTruncating(slope) : double.CreateTruncating(slope);
        double across = force / normFirst / normSecond;
        double along = -force * Lengths<T>.Cosine(first, second, normFirst, normSecond);
        double alongFirst = isFirstLeast ? 0 : along / normFirst / normFirst;
        double alongSecond = isSecondLeast ? 0 : along / normSecond / normSecond;
        Spans.Combine(across, second, alongFirst, first, ofFirst, adds);
        Spans.Combine(across, first, alongSecond, second, ofSecond);
    }

    /// <param name="row">The row.</param>
    /// <param name="isLeast">Whether it is the least there is, and so does not depend on the row.</param>
    private double Norm(ReadOnlySpan<T> row, out bool isLeast)
    {
        double norm = Lengths<T>.Norm(row);
        isLeast = floor == NormFloor.Least && norm < Normalization.LeastNorm;
        return floor == NormFloor.Added ? double.Hypot(norm, Added) : isLeast ? Normalization.LeastNorm : norm;
    }
}
