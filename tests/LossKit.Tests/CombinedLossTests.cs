using System.Numerics;

namespace LossKit.Tests;

public sealed class SingleCombinedLossTests : CombinedLossTests<float>;

public sealed class DoubleCombinedLossTests : CombinedLossTests<double>;

/// <summary>Weighted sums of losses of rows, of tuples and of groups, beside what the parts say.</summary>
public abstract class CombinedLossTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly double s_precision = typeof(T) == typeof(float) ? 3e-6 : 1e-13;

    private delegate Cost Call(Outputs outputs, ReadOnlySpan<T> weights, Reduction reduction);

    public static TheoryData<int, int> Sizes => new()
    {
        { 0, 3 }, { 1, 3 }, { 7, 1 }, { 500, 4 }, { 3, 1500 }, { 40_000, 3 },
    };

    [Theory, MemberData(nameof(Sizes))]
    public void Rows_with_labels(int rows, int classes)
    {
        Random random = new(3);
        int[] labels = [.. Enumerable.Range(0, rows).Select(row => row % 5 == 3 ? -1 : random.Next(classes))];
        SumsUp(
            rows,
            rows * classes,
            Loss.SoftmaxCrossEntropy<T>(classes, ignoreIndex: -1),
            Loss.ZLoss<T>(classes, ignoreIndex: -1),
            (one, two) => one.Scaled(2).Plus(two.Scaled(0.5)),
            labels);
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Rows_with_targets(int rows, int classes)
    {
        T[] targets = Numbers(rows * classes, 5);
        SumsUp(
            rows,
            rows * classes,
            Loss.ForwardKl<T>(classes),
            Loss.ReverseKl<T>(classes),
            (one, two) => one.Scaled(2).Plus(two.Scaled(0.5)),
            targets);
    }

    [Theory]
    [InlineData(0, false), InlineData(1, true), InlineData(700, false), InlineData(700, true)]
    [InlineData(40_000, false), InlineData(40_000, true)]
    public void Tuples(int examples, bool isPlanar)
    {
        TupleLoss<T> Laid(TupleLoss<T> loss) => isPlanar ? loss.Planar() : loss;
        SumsUp(
            examples,
            2 * examples,
            Laid(Loss.NormalNll<T>()),
            Laid(Loss.LaplaceNll<T>()),
            (one, two) => one.Scaled(2).Plus(two.Scaled(0.5)),
            Numbers(examples, 5));
    }

    [Theory]
    [InlineData(0, 3), InlineData(2, 1), InlineData(90, 7), InlineData(9_000, 11), InlineData(2, 3_000)]
    public void Groups(int count, int width)
    {
        GroupedLoss<T> one = Loss.SoftDice<T>();
        GroupedLoss<T> two = Loss.Tversky<T>(0.3, 0.7);
        T[] predictions = [.. Numbers(count * width, 4).Select(number => T.Abs(number) / T.CreateChecked(4))];
        T[] targets = [.. Numbers(count * width, 6).Select(number => number > T.Zero ? T.One : T.Zero)];
        Call Of(GroupedLoss<T> loss) => (outputs, weights, reduction) =>
        {
            loss.PerExample(predictions, targets, LossKit.Groups.OfWidth(width), outputs.Losses);
            return loss.ValueGradientAndHessian(
                predictions, targets, LossKit.Groups.OfWidth(width), outputs.Gradient, outputs.Hessian, weights, reduction);
        };
        GroupedLoss<T> sum = one.Scaled(2).Plus(two.Scaled(0.5));
        SumsUp(count, count * width, Of(one), Of(two), Of(sum), Of(sum.InParallel(2)));
    }

    [Fact]
    public void A_sum_of_regions_is_one_of_classes_too()
    {
        GroupedLoss<T> one = Loss.SoftDice<T>();
        GroupedLoss<T> two = Loss.LogCoshDice<T>();
        Segmentation<T> batch = new()
        {
            Predictions = Numbers(2 * 3 * 8, 7),
            Labels = [0, 1, 2, 2, 1, 0, 0, 1, 2, 2, 2, 2, 1, 1, 0, 0],
            Pixels = 8,
        };
        double expected = 2 * one.OfClasses(3).Value(batch).Mean + 0.5 * two.OfClasses(3).Value(batch).Mean;
        Near(one.Scaled(2).Plus(two.Scaled(0.5)).OfClasses(3).Value(batch).Mean, expected);
    }

    [Fact]
    public void The_gradient_may_be_the_predictions()
    {
        RowLoss<T, int> loss = Loss.SoftmaxCrossEntropy<T>(900).Scaled(3).Plus(Loss.Poly1<T>(900));
        int[] labels = [7, 899, 0];
        T[] numbers = Numbers(2700, 8);
        T[] gradient = new T[2700];
        Cost cost = loss.ValueAndGradient(numbers, labels, gradient);
        loss.ValueAndGradient(numbers, labels, numbers).Should().Be(cost);
        numbers.Should().Equal(gradient);
    }

    [Fact]
    public void Sums_without_a_mean_and_factors_out_of_range_are_refused()
    {
        RowLoss<T, int> loss = Loss.SoftmaxCrossEntropy<T>(3);
        Refuses(() => loss.Plus(Loss.Poly1<T>(4)), "*'other' is of 4 classes*expected 3*");
        Refuses(() => loss.Plus(Loss.Poly1<T>(3, ignoreIndex: 7)), "*'other' ignores another label*");
        Refuses(() => loss.Plus(Loss.SoftmaxCrossEntropy<T>(3, [1, 2, 3])), "*other class weights*");
        Refuses(() => Loss.NormalNll<T>().Plus(Loss.BoxGiou<T>()), "*'other' has*Predictions = 4*");
        Refuses(() => Loss.NormalNll<T>().Plus(Loss.LaplaceNll<T>().Planar()), "*'other' has*");
        Refuses(() => Loss.SoftDice<T>().Plus(Loss.PairwiseHinge<T>()), "*'other' counts other groups*");
        Refuses(() => loss.Scaled(0), "*'factor' must be positive*");
        Refuses(() => Loss.BoxGiou<T>().Scaled(double.NaN), "*'factor' must be positive*");
        Refuses(() => Loss.SoftDice<T>().Scaled(double.PositiveInfinity), "*'factor' must be positive*");

        static void Refuses(Action act, string message) =>
            act.Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public void What_is_checked_is_what_either_part_refuses()
    {
        TupleLoss<T> loss = Loss.NormalNll<T>(Link.Identity).Plus(Loss.NormalNll<T>());
        Action act = () => loss.Checked().Value([T.One, -T.One], [T.One]);
        act.Should().Throw<ArgumentException>().WithMessage("*predictions*");
    }

    private static void SumsUp<TLoss, TTarget>(
        int count, int numbers, TLoss one, TLoss two, Func<TLoss, TLoss, TLoss> combine, TTarget[] targets)
        where TLoss : ParallelLoss, ISecondOrderLoss<T, TTarget>
        where TTarget : unmanaged
    {
        T[] predictions = Numbers(numbers, 4);
        Call Of(ISecondOrderLoss<T, TTarget> loss) => (outputs, weights, reduction) =>
        {
            loss.PerExample(predictions, targets, outputs.Losses);
            return loss.ValueGradientAndHessian(
                predictions, targets, outputs.Gradient, outputs.Hessian, weights, reduction);
        };
        TLoss sum = combine(one, two);
        SumsUp(count, numbers, Of(one), Of(two), Of(sum), Of(sum.InParallel(2)));
    }

    private static void SumsUp(int count, int numbers, Call one, Call two, Call sum, Call inParallel)
    {
        T[] weights = [.. Numbers(count, 9).Select(T.Abs)];
        foreach (Reduction reduction in Enum.GetValues<Reduction>())
        {
            Outputs ofOne = new(count, numbers);
            Outputs ofTwo = new(count, numbers);
            Outputs ofSum = new(count, numbers);
            Outputs again = new(count, numbers);
            Cost first = one(ofOne, weights, reduction);
            Cost second = two(ofTwo, weights, reduction);
            Cost cost = sum(ofSum, weights, reduction);
            Near(cost.Sum, 2 * first.Sum + 0.5 * second.Sum);
            cost.Weight.Should().Be(first.Weight);
            cost.Count.Should().Be(first.Count);
            Near(ofSum.Losses, ofOne.Losses, ofTwo.Losses);
            Near(ofSum.Gradient, ofOne.Gradient, ofTwo.Gradient);
            Near(ofSum.Hessian, ofOne.Hessian, ofTwo.Hessian);
            inParallel(again, weights, reduction).Should().Be(cost);
            again.Gradient.AsSpan().SequenceEqual(ofSum.Gradient).Should().BeTrue();
            again.Hessian.AsSpan().SequenceEqual(ofSum.Hessian).Should().BeTrue();
        }
    }

    private static void Near(T[] sum, T[] one, T[] two)
    {
        double largest = 0;
        double worst = 0;
        for (int i = 0; i < sum.Length; i++)
        {
            double expected = 2 * double.CreateChecked(one[i]) + 0.5 * double.CreateChecked(two[i]);
            largest = Math.Max(largest, Math.Abs(expected));
            worst = Math.Max(worst, Math.Abs(double.CreateChecked(sum[i]) - expected));
        }

        worst.Should().BeLessThanOrEqualTo(s_precision * largest);
    }

    private static void Near(double actual, double expected) =>
        actual.Should().BeApproximately(expected, s_precision * Math.Abs(expected));

    private static T[] Numbers(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => T.CreateChecked(8 * random.NextDouble() - 4))];
    }

    private sealed record Outputs(T[] Losses, T[] Gradient, T[] Hessian)
    {
        public Outputs(int count, int numbers) : this(new T[count], new T[numbers], new T[numbers])
        {
        }
    }
}
