using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleParallelTests : ParallelTests<float>;

public sealed class DoubleParallelTests : ParallelTests<double>;

/// <summary>Several threads give what one gives, to the last bit.</summary>
public abstract class ParallelTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    [Theory]
    [InlineData(10, 2)]
    [InlineData(65_536, 2)]
    [InlineData(65_537, 2)]
    [InlineData(300_001, 2)]
    [InlineData(300_001, 3)]
    [InlineData(300_001, 8)]
    public void Pointwise_losses_give_the_same_bits(int length, int degree)
    {
        PointwiseLoss<T> loss = Loss.Huber<T>(delta: 0.7).Plus(Loss.LogCosh<T>());
        AssertSame(loss, loss.InParallel(degree), Numbers(length, 1), Numbers(length, 2), Numbers(length, 3));
        AssertSame(loss, loss.InParallel(degree), Numbers(length, 1), Numbers(length, 2), []);
    }

    [Theory]
    [InlineData(70_001, 3)]
    [InlineData(1_001, 200)]
    [InlineData(3, 90_000)]
    public void Rows_give_the_same_bits(int rows, int classes)
    {
        int[] labels = [.. Enumerable.Range(0, rows).Select(row => row % 7 == 0 ? -100 : row % classes)];
        RowLoss<T, int> loss = Loss.SoftmaxCrossEntropy<T>(classes);
        T[] logits = Numbers(rows * classes, 4);
        AssertSame(loss, loss.InParallel(2), logits, labels, []);
        AssertSame(loss, loss.InParallel(5), logits, labels, Numbers(rows, 5));
    }

    [Theory]
    [InlineData(40_000, 5)]
    [InlineData(300, 700)]
    [InlineData(2, 100_000)]
    public void Groups_give_the_same_bits(int groups, int length)
    {
        // Of some, all targets are the same: they are not there.
        int entries = groups * length;
        T[] predictions = Numbers(entries, 11);
        T[] targets = [.. Numbers(entries, 12).Select((x, i) => i / length % 7 == 3 ? T.One : x > T.Zero ? T.One : T.Zero)];
        T[] weights = Numbers(groups, 13);
        int[] lengths = [.. Enumerable.Repeat(length, groups)];
        int[] offsets = [.. Enumerable.Range(0, groups + 1).Select(group => group * length)];
        if (groups > 2)
        {
            (lengths[0], lengths[1], offsets[1]) = (length + 2, length - 2, length + 2);
        }

        foreach (GroupedLoss<T> loss in length > 1000 ? [Loss.SoftDice<T>()] : new[] { Loss.SoftDice<T>(), Loss.PairwiseLogistic<T>() })
        {
            Same(loss, Groups.OfWidth(length));
            Same(loss, Groups.OfLengths(lengths));
            Same(loss, Groups.OfOffsets(offsets));
            Written(loss, Groups.OfLengths(lengths)).Should().Equal(Written(loss, Groups.OfOffsets(offsets)));
        }

        void Same(GroupedLoss<T> loss, Groups grouping)
        {
            T[] expected = Written(loss, grouping);
            loss.InParallel(3).Degree.Should().Be(3);
            foreach (int degree in (int[])[2, 5])
            {
                Written(loss.InParallel(degree), grouping).Should().Equal(expected);
            }
        }

        T[] Written(GroupedLoss<T> loss, Groups grouping)
        {
            T[] losses = new T[groups];
            T[] gradient = new T[entries];
            T[] hessian = new T[entries];
            Cost cost = loss.PerExample(predictions, targets, grouping, losses, weights);
            loss.Value(predictions, targets, grouping, weights).Should().Be(cost);
            loss.ValueGradientAndHessian(predictions, targets, grouping, gradient, hessian, weights).Should().Be(cost);
            return [.. losses, .. gradient, .. hessian, T.CreateTruncating(cost.Sum)];
        }
    }

    [Fact]
    public void More_segments_than_the_most_are_fewer_longer_ones()
    {
        PointwiseLoss<T> loss = Loss.SquaredError<T>();
        int length = 257 * 65_536 + 5;
        T[] predictions = Numbers(length, 6);
        T[] targets = new T[length];
        Cost one = loss.Value(predictions, targets);
        loss.InParallel(2).Value(predictions, targets).Should().Be(one);
        double expected = predictions.Sum(x => double.CreateTruncating(x) * double.CreateTruncating(x));
        one.Sum.Should().BeApproximately(expected, 1e-6 * expected);
    }

    [Fact]
    public void The_gradient_may_be_the_predictions()
    {
        PointwiseLoss<T> loss = Loss.SquaredError<T>().InParallel(2);
        T[] predictions = Numbers(200_000, 7);
        T[] targets = Numbers(200_000, 8);
        T[] gradient = new T[predictions.Length];
        loss.ValueAndGradient(predictions, targets, gradient);
        loss.ValueAndGradient(predictions, targets, predictions);
        predictions.Should().Equal(gradient);
    }

    /// <summary>Outputs that no cache holds are written in whole cache lines, wherever they begin.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 3)]
    [InlineData(7, 0)]
    [InlineData(15, 16)]
    public void Very_large_batches_give_what_their_parts_give(int start, int extra)
    {
        const int Guard = 64;
        T canary = T.CreateTruncating(-77);
        int length = 8_388_608 / (typeof(T) == typeof(float) ? 4 : 8) + extra;
        PointwiseLoss<T> loss = Loss.Huber<T>(delta: 0.7);
        T[] predictions = Numbers(length, 9);
        T[] targets = Numbers(length, 10);
        T[] gradient = new T[length + 2 * Guard];
        T[] hessian = new T[length + 2 * Guard];
        Array.Fill(gradient, canary);
        Array.Fill(hessian, canary);
        Span<T> ofGradient = gradient.AsSpan(Guard + start, length);
        Span<T> ofHessian = hessian.AsSpan(Guard - start, length);
        Cost whole = loss.ValueGradientAndHessian(
            predictions, targets, ofGradient, ofHessian, reduction: Reduction.Sum);

        Cost parts = default;
        T[] expectedGradient = new T[length];
        T[] expectedHessian = new T[length];
        for (int at = 0; at < length; at += 65_536)
        {
            Range part = at..Math.Min(at + 65_536, length);
            parts += loss.ValueGradientAndHessian(
                predictions.AsSpan(part),
                targets.AsSpan(part),
                expectedGradient.AsSpan(part),
                expectedHessian.AsSpan(part),
                reduction: Reduction.Sum);
        }

        whole.Should().Be(parts);
        ofGradient.SequenceEqual(expectedGradient).Should().BeTrue();
        ofHessian.SequenceEqual(expectedHessian).Should().BeTrue();
        gradient[..(Guard + start)].AsSpan().ContainsAnyExcept(canary).Should().BeFalse();
        gradient[(Guard + start + length)..].AsSpan().ContainsAnyExcept(canary).Should().BeFalse();
        hessian[..(Guard - start)].AsSpan().ContainsAnyExcept(canary).Should().BeFalse();
        hessian[(Guard - start + length)..].AsSpan().ContainsAnyExcept(canary).Should().BeFalse();

        // In place of the predictions.
        loss.ValueAndGradient(predictions, targets, predictions, reduction: Reduction.Sum);
        predictions.AsSpan().SequenceEqual(expectedGradient).Should().BeTrue();
    }

    [Fact]
    public void A_degree_below_one_is_refused()
    {
        Action pointwise = () => Loss.SquaredError<T>().InParallel(0);
        Action rows = () => Loss.SoftmaxCrossEntropy<T>(3).InParallel(-1);
        pointwise.Should().Throw<ArgumentOutOfRangeException>().WithMessage("'degree' must be at least 1.*");
        rows.Should().Throw<ArgumentOutOfRangeException>().WithMessage("'degree' must be at least 1.*");
        Loss.SquaredError<T>().Degree.Should().Be(1);
        Loss.SquaredError<T>().InParallel(4).Degree.Should().Be(4);
    }

    [Fact]
    public void Allocation_does_not_grow_with_the_batch()
    {
        // All of it is the calling thread's: others find everything ready.
        PointwiseLoss<T> loss = Loss.SquaredError<T>().InParallel(2);
        long small = Allocated(loss, 200_000);
        long large = Allocated(loss, 2_000_000);
        large.Should().BeLessThan(small + 8_192);
    }

    private static long Allocated(PointwiseLoss<T> loss, int length)
    {
        T[] numbers = new T[length];
        T[] gradient = new T[length];
        return Allocations.Of(() => loss.ValueAndGradient(numbers, numbers, gradient));
    }

    [Fact]
    public void What_a_formula_throws_arrives_when_all_threads_are_done()
    {
        T[] numbers = Numbers(400_000, 11);
        PointwiseLoss<T> loss = Loss.FromFormula<T, Throwing>(default).InParallel(2);
        Action call = () => loss.Value(numbers, numbers);
        call.Should().Throw<InvalidOperationException>().WithMessage("planted");
    }

    private readonly struct Throwing : IPointwiseFormula
    {
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            throw new InvalidOperationException("planted");
    }

    private static void AssertSame<TTarget>(
        ISecondOrderLoss<T, TTarget> one, ISecondOrderLoss<T, TTarget> several, T[] x, TTarget[] y, T[] weights)
        where TTarget : unmanaged
    {
        T[] gradient = new T[x.Length];
        T[] hessian = new T[x.Length];
        T[] losses = new T[y.Length];
        T[] otherGradient = new T[x.Length];
        T[] otherHessian = new T[x.Length];
        T[] otherLosses = new T[y.Length];
        several.Value(x, y, weights).Should().Be(one.Value(x, y, weights));
        several.PerExample(x, y, otherLosses, weights).Should().Be(one.PerExample(x, y, losses, weights));
        several.ValueGradientAndHessian(x, y, otherGradient, otherHessian, weights)
            .Should().Be(one.ValueGradientAndHessian(x, y, gradient, hessian, weights));
        otherLosses.AsSpan().SequenceEqual(losses).Should().BeTrue();
        otherGradient.AsSpan().SequenceEqual(gradient).Should().BeTrue();
        otherHessian.AsSpan().SequenceEqual(hessian).Should().BeTrue();
        Array.Clear(otherGradient);
        several.ValueAndGradient(x, y, otherGradient, weights, Reduction.Sum)
            .Should().Be(one.ValueAndGradient(x, y, gradient, weights, Reduction.Sum));
        otherGradient.AsSpan().SequenceEqual(gradient).Should().BeTrue();
    }

    private static T[] Numbers(int length, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(4 * random.NextDouble() + 0.1))];
    }
}
