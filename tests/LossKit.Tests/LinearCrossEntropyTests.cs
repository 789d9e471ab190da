using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleLinearCrossEntropyTests : LinearCrossEntropyTests<float>;

public sealed class DoubleLinearCrossEntropyTests : LinearCrossEntropyTests<double>;

/// <summary>Losses on a linear layer against those of the matrix of logits, in double and by plain loops.</summary>
public abstract class LinearCrossEntropyTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Dimension = 5;

    private static double Allowed => typeof(T) == typeof(float) ? 2e-6 : 1e-13;

    public static TheoryData<string> Names => [.. s_losses.Keys];

    private static readonly Dictionary<string, Func<int, (LinearLoss<T> Loss, RowLoss<double, int> Rows)>> s_losses =
        new()
        {
            ["plain"] = classes => (
                Loss.LinearCrossEntropy<T>(classes, Dimension), Loss.SoftmaxCrossEntropy<double>(classes)),
            ["weights and smoothing"] = classes => (
                Loss.LinearCrossEntropy<T>(classes, Dimension, ClassWeights(classes), 0.1),
                Loss.SoftmaxCrossEntropy<double>(classes, ClassWeights(classes), 0.1)),
            ["z-loss"] = classes => (
                Loss.LinearCrossEntropy<T>(classes, Dimension, zLoss: 0.25),
                Loss.SoftmaxCrossEntropy<double>(classes)),
            ["cap"] = classes => (
                Loss.LinearCrossEntropy<T>(classes, Dimension, softCap: 2),
                Loss.SoftmaxCrossEntropy<double>(classes)),
            ["cap, z-loss, class weights"] = classes => (
                Loss.LinearCrossEntropy<T>(classes, Dimension, ClassWeights(classes), softCap: 0.75, zLoss: 0.5),
                Loss.SoftmaxCrossEntropy<double>(classes, ClassWeights(classes))),
            ["focal"] = classes => (
                Loss.MulticlassFocal<T>(classes).OfLinear(Dimension), Loss.MulticlassFocal<double>(classes)),
            ["Crammer-Singer"] = classes => (
                Loss.CrammerSinger<T>(classes).OfLinear(Dimension, softCap: 3),
                Loss.CrammerSinger<double>(classes)),
        };

    [Theory, MemberData(nameof(Names))]
    public void All_is_as_of_the_matrix_of_logits(string name)
    {
        foreach (int classes in (int[])[3, 17, 150, 1100])
        {
            (LinearLoss<T> loss, RowLoss<double, int> onLogits) = s_losses[name](classes);
            foreach (int rows in (int[])[1, 7, 40])
            {
                foreach (int scratch in (int[])[1, 20 * classes * 8, 1 << 25])
                {
                    foreach (Reduction reduction in Enum.GetValues<Reduction>())
                    {
                        Sample sample = new(rows, classes);
                        Outcome expected = Unfused(loss, onLogits, sample, reduction);
                        ShouldBeNear(Fused(loss.WithScratch(scratch), sample, reduction), expected);
                    }
                }
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Threads_change_no_bit(string name)
    {
        (LinearLoss<T> loss, _) = s_losses[name](700);
        Sample sample = new(600, 700);
        foreach (int scratch in (int[])[1 << 18, 1 << 20])
        {
            loss = loss.WithScratch(scratch);
            Outcome expected = Fused(loss, sample, Reduction.Mean);
            foreach (int degree in (int[])[2, 3, 8])
            {
                Outcome actual = Fused(loss.InParallel(degree), sample, Reduction.Mean);
                actual.Cost.Should().Be(expected.Cost);
                actual.Losses.Should().Equal(expected.Losses);
                actual.Hidden.Should().Equal(expected.Hidden);
                actual.Prototypes.Should().Equal(expected.Prototypes);
                actual.Bias.Should().Equal(expected.Bias);
            }
        }
    }

    /// <summary>
    /// Blocks of columns, of which some may be far behind the others or masked, or hold what counts nowhere.
    /// </summary>
    [Theory, MemberData(nameof(Names))]
    public void Columns_far_apart_are_as_all_at_once(string name)
    {
        const int Classes = 1300;
        (LinearLoss<T> loss, _) = s_losses[name](Classes);
        Sample sample = new(30, Classes);
        for (int row = 0; row < 30; row++)
        {
            // From nearly even to ±1e4, where the label is certain or hopeless.
            T size = T.CreateTruncating(Math.Pow(10, row / 8));
            for (int k = 0; k < Dimension; k++)
            {
                sample.Hidden[row * Dimension + k] *= size;
            }
        }

        if (!name.Contains("smoothing"))
        {
            // All of the first block, and what lies between other classes.
            sample.Bias.AsSpan(0, 512).Fill(T.NegativeInfinity);
            sample.Bias.AsSpan(700, 100).Fill(T.NegativeInfinity);
        }

        foreach (int first in (int[])[520, 900, 1270])
        {
            for (int row = 0; row < 30; row++)
            {
                sample.Labels[row] = row % 6 == 4 ? -100 : first + row;
            }

            Outcome expected = Fused(loss, sample, Reduction.Sum);
            Outcome actual = Fused(loss.WithScratch(1), sample, Reduction.Sum);
            Near(actual.Losses, expected.Losses);
            Near(actual.Hidden, expected.Hidden);
            Near(actual.Prototypes, expected.Prototypes);
            Near(actual.Bias, expected.Bias);
        }

        sample.Hidden[3 * Dimension] = T.NaN;
        Outcome missing = Fused(loss.WithScratch(1), sample, Reduction.Sum);
        for (int row = 0; row < 30; row++)
        {
            bool isMissing = row == 3 && sample.Weights[3] != T.Zero;
            T.IsNaN(missing.Losses[row]).Should().Be(row == 3);
            missing.Hidden.AsSpan(row * Dimension, Dimension).Count(T.NaN).Should().Be(isMissing ? Dimension : 0);
        }

        missing.Bias.Count(T.IsNaN).Should().Be(sample.Weights[3] == T.Zero ? 0 : Classes);
    }

    /// <summary>Of very many equal terms, none gets lost.</summary>
    [Fact]
    public void Sums_over_blocks_of_columns_are_exact()
    {
        const int Classes = 60_000;
        T[] hidden = [T.Zero];
        T[] bias = new T[Classes];
        bias[1] = T.CreateTruncating(7);
        T[] losses = new T[1];
        T[] gradient = new T[Classes];
        Linear<T> batch = new() { Hidden = hidden, Prototypes = new T[Classes], Bias = bias, Labels = [0] };
        LinearLoss<T> loss = Loss.LinearCrossEntropy<T>(Classes, 1).WithScratch(1);
        double total = Classes - 1 + Math.Exp(7);
        double allowed = typeof(T) == typeof(float) ? 2e-7 : 1e-15;
        loss.PerExample(batch, losses);
        double.CreateTruncating(losses[0]).Should().BeApproximately(Math.Log(total), allowed * Math.Log(total));
        loss.ValueAndGradient(batch, new() { Bias = gradient });
        double.CreateTruncating(gradient[^1]).Should().BeApproximately(1 / total, 3 * allowed / total);
    }

    [Theory, MemberData(nameof(Names))]
    public void What_is_ignored_or_has_no_weight_may_hold_anything(string name)
    {
        (LinearLoss<T> loss, _) = s_losses[name](17);
        Sample sample = new(20, 17);
        Outcome expected = Fused(loss, sample, Reduction.Mean);
        for (int row = 0; row < 20; row++)
        {
            if (sample.Labels[row] < 0 || sample.Weights[row] == T.Zero)
            {
                sample.Hidden.AsSpan(row * Dimension, Dimension).Fill(T.NaN);
            }
        }

        Outcome actual = Fused(loss, sample, Reduction.Mean, wantsLosses: false);
        actual.Cost.Should().Be(expected.Cost);
        actual.Hidden.Should().Equal(expected.Hidden);
        actual.Prototypes.Should().Equal(expected.Prototypes);
        actual.Bias.Should().Equal(expected.Bias);
    }

    [Fact]
    public void A_class_of_weight_0_counts_for_nothing()
    {
        LinearLoss<T> loss = Loss.LinearCrossEntropy<T>(3, Dimension, [1, 0, 1]);
        Sample sample = new(6, 3);
        sample.Weights.AsSpan().Fill(T.One);
        int[] labels = [0, 1, 2, 1, 0, 2];
        labels.CopyTo(sample.Labels, 0);
        Outcome expected = Fused(loss, sample, Reduction.Mean);
        sample.Hidden.AsSpan(Dimension, Dimension).Fill(T.PositiveInfinity);
        Outcome actual = Fused(loss, sample, Reduction.Mean, wantsLosses: false);
        actual.Prototypes.Should().Equal(expected.Prototypes);
        actual.Hidden.Should().Equal(expected.Hidden);
        actual.Bias.Should().Equal(expected.Bias);
    }

    [Fact]
    public void Gradients_can_be_left_out()
    {
        (LinearLoss<T> loss, _) = s_losses["cap, z-loss, class weights"](17);
        Sample sample = new(20, 17);
        Outcome all = Fused(loss, sample, Reduction.Mean);
        T[] hidden = new T[sample.Hidden.Length];
        T[] prototypes = new T[sample.Prototypes.Length];
        T[] bias = new T[sample.Bias.Length];
        loss.ValueAndGradient(sample.Batch, new() { Hidden = hidden }, sample.Weights).Should().Be(all.Cost);
        loss.ValueAndGradient(sample.Batch, new() { Prototypes = prototypes }, sample.Weights).Should().Be(all.Cost);
        loss.ValueAndGradient(sample.Batch, new() { Bias = bias }, sample.Weights).Should().Be(all.Cost);
        hidden.Should().Equal(all.Hidden);
        prototypes.Should().Equal(all.Prototypes);
        bias.Should().Equal(all.Bias);
    }

    [Fact]
    public void Without_anything_that_counts_gradients_are_0_and_the_mean_is_NaN()
    {
        (LinearLoss<T> loss, _) = s_losses["z-loss"](3);
        Sample sample = new(4, 3);
        sample.Labels.AsSpan().Fill(-100);
        Outcome outcome = Fused(loss, sample, Reduction.Mean);
        outcome.Cost.Mean.Should().Be(double.NaN);
        outcome.Cost.Count.Should().Be(0);
        outcome.Hidden.Concat(outcome.Prototypes).Concat(outcome.Bias).Concat(outcome.Losses)
            .Should().AllSatisfy(x => x.Should().Be(T.Zero));
        loss.Value(new() { Hidden = [], Prototypes = sample.Prototypes, Labels = [] }).Count.Should().Be(0);
    }

    [Fact]
    public void The_part_of_the_z_loss_is_told()
    {
        LinearLoss<T> plain = Loss.LinearCrossEntropy<T>(17, Dimension);
        LinearLoss<T> loss = Loss.LinearCrossEntropy<T>(17, Dimension, zLoss: 0.25);
        Sample sample = new(20, 17);
        Cost all = loss.ValueAndGradient(sample.Batch, default, out Cost z, sample.Weights);
        Cost without = plain.Value(sample.Batch, sample.Weights);
        T[] logSumExps = new T[20];
        loss.LogSumExp(sample.Batch, logSumExps);
        double expected = 0;
        for (int row = 0; row < 20; row++)
        {
            double logSumExp = double.CreateTruncating(logSumExps[row]);
            (logSumExp == 0).Should().Be(sample.Labels[row] < 0);
            expected += 0.25 * logSumExp * logSumExp * double.CreateTruncating(sample.Weights[row]);
        }

        Near(z.Sum, expected);
        Near(all.Sum, without.Sum + z.Sum);
        (z.Weight, z.Count).Should().Be((all.Weight, all.Count));
    }

    [Fact]
    public void A_class_may_be_masked_by_its_bias()
    {
        LinearLoss<T> loss = Loss.LinearCrossEntropy<T>(4, Dimension, zLoss: 0.5);
        LinearLoss<T> fewer = Loss.LinearCrossEntropy<T>(3, Dimension, zLoss: 0.5);
        Sample sample = new(6, 4);
        int[] labels = [0, 1, 2, 1, 0, 2];
        labels.CopyTo(sample.Labels, 0);
        sample.Bias[3] = T.NegativeInfinity;
        Outcome actual = Fused(loss, sample, Reduction.Mean);
        Cost expected = fewer.Value(
            new()
            {
                Hidden = sample.Hidden,
                Prototypes = sample.Prototypes.AsSpan(0, 3 * Dimension),
                Bias = sample.Bias.AsSpan(0, 3),
                Labels = labels,
            },
            sample.Weights);
        Near(actual.Cost.Sum, expected.Sum);
        actual.Prototypes[(3 * Dimension)..].Concat(actual.Bias[3..])
            .Should().AllSatisfy(x => x.Should().Be(T.Zero));
    }

    [Fact]
    public void What_does_not_fit_is_refused_before_anything_is_written()
    {
        LinearLoss<T> loss = Loss.LinearCrossEntropy<T>(3, 2);
        T[] gradient = [T.One, T.One, T.One, T.One];
        Refused("hidden", () => loss.Value(new() { Hidden = new T[3], Prototypes = new T[6], Labels = [0] }));
        Refused("prototypes", () => loss.Value(new() { Hidden = new T[2], Prototypes = new T[5], Labels = [0] }));
        Refused("labels", () => loss.Value(new() { Hidden = new T[4], Prototypes = new T[6], Labels = [0] }));
        Refused("bias", () => loss.Value(
            new() { Hidden = new T[2], Prototypes = new T[6], Bias = new T[2], Labels = [0] }));
        Refused("weights", () => loss.Value(
            new() { Hidden = new T[2], Prototypes = new T[6], Labels = [0] }, new T[2]));
        Refused("labels", () => loss.ValueAndGradient(
            new() { Hidden = new T[4], Prototypes = new T[6], Labels = [0, 3] }, new() { Hidden = gradient }));
        Refused("gradients.Prototypes", () => loss.ValueAndGradient(
            new() { Hidden = new T[4], Prototypes = new T[6], Labels = [0, 1] }, new() { Prototypes = gradient }));
        Refused("gradients.Hidden", () => loss.ValueAndGradient(
            new() { Hidden = gradient, Prototypes = new T[6], Labels = [0, 1] }, new() { Hidden = gradient }));
        gradient.Should().Equal(T.One, T.One, T.One, T.One);
        Refused("bytes", () => loss.WithScratch(0));
        loss.Invoking(each => each.WithScratch(0)).Should().Throw<ArgumentException>()
            .WithMessage("'bytes' must be positive*0*");
        ((Action)(() => loss.Value(new() { Hidden = new T[2], Prototypes = new T[5], Labels = [0] })))
            .Should().Throw<ArgumentException>()
            .WithMessage("'prototypes' has 5 entries, but must have 6, 2 for each of 3 classes.*");
        Refused("zLoss", () => Loss.LinearCrossEntropy<T>(3, 2, zLoss: -1));
        Refused("zLoss", () => Loss.CrammerSinger<T>(3).OfLinear(2, zLoss: 1));
        Refused("softCap", () => Loss.LinearCrossEntropy<T>(3, 2, softCap: 0));
        Refused("dimension", () => Loss.LinearCrossEntropy<T>(3, 0));
        Refused("rows", () => Loss.CategoricalCrossEntropy<T>(3).OfLinear(2));

        static void Refused(string name, Action call) =>
            call.Should().Throw<ArgumentException>().Which.ParamName.Should().Be(name);
    }

    [Fact]
    public void Checked_numbers_may_be_anything_in_ignored_rows()
    {
        LinearLoss<T> loss = Loss.LinearCrossEntropy<T>(2, 2).Checked();
        T[] hidden = [T.One, T.One, T.NaN, T.PositiveInfinity];
        T[] prototypes = [T.One, T.Zero, T.Zero, T.One];
        loss.Value(new() { Hidden = hidden, Prototypes = prototypes, Labels = [0, -100] }).Count.Should().Be(1);
        ((Action)(() => loss.Value(new() { Hidden = hidden, Prototypes = prototypes, Labels = [-100, 0] })))
            .Should().Throw<ArgumentException>().WithMessage("hidden[2], of row 1, is NaN*");
    }

    /// <summary>Of the matrix of logits there are 32 MB and more.</summary>
    [Fact]
    public void Memory_is_bounded_whatever_the_rows_and_classes()
    {
        const int Rows = 2000;
        const int Classes = 4200;
        LinearLoss<T> loss = Loss.LinearCrossEntropy<T>(Classes, Dimension).WithScratch(1 << 20);
        Sample sample = new(Rows, Classes);
        T[] hidden = new T[sample.Hidden.Length];
        T[] prototypes = new T[sample.Prototypes.Length];
        Allocations.OfFirst(Call).Should().BeLessThan(4 << 20);
        Allocations.Of(Call).Should().Be(0);

        void Call() => loss.ValueAndGradient(sample.Batch, new() { Hidden = hidden, Prototypes = prototypes });
    }

    private static double[] ClassWeights(int classes) =>
        [.. Enumerable.Range(0, classes).Select(label => label % 4 == 1 ? 0.25 : 1 + label % 3)];

    private static Outcome Fused(LinearLoss<T> loss, Sample sample, Reduction reduction, bool wantsLosses = true)
    {
        Outcome outcome = new(sample);
        outcome.Cost = loss.ValueAndGradient(
            sample.Batch,
            new() { Hidden = outcome.Hidden, Prototypes = outcome.Prototypes, Bias = outcome.Bias },
            sample.Weights,
            reduction);
        if (wantsLosses)
        {
            loss.PerExample(sample.Batch, outcome.Losses, sample.Weights).Should().Be(outcome.Cost);
        }

        return outcome;
    }

    private static Outcome Unfused(
        LinearLoss<T> loss, RowLoss<double, int> onLogits, Sample sample, Reduction reduction)
    {
        int rows = sample.Labels.Length;
        int classes = loss.Classes;
        double[] hidden = Array.ConvertAll(sample.Hidden, double.CreateTruncating);
        double[] prototypes = Array.ConvertAll(sample.Prototypes, double.CreateTruncating);
        double[] weights = Array.ConvertAll(sample.Weights, double.CreateTruncating);
        double[] capped = new double[rows * classes];
        double[] capSlopes = new double[rows * classes];
        for (int at = 0; at < capped.Length; at++)
        {
            double logit = double.CreateTruncating(sample.Bias[at % classes]);
            for (int k = 0; k < Dimension; k++)
            {
                logit += hidden[at / classes * Dimension + k] * prototypes[at % classes * Dimension + k];
            }

            double cap = loss.SoftCap ?? double.PositiveInfinity;
            capped[at] = loss.SoftCap is null ? logit : cap * Math.Tanh(logit / cap);
            capSlopes[at] = loss.SoftCap is null ? 1 : 1 / Math.Pow(Math.Cosh(logit / cap), 2);
        }

        double[] slopes = new double[capped.Length];
        double[] losses = new double[rows];
        Cost cost = onLogits.ValueAndGradient(capped, sample.Labels, slopes, weights, reduction);
        onLogits.PerExample(capped, sample.Labels, losses, weights);
        double divisor = reduction switch
        {
            Reduction.Mean => cost.Weight,
            Reduction.Sum => 1,
            _ => sample.Labels.Count(label => label >= 0),
        };
        double sum = cost.Sum;
        Outcome outcome = new(sample);
        double[] ofHidden = new double[hidden.Length];
        double[] ofPrototypes = new double[prototypes.Length];
        double[] ofBias = new double[classes];
        for (int row = 0; row < rows; row++)
        {
            if (sample.Labels[row] < 0)
            {
                continue;
            }

            double[] logits = capped[(row * classes)..((row + 1) * classes)];
            double logSumExp = logits.Max() + Math.Log(logits.Sum(x => Math.Exp(x - logits.Max())));
            losses[row] += loss.ZLoss * logSumExp * logSumExp;
            sum += weights[row] * loss.ZLoss * logSumExp * logSumExp;
            for (int label = 0; label < classes; label++)
            {
                double ofZ = weights[row] / divisor * 2 * loss.ZLoss * logSumExp * Math.Exp(logits[label] - logSumExp);
                double slope = (slopes[row * classes + label] + (weights[row] == 0 ? 0 : ofZ))
                    * capSlopes[row * classes + label];
                ofBias[label] += slope;
                for (int k = 0; k < Dimension; k++)
                {
                    ofHidden[row * Dimension + k] += slope * prototypes[label * Dimension + k];
                    ofPrototypes[label * Dimension + k] += slope * hidden[row * Dimension + k];
                }
            }
        }

        outcome.Cost = new(sum, cost.Weight, sample.Labels.Count(label => label >= 0));
        Convert(losses, outcome.Losses);
        Convert(ofHidden, outcome.Hidden);
        Convert(ofPrototypes, outcome.Prototypes);
        Convert(ofBias, outcome.Bias);
        return outcome;
    }

    private static void Convert(double[] from, T[] to) => Array.ConvertAll(from, T.CreateTruncating).CopyTo(to, 0);

    private static void ShouldBeNear(Outcome actual, Outcome expected)
    {
        Near(actual.Cost.Sum, expected.Cost.Sum);
        Near(actual.Cost.Weight, expected.Cost.Weight);
        actual.Cost.Count.Should().Be(expected.Cost.Count);
        Near(actual.Losses, expected.Losses);
        Near(actual.Hidden, expected.Hidden);
        Near(actual.Prototypes, expected.Prototypes);
        Near(actual.Bias, expected.Bias);
    }

    private static void Near(T[] actual, T[] expected)
    {
        double size = 1e-3 + expected.Max(x => Math.Abs(double.CreateTruncating(x)));
        for (int i = 0; i < actual.Length; i++)
        {
            double error = Math.Abs(double.CreateTruncating(actual[i]) - double.CreateTruncating(expected[i]));
            error.Should().BeLessThanOrEqualTo(Allowed * size, $"{actual[i]} and {expected[i]} at {i} are near");
        }
    }

    private static void Near(double actual, double expected) =>
        actual.Should().BeApproximately(expected, Allowed * (1 + Math.Abs(expected)));

    private sealed class Sample
    {
        public Sample(int rows, int classes)
        {
            Random random = new(rows * 1000 + classes);
            Hidden = Numbers(random, rows * Dimension, 2);
            Prototypes = Numbers(random, classes * Dimension, 2);
            Bias = Numbers(random, classes, 1);
            Labels = [.. Enumerable.Range(0, rows).Select(row => row % 6 == 4 ? -100 : random.Next(classes))];
            Weights = [.. Numbers(random, rows, 1).Select((x, row) => row % 5 == 3 ? T.Zero : T.Abs(x) + T.One)];
        }

        public T[] Hidden { get; }

        public T[] Prototypes { get; }

        public T[] Bias { get; }

        public int[] Labels { get; }

        public T[] Weights { get; }

        public Linear<T> Batch => new() { Hidden = Hidden, Prototypes = Prototypes, Bias = Bias, Labels = Labels };

        private static T[] Numbers(Random random, int length, double size) =>
            [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating((random.NextDouble() * 2 - 1) * size))];
    }

    private sealed class Outcome(Sample sample)
    {
        public Cost Cost { get; set; }

        public T[] Losses { get; } = new T[sample.Labels.Length];

        public T[] Hidden { get; } = new T[sample.Hidden.Length];

        public T[] Prototypes { get; } = new T[sample.Prototypes.Length];

        public T[] Bias { get; } = new T[sample.Bias.Length];
    }
}
