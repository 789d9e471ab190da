using System.Numerics;

namespace LossKit.Tests;

public sealed class SingleReductionTests : ReductionTests<float>;

public sealed class DoubleReductionTests : ReductionTests<double>;

/// <summary>
/// The mean over the losses that count, by every engine: the sum's derivatives divided by how many there are.
/// </summary>
public abstract class ReductionTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Rows = 40;

    private delegate Cost Call(T[] weights, Reduction reduction, T[] gradient, T[] hessian);

    private static double Close => typeof(T) == typeof(float) ? 1e-6 : 1e-14;

    [Theory]
    [InlineData(1)]
    [InlineData(1e-30)]
    [InlineData(1e30)]
    public void Pointwise_losses_divide_by_their_length(double scale)
    {
        T[] p = Numbers(Rows, 1);
        T[] t = Numbers(Rows, 2);
        PointwiseLoss<T> huber = Loss.Huber<T>();
        Check(
            (w, reduction, gradient, hessian) => huber.ValueGradientAndHessian(p, t, gradient, hessian, w, reduction),
            Weights(Rows, scale),
            counted: Rows,
            derivatives: Rows);
        Check(
            (w, reduction, gradient, _) => huber.ValueAndGradient(p, t, gradient, w, reduction),
            [],
            counted: Rows,
            derivatives: Rows);
    }

    [Fact]
    public void The_count_is_PyTorchs_divisor()
    {
        // binary_cross_entropy_with_logits(x, t, weight=w): each loss times its weight, then the plain mean.
        T[] gradient = new T[2];
        Loss.SquaredError<T>().ValueAndGradient(
            [T.One, T.One + T.One], [T.Zero, T.Zero], gradient, [T.CreateTruncating(3), T.Zero], Reduction.MeanOverCount);
        gradient.Should().Equal(T.CreateTruncating(3), T.Zero);
    }

    [Theory]
    [InlineData(Rows)]
    [InlineData(3 * Rows)]
    public void Losses_of_several_labels_divide_by_their_entries(int weights)
    {
        MultilabelLoss<T> loss = Loss.BinaryCrossEntropyLogits<T>().OverRows(3);
        T[] p = Numbers(3 * Rows, 1);
        T[] t = [.. Numbers(3 * Rows, 2).Select(x => x > T.Zero ? T.One : T.Zero)];
        Check(
            (w, reduction, gradient, hessian) => loss.ValueGradientAndHessian(p, t, gradient, hessian, w, reduction),
            Weights(weights, 1),
            counted: 3 * Rows,
            derivatives: 3 * Rows);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ignored_labels_do_not_count(bool hasClassWeights)
    {
        double[]? ofClasses = hasClassWeights ? [1, 0.25, 4] : null;
        CategoricalLoss<T> loss = Loss.SoftmaxCrossEntropy<T>(3, ofClasses, ignoreIndex: -100);
        T[] p = Numbers(3 * Rows, 1);
        int[] labels = [.. Enumerable.Range(0, Rows).Select(row => row % 5 == 0 ? -100 : row % 3)];
        foreach (double scale in (double[])[1, 1e-30])
        {
            Check(
                (w, reduction, gradient, hessian) =>
                    loss.ValueGradientAndHessian(p, labels, gradient, hessian, w, reduction),
                Weights(Rows, scale),
                counted: Rows * 4 / 5,
                derivatives: 3 * Rows);
        }

        T[] share = [.. Enumerable.Repeat(T.CreateTruncating(1.0 / 3), 3 * Rows)];
        Check(
            (w, reduction, gradient, hessian) =>
                loss.WithProbabilityTargets().ValueGradientAndHessian(p, share, gradient, hessian, w, reduction),
            Weights(Rows, 1),
            counted: Rows,
            derivatives: 3 * Rows);
    }

    [Fact]
    public void Tuples_divide_by_their_examples()
    {
        TupleLoss<T> loss = Loss.NormalNll<T>();
        T[] p = [.. Numbers(2 * Rows, 1).Select(x => T.Abs(x) + T.One)];
        T[] t = Numbers(Rows, 2);
        Check(
            (w, reduction, gradient, hessian) => loss.ValueGradientAndHessian(p, t, gradient, hessian, w, reduction),
            Weights(Rows, 1),
            counted: Rows,
            derivatives: 2 * Rows);
    }

    [Fact]
    public void Groups_that_are_not_there_do_not_count()
    {
        GroupedLoss<T> loss = Loss.PairwiseLogistic<T>();
        T[] p = Numbers(4 * Rows, 1);

        // Of every fifth query, nothing is better than anything else.
        T[] t = [.. Enumerable.Range(0, 4 * Rows).Select(i => i / 4 % 5 == 0 ? T.One : T.CreateTruncating(i % 3))];
        Check(
            (w, reduction, gradient, hessian) =>
                loss.ValueGradientAndHessian(p, t, Groups.OfWidth(4), gradient, hessian, w, reduction),
            Weights(Rows, 1),
            counted: Rows * 4 / 5,
            derivatives: 4 * Rows);
    }

    [Fact]
    public void Lists_people_and_sequences_divide_by_those_that_count()
    {
        T[] p = Numbers(4 * Rows, 1);
        T[] times = [.. Numbers(4 * Rows, 2).Select(T.Abs)];
        int[] lengths = [.. Enumerable.Repeat(4, Rows)];
        bool[] mask = [.. Enumerable.Range(0, 4 * Rows).Select(i => i / 4 % 5 != 0)];
        Check(
            (w, reduction, gradient, _) => Loss.ListMle<T>().ValueAndGradient(
                new() { Scores = p, Relevances = times, Lengths = lengths, Mask = mask },
                new() { Scores = gradient },
                w,
                reduction),
            Weights(Rows, 1),
            counted: Rows * 4 / 5,
            derivatives: 4 * Rows);
        int[] events = [.. Enumerable.Range(0, 4 * Rows).Select(i => i % 2)];
        Check(
            (w, reduction, gradient, _) => Loss.Cox<T>().ValueAndGradient(
                new() { Risks = p, Times = times, Events = events }, new() { Risks = gradient }, w, reduction),
            Weights(4 * Rows, 1),
            counted: 2 * Rows,
            derivatives: 4 * Rows);
        T[] logits = Numbers(3 * Rows * 4, 3);
        int[] ones = [.. Enumerable.Repeat(1, Rows)];
        int[] frames = [.. Enumerable.Repeat(4, Rows)];
        Check(
            (w, reduction, gradient, _) => Loss.Ctc<T>(3).ValueAndGradient(
                new() { Logits = logits, InputLengths = frames, Labels = ones, TargetLengths = ones },
                new() { Logits = gradient },
                w,
                reduction),
            Weights(Rows, 1),
            counted: Rows,
            derivatives: logits.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Regions_divide_by_their_number(bool hasClassWeights)
    {
        SegmentationLoss<T> loss = Loss.SoftDice<T>(logits: false).OfClasses(
            2, classWeights: hasClassWeights ? [0.5, 3] : null);
        T[] p = Numbers(8 * Rows, 1);
        T[] t = [.. Numbers(8 * Rows, 2).Select(x => x > T.Zero ? T.One : T.Zero)];
        Check(
            (w, reduction, gradient, _) => loss.ValueAndGradient(
                new() { Predictions = p, Targets = t, Pixels = 4 }, new() { Predictions = gradient }, w, reduction),
            Weights(2 * Rows, 1),
            counted: 2 * Rows,
            derivatives: 8 * Rows);
    }

    [Fact]
    public void Images_divide_by_their_number()
    {
        ImageLoss<T> loss = Loss.GradientDifference<T>();
        T[] p = Numbers(12 * Rows, 1);
        T[] t = Numbers(12 * Rows, 2);
        Check(
            (w, reduction, gradient, _) => loss.ValueAndGradient(
                new() { Predictions = p, Targets = t, Channels = 2, Height = 2, Width = 3 },
                new() { Predictions = gradient },
                w,
                reduction),
            Weights(Rows, 1),
            counted: Rows,
            derivatives: 12 * Rows);
    }

    private static void Check(Call call, T[] weights, int counted, int derivatives)
    {
        T[][] sum = [new T[derivatives], new T[derivatives]];
        T[][] mean = [new T[derivatives], new T[derivatives]];
        Cost cost = call(weights, Reduction.Sum, sum[0], sum[1]);
        call(weights, Reduction.MeanOverCount, mean[0], mean[1]).Should().Be(cost);
        Array.Exists(sum[0], x => x != T.Zero).Should().BeTrue();
        for (int order = 0; order < 2; order++)
        {
            double largest = sum[order].Max(x => Math.Abs(double.CreateTruncating(x))) / counted;
            for (int i = 0; i < derivatives; i++)
            {
                double.CreateTruncating(mean[order][i]).Should().BeApproximately(
                    double.CreateTruncating(sum[order][i]) / counted, Close * largest);
            }
        }

        T[] none = new T[weights.Length];
        if (none.Length > 0)
        {
            mean[0].AsSpan().Fill(T.One);
            double.IsNaN(call(none, Reduction.MeanOverCount, mean[0], mean[1]).Mean).Should().BeTrue();
            mean[0].Should().AllBeEquivalentTo(T.Zero);
        }
    }

    /// <summary>Some of them 0.</summary>
    private static T[] Weights(int count, double scale) =>
        [.. Enumerable.Range(0, count).Select(i => T.CreateTruncating(scale * (i % 7)))];

    private static T[] Numbers(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(random.NextDouble() * 4 - 2))];
    }
}
