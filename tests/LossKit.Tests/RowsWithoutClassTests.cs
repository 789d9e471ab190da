using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleRowsWithoutClassTests : RowsWithoutClassTests<float>;

public sealed class DoubleRowsWithoutClassTests : RowsWithoutClassTests<double>;

/// <summary>Rows of none of the classes, and classes that rows mask, against plain loops of double.</summary>
public abstract class RowsWithoutClassTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static double Allowed => typeof(T) == typeof(float) ? 2e-6 : 1e-13;

    /// <summary>Few columns are evaluated across rows, many along each; several blocks of rows.</summary>
    public static TheoryData<int, int> Shapes => new() { { 1, 5 }, { 3, 7 }, { 5, 1300 }, { 17, 20 }, { 200, 60 }, { 5000, 3 } };

    /// <summary>max(max((1 − t)·x) − Σ t·x + 1, 0), as Keras has it of targets that are 0 or one-hot.</summary>
    [Theory, MemberData(nameof(Shapes))]
    public void Crammer_Singer_is_then_the_categorical_hinge_of_Keras(int classes, int rows)
    {
        RowLoss<T, int> loss = Loss.CrammerSinger<T>(classes + 1).WithNone();
        loss.Shape.Should().Be(new Shape(classes, 1));
        Check(loss, classes, rows, (x, label) =>
        {
            double[] targets = [.. x.Select((_, k) => k == label ? 1.0 : 0)];
            double[] others = [.. x.Zip(targets, (score, target) => (1 - target) * score)];
            double miss = others.Max() - x.Zip(targets, (score, target) => score * target).Sum() + 1;
            double[] gradient = new double[x.Length];
            int rival = Array.IndexOf(others, others.Max());
            if (miss > 0 && rival != label)
            {
                gradient[rival] = 1;
            }

            if (miss > 0 && label < x.Length)
            {
                gradient[label] = -1;
            }

            return new(Math.Max(0, miss), gradient, new double[x.Length]);
        });
    }

    [Theory, MemberData(nameof(Shapes))]
    public void The_hinge_of_all_classes_has_one_more(int classes, int rows) =>
        Check(Loss.MulticlassHinge<T>(classes + 1, 0.5, 2).WithNone(), classes, rows, (x, label) =>
        {
            double own = label < classes ? x[label] : 0;
            double factor = 1.0 / (classes + 1);
            double[] misses = [.. x.Append(0).Select((score, k) => k == label ? 0 : Math.Max(0, 0.5 + score - own))];
            double[] gradient = [.. misses.Select(miss => 2 * factor * miss)];
            double[] hessian = [.. misses.Select(miss => miss > 0 ? 2 * factor : 0)];
            (gradient[label], hessian[label]) = (-gradient.Sum(), hessian.Sum());
            return new(factor * misses.Sum(miss => miss * miss), gradient[..^1], hessian[..^1]);
        });

    [Theory, MemberData(nameof(Shapes))]
    public void A_softmax_has_a_logit_of_0_more(int classes, int rows) =>
        Check(Loss.SoftmaxCrossEntropy<T>(classes + 1).WithNone(), classes, rows, (x, label) =>
        {
            double total = 1 + x.Sum(Math.Exp);
            double[] shares = [.. x.Select(logit => Math.Exp(logit) / total)];
            return new(
                Math.Log(total) - (label < classes ? x[label] : 0),
                [.. shares.Select((p, k) => p - (k == label ? 1 : 0))],
                [.. shares.Select(p => p * (1 - p))]);
        });

    [Fact]
    public void Ignored_rows_weights_of_the_none_class_and_errors()
    {
        RowLoss<T, int> loss = Loss.MulticlassHinge<T>(3, classWeights: [1, 1, 4]).WithNone();
        T[] gradient = [T.NaN, T.NaN, T.NaN, T.NaN, T.NaN, T.NaN];
        T[] scores = [T.One, T.CreateTruncating(-3), T.NaN, T.NaN, T.NaN, T.One];

        // Of the first row 4/3·(max(0, 1 + 1) + max(0, 1 − 3)); the second is ignored, and the third counts for
        // nothing.
        Cost cost = loss.ValueAndGradient(scores, [2, -100, 2], gradient, [T.One, T.One, T.Zero], Reduction.Sum);
        cost.Sum.Should().BeApproximately(8.0 / 3, 3 * Allowed);
        cost.Count.Should().Be(2);
        double.CreateTruncating(gradient[0]).Should().BeApproximately(4.0 / 3, Allowed);
        gradient[1..].Should().AllBeEquivalentTo(T.Zero);
        loss.Value([], []).Count.Should().Be(0);
        double.IsNaN(loss.Value([T.NaN, T.One], [2]).Mean).Should().BeTrue();
        Loss.CrammerSinger<T>(3).WithNone()
            .Value([T.CreateTruncating(1e20), T.CreateTruncating(-1e20)], [2]).Mean.Should().BeApproximately(1e20, 1e14);
        loss.OfLinear(2).Value(
            new() { Hidden = [T.One, T.Zero], Prototypes = [T.One, T.One, T.CreateTruncating(-3), T.One], Labels = [2] })
            .Sum.Should().BeApproximately(8.0 / 3, 3 * Allowed);
        Refused("targets", "The label of row 1 is 3, but there are 3 classes*", () => loss.Value(scores, [2, 3, 0]));
        Refused("predictions", "*5 entries*2 classes*", () => loss.Value(scores.AsSpan(1), [2, 1]));
        Refused("loss", "*1 predictions and 1 labels*", () => Loss.SoftmaxCrossEntropy<T>(1).WithNone());
        Refused("loss", "*each prediction a number in ?0, 1?*", () => Loss.CategoricalCrossEntropy<T>(3).WithNone());
        Refused("loss", "*3 predictions and 4 labels*", () => Loss.Coral<T>(3).WithNone());
    }

    /// <summary>Logits of −∞, or fills, in other places of each row; every fifth row masks all but its label.</summary>
    [Theory, MemberData(nameof(Shapes))]
    public void Labels_are_smoothed_over_what_a_row_does_not_mask(int classes, int rows)
    {
        foreach (double fill in (double[])[double.NegativeInfinity, -1e20])
        {
            double[] weights = [.. Enumerable.Range(0, classes).Select(k => 0.5 + k % 3)];
            CategoricalLoss<T> loss = Loss.MaskedCrossEntropy<T>(
                classes, 0.25, double.IsFinite(fill) ? -1e19 : fill, weights);
            RowResult Expected(double[] x, int label)
            {
                int[] left = [.. Enumerable.Range(0, classes).Where(k => x[k] != fill)];
                double total = left.Sum(k => Math.Exp(x[k]));
                double[] counts = [.. x.Select((logit, k) =>
                    logit == fill ? 0 : weights[k] * ((k == label ? 0.75 : 0) + 0.25 / left.Length))];
                double[] shares = [.. x.Select(logit => logit == fill ? 0 : Math.Exp(logit) / total)];
                return new(
                    left.Sum(k => counts[k] * (Math.Log(total) - x[k])),
                    [.. shares.Select((p, k) => counts.Sum() * p - counts[k])],
                    [.. shares.Select(p => counts.Sum() * p * (1 - p))]);
            }

            Check(loss, classes, rows, Expected, fill, label => weights[label]);
        }
    }

    [Fact]
    public void Masks_are_as_those_of_smoothed_targets()
    {
        T[] logits = [T.One, T.NegativeInfinity, T.Zero, T.CreateTruncating(2), T.NegativeInfinity, T.NegativeInfinity];
        T[] smoothed = new T[6];
        T[] expected = new T[6];
        T[] gradient = new T[6];
        bool[] mask = [true, false, true, true, false, false];
        Targets.Smooth<T>([T.One, T.Zero, T.Zero, T.One, T.Zero, T.Zero], 3, 0.25, smoothed, mask);
        Cost cost = Loss.SoftmaxCrossEntropy<T>(3).WithProbabilityTargets().ValueAndGradient(logits, smoothed, expected);
        CategoricalLoss<T> loss = Loss.MaskedCrossEntropy<T>(3, 0.25);
        loss.ValueAndGradient(logits, [0, 0], gradient).Mean.Should().BeApproximately(cost.Mean, Allowed);
        gradient.Should().Equal(expected);
        double.IsFinite(cost.Mean).Should().BeTrue();

        // Of two logits e¹/(e¹ + e⁰) with ⅞ and ⅛, and of one alone nothing.
        cost.Sum.Should().BeApproximately(Math.Log(1 + Math.E) - 0.875, 2 * Allowed);
        loss.Value([T.One, T.NegativeInfinity, T.Zero], [1]).Mean.Should().Be(double.PositiveInfinity);
        double.IsNaN(loss.Value([T.One, T.NaN, T.NegativeInfinity], [0]).Mean).Should().BeTrue();
        Refused("maskedAt", "*", () => Loss.MaskedCrossEntropy<T>(3, maskedAt: double.PositiveInfinity));
        Refused("maskedAt", "*", () => Loss.MaskedCrossEntropy<T>(3, maskedAt: double.NaN));
        Refused("labelSmoothing", "*", () => Loss.MaskedCrossEntropy<T>(3, 1.5));
    }

    [Fact]
    public void The_bias_of_a_linear_layer_masks()
    {
        LinearLoss<T> loss = Loss.MaskedCrossEntropy<T>(3, 0.25).OfLinear(1);
        T[] hidden = new T[2];
        T[] prototypes = new T[3];
        T[] bias = new T[3];
        Linear<T> batch = new()
        {
            Hidden = [T.One, T.Zero],
            Prototypes = [T.One, T.One, T.Zero],
            Bias = [T.Zero, T.NegativeInfinity, T.Zero],
            Labels = [0, 2],
        };
        Cost cost = loss.ValueAndGradient(
            batch, new() { Hidden = hidden, Prototypes = prototypes, Bias = bias }, reduction: Reduction.Sum);
        cost.Sum.Should().BeApproximately(Math.Log(1 + Math.E) - 0.875 + Math.Log(2), 4 * Allowed);
        double slope = Math.E / (1 + Math.E) - 0.875;
        Near(hidden, [slope, 0.5 - 0.125]);
        Near(prototypes, [slope, 0, -slope]);
        Near(bias, [slope + 0.5 - 0.125, 0, -slope - 0.5 + 0.125]);
    }

    [Fact]
    public void Calls_allocate_nothing()
    {
        T[] scores = new T[64 * 40];
        int[] labels = [.. Enumerable.Range(0, 64).Select(row => row % 40)];
        T[] gradient = new T[scores.Length];
        foreach (RowLoss<T, int> loss in (RowLoss<T, int>[])
            [Loss.MaskedCrossEntropy<T>(40), Loss.CrammerSinger<T>(41).WithNone()])
        {
            Allocations.Of(() => loss.ValueAndGradient(scores, labels, gradient)).Should().Be(0);
        }
    }

    private static void Check(
        RowLoss<T, int> loss,
        int classes,
        int rows,
        Func<double[], int, RowResult> definition,
        double? fill = null,
        Func<int, double>? ofMean = null)
    {
        Random random = new(classes + rows);
        T[] scores = new T[rows * classes];
        int[] labels = new int[rows];
        T[] weights = new T[rows];
        for (int row = 0; row < rows; row++)
        {
            // Without a fill, every third row has no class.
            labels[row] = row % 3 == 2 && fill is null ? classes : random.Next(classes);
            weights[row] = T.CreateTruncating(row % 7 == 5 ? 0 : 0.5 + row % 2);
            for (int k = 0; k < classes; k++)
            {
                bool isMasked = fill is not null && k != labels[row] && (row % 5 == 4 || random.Next(3) == 0);
                double score = isMasked ? fill!.Value : random.Next(-4096, 4096) / 2048.0;
                scores[row * classes + k] = T.CreateTruncating(score);
            }
        }

        T[] losses = new T[rows];
        T[] gradient = new T[scores.Length];
        T[] again = new T[scores.Length];
        T[] hessian = new T[scores.Length];
        Cost cost = loss.PerExample(scores, labels, losses, weights);
        loss.ValueAndGradient(scores, labels, gradient, weights, Reduction.Sum).Should().Be(cost);
        loss.ValueGradientAndHessian(scores, labels, again, hessian, weights, Reduction.Sum).Should().Be(cost);
        double sum = 0;
        double total = 0;
        for (int row = 0; row < rows; row++)
        {
            Range cells = (row * classes)..((row + 1) * classes);
            double weight = double.CreateTruncating(weights[row]);
            double[] x = [.. scores[cells].Select(score =>
                fill is { } masked && score == T.CreateTruncating(masked) ? masked : double.CreateTruncating(score))];
            RowResult expected = definition(x, labels[row]);
            sum += weight * expected.Loss;
            total += weight * (ofMean?.Invoke(labels[row]) ?? 1);
            Near([losses[row]], [expected.Loss]);
            Near(gradient[cells], [.. expected.Gradient.Select(slope => weight * slope)]);
            Near(again[cells], [.. expected.Gradient.Select(slope => weight * slope)]);
            Near(hessian[cells], [.. expected.Hessian.Select(bend => weight * bend)]);
        }

        cost.Sum.Should().BeApproximately(sum, 10 * Allowed * (1 + sum));
        cost.Weight.Should().BeApproximately(total, 1e-9 * total);
        loss.InParallel(3).ValueAndGradient(scores, labels, again, weights, Reduction.Sum).Should().Be(cost);
        again.Should().Equal(gradient);
        T[] inPlace = [.. scores];
        loss.ValueAndGradient(inPlace, labels, inPlace, weights, Reduction.Sum).Should().Be(cost);
        inPlace.Should().Equal(gradient);
    }

    private static void Near(T[] actual, double[] expected)
    {
        actual.Length.Should().Be(expected.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            double error = Math.Abs(double.CreateTruncating(actual[i]) - expected[i]);
            error.Should().BeLessThanOrEqualTo(4 * Allowed * (1 + Math.Abs(expected[i])), $"of {actual[i]} and {expected[i]} at {i}");
        }
    }

    private static void Refused(string name, string message, Action call) =>
        call.Should().Throw<ArgumentException>().WithMessage(message).Which.ParamName.Should().Be(name);
}
