using System.Numerics;
using LossKit.Formulas;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SinglePrototypeLossTests : PrototypeLossTests<float>;

public sealed class DoublePrototypeLossTests : PrototypeLossTests<double>;

/// <summary>Losses of rows and the prototypes of classes against their definitions, in plain loops of double.</summary>
public abstract class PrototypeLossTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Dimension = 6;

    private delegate double[] Definition(double[][] rows, double[][] prototypes, int[] labels, int classes);

    private static double Allowed => typeof(T) == typeof(float) ? 1e-5 : 1e-11;

    private static readonly Dictionary<string, (Func<int, PrototypeLoss<T>> Loss, Definition Losses)> s_losses = new()
    {
        ["arcface"] = (c => Loss.ArcFace<T>(c, Dimension, 0.4, 8), OfAngles(8, (angle, _) => Arc(angle, 0.4))),
        ["arcface, sub-centres"] = (
            c => Loss.ArcFace<T>(c, Dimension, 0.7, 8, subCenters: 3),
            OfAngles(8, (angle, _) => Arc(angle, 0.7))),
        ["arcface, class margins"] = (
            c => Loss.ArcFace<T>(c, Dimension, scale: 8, classMargins: Margins(c)),
            OfAngles(8, (angle, label) => Arc(angle, Margin(label)))),
        ["cosface"] = (c => Loss.CosFace<T>(c, Dimension, 0.3, 8, 2), OfAngles(8, (angle, _) => Math.Cos(angle) - 0.3)),
        ["cosface, class margins"] = (
            c => Loss.CosFace<T>(c, Dimension, scale: 8, classMargins: Margins(c)),
            OfAngles(8, (angle, label) => Math.Cos(angle) - Margin(label))),
        ["sphereface"] = (c => Loss.SphereFace<T>(c, Dimension, 3, 4), OfAngles(4, (angle, _) => Sphere(angle, 3))),
        ["sphereface, norms"] = (
            c => Loss.SphereFace<T>(c, Dimension, 4, 2, subCenters: 2, featureNorm: true),
            OfAngles(2, (angle, _) => Sphere(angle, 4), hasNorms: true)),
        ["cosines"] = (
            c => Loss.SoftmaxCrossEntropy<T>(c).OfCosines(Dimension, 8, subCenters: 2),
            OfAngles(8, (angle, _) => Math.Cos(angle))),
        ["own formula of angles"] = (
            c => Loss.SoftmaxCrossEntropy<T>(c).OfAngles(default(Combined), Dimension, 0.25, 8, subCenters: 2),
            OfAngles(8, (angle, _) => Math.Cos(0.9 * angle + 0.25) - 0.25)),
        ["smoothed, class weights"] = (
            c => Loss.SoftmaxCrossEntropy<T>(c, ClassWeights(c), 0.25)
                .OfAngles(default(ArcFace), Dimension, 0.25, 8, subCenters: 3),
            OfAngles(8, (angle, _) => Arc(angle, 0.25), ofLogits: Smoothed)),
        ["hinge of angles"] = (
            c => Loss.MulticlassHinge<T>(c).OfAngles(default(CosFace), Dimension, 0.25, 2, subCenters: 2),
            OfAngles(2, (angle, _) => Math.Cos(angle) - 0.25, ofLogits: Hinge)),
        ["proxy-nca"] = (c => Loss.ProxyNca<T>(c, Dimension, 3), Proxies(3, leavesOut: false)),
        ["proxy-nca, without the label"] = (
            c => Loss.ProxyNca<T>(c, Dimension, 3, excludePositive: true), Proxies(3, leavesOut: true)),
        ["own formula of prototypes"] = (
            c => Loss.FromPrototypeFormula<T, ProxyNca, LogSumExpFold, LogSumExpFold>(new(2, false), c, Dimension),
            Proxies(2, leavesOut: false)),
        ["proxy anchor"] = (c => Loss.ProxyAnchor<T>(c, Dimension, 0.2, 8), Anchors(0.2, 8)),
    };

    public static TheoryData<string> Names => [.. s_losses.Keys];

    [Theory, Trait("Category", "Kernels"), MemberData(nameof(Names))]
    public void Losses_are_as_defined(string name)
    {
        foreach (int classes in (int[])[2, 17, 200])
        {
            foreach (int rows in (int[])[1, 7, 70])
            {
                Sample sample = new(s_losses[name].Loss(classes), rows);
                double[] expected = sample.Expected(s_losses[name].Losses);
                foreach (int scratch in (int[])[1, 1 << 25])
                {
                    PrototypeLoss<T> loss = WithScratch(sample.Loss, scratch);
                    T[] losses = new T[expected.Length];
                    Cost cost = loss.PerExample(sample.Batch, losses);
                    Near(losses, expected);
                    int counted = sample.IsByRow ? sample.Labels.Count(label => label >= 0) : 1;
                    cost.Count.Should().Be(counted);
                    cost.Sum.Should().BeApproximately(expected.Sum(), Allowed * (1 + expected.Sum(Math.Abs)));
                }
            }
        }
    }

    /// <summary>Difference quotients of the definition, whose kinks the sample does not meet.</summary>
    [Theory, Trait("Category", "Kernels"), MemberData(nameof(Names))]
    public void Gradients_are_as_the_definition_says(string name)
    {
        foreach (int classes in (int[])[2, 9])
        {
            Sample sample = new(s_losses[name].Loss(classes), 7);
            Definition definition = s_losses[name].Losses;
            double[] weights = Array.ConvertAll(sample.Weights, double.CreateTruncating);
            T[] rows = new T[sample.Rows.Length];
            T[] prototypes = new T[sample.Prototypes.Length];
            sample.Loss.ValueAndGradient(
                sample.Batch,
                new() { Hidden = rows, Prototypes = prototypes },
                sample.Weights,
                Reduction.Sum);
            foreach ((T[] at, T[] gradient) in (ReadOnlySpan<(T[], T[])>)
                [(sample.Rows, rows), (sample.Prototypes, prototypes)])
            {
                double[] expected = new double[at.Length];
                for (int i = 0; i < at.Length; i++)
                {
                    // The step has to be exact in T.
                    T given = at[i];
                    T step = T.CreateTruncating(typeof(T) == typeof(float) ? 1.0 / 4096 : 1.0 / (1 << 18));
                    at[i] = given + step;
                    double above = Weighed(sample.Expected(definition));
                    at[i] = given - step;
                    double below = Weighed(sample.Expected(definition));
                    at[i] = given;
                    expected[i] = (above - below) / (2 * double.CreateTruncating(step));
                }

                Near(gradient, expected, typeof(T) == typeof(float) ? 2e-5 : 1e-8);
            }

            double Weighed(double[] losses) =>
                losses.Zip(weights, (loss, weight) => weight == 0 ? 0 : weight * loss).Sum();
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Neither_threads_nor_scratch_memory_change_what_comes_out(string name)
    {
        Sample sample = new(s_losses[name].Loss(700), 300);
        (Cost Cost, T[] Rows, T[] Prototypes) expected = Gradients(sample, sample.Loss);
        foreach (int degree in (int[])[2, 7])
        {
            (Cost Cost, T[] Rows, T[] Prototypes) actual = Gradients(sample, sample.Loss.InParallel(degree));
            actual.Cost.Should().Be(expected.Cost);
            actual.Rows.AsSpan().SequenceEqual(expected.Rows).Should().BeTrue();
            actual.Prototypes.AsSpan().SequenceEqual(expected.Prototypes).Should().BeTrue();
        }

        (Cost Cost, T[] Rows, T[] Prototypes) few = Gradients(sample, WithScratch(sample.Loss, 1 << 16));
        Near(few.Rows, Array.ConvertAll(expected.Rows, double.CreateTruncating));
        Near(few.Prototypes, Array.ConvertAll(expected.Prototypes, double.CreateTruncating));
        T[] rows = new T[sample.Rows.Length];
        T[] prototypes = new T[sample.Prototypes.Length];
        sample.Loss.ValueAndGradient(sample.Batch, new() { Hidden = rows }, sample.Weights).Should().Be(expected.Cost);
        sample.Loss.ValueAndGradient(sample.Batch, new() { Prototypes = prototypes }, sample.Weights);
        rows.AsSpan().SequenceEqual(expected.Rows).Should().BeTrue();
        prototypes.AsSpan().SequenceEqual(expected.Prototypes).Should().BeTrue();
    }

    /// <summary>Only directions count, but for norms that are meant to: of 10⁻⁴ to 10²⁰.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Sizes_do_not_count(string name)
    {
        if (name.Contains("norms", StringComparison.Ordinal))
        {
            return;
        }

        Sample sample = new(s_losses[name].Loss(9), 7);
        double[] expected = sample.Expected(s_losses[name].Losses);
        foreach (double size in (double[])[1e-4, 1e4, 1e20])
        {
            for (int row = 0; row < 7; row += 2)
            {
                for (int k = 0; k < Dimension; k++)
                {
                    sample.Rows[row * Dimension + k] *= T.CreateTruncating(size);
                }
            }

            T[] losses = new T[expected.Length];
            sample.Loss.PerExample(sample.Batch, losses);
            Near(losses, expected);
            (_, T[] rows, T[] prototypes) = Gradients(sample, sample.Loss);
            rows.Concat(prototypes).Should().AllSatisfy(x => T.IsFinite(x).Should().BeTrue());
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Rows_of_zeros_have_no_direction(string name)
    {
        Sample sample = new(s_losses[name].Loss(3), 5);
        sample.Rows.AsSpan(0, Dimension).Clear();
        sample.Prototypes.AsSpan(Dimension, Dimension).Clear();
        double[] expected = sample.Expected(s_losses[name].Losses);
        T[] losses = new T[expected.Length];
        sample.Loss.PerExample(sample.Batch, losses);
        Near(losses, expected);
        (_, T[] rows, T[] prototypes) = Gradients(sample, sample.Loss);
        rows.Concat(prototypes).Should().AllSatisfy(x => T.IsFinite(x).Should().BeTrue());
    }

    [Theory, MemberData(nameof(Names))]
    public void What_counts_nowhere_may_hold_anything(string name)
    {
        Sample sample = new(s_losses[name].Loss(9), 20);
        if (!sample.IsByRow)
        {
            return;
        }

        (Cost Cost, T[] Rows, T[] Prototypes) expected = Gradients(sample, sample.Loss);
        for (int row = 0; row < 20; row++)
        {
            if (sample.Labels[row] < 0 || sample.Weights[row] == T.Zero)
            {
                sample.Rows.AsSpan(row * Dimension, Dimension).Fill(T.NaN);
            }
        }

        (Cost Cost, T[] Rows, T[] Prototypes) actual = Gradients(sample, sample.Loss);
        actual.Cost.Should().Be(expected.Cost);
        actual.Rows.Should().Equal(expected.Rows);
        actual.Prototypes.Should().Equal(expected.Prototypes);
    }

    [Theory, MemberData(nameof(Names))]
    public void NaN_stays_in_its_row(string name)
    {
        Sample sample = new(s_losses[name].Loss(9), 20);
        sample.Rows[3] = T.NaN;
        T[] losses = new T[sample.Losses];
        sample.Loss.PerExample(sample.Batch, losses);
        losses.Select(T.IsNaN).Should().Equal(losses.Select((_, row) => row == 0));
        (Cost cost, T[] rows, T[] prototypes) = Gradients(sample, sample.Loss);
        double.IsNaN(cost.Mean).Should().BeTrue();
        rows.Count(T.IsNaN).Should().Be(sample.IsByRow ? Dimension : rows.Length);
        prototypes.Should().AllSatisfy(x => T.IsNaN(x).Should().BeTrue());
    }

    [Theory, MemberData(nameof(Names))]
    public void Without_rows_there_is_no_loss(string name)
    {
        Sample sample = new(s_losses[name].Loss(3), 0);
        sample.Loss.Losses(sample.Batch).Should().Be(0);
        T[] prototypes = new T[sample.Prototypes.Length];
        prototypes.AsSpan().Fill(T.One);
        Cost cost = sample.Loss.ValueAndGradient(sample.Batch, new() { Prototypes = prototypes });
        (cost.Count, cost.Weight, cost.Sum).Should().Be((0, 0, 0));
        prototypes.Should().AllSatisfy(x => x.Should().Be(T.Zero));
        sample.Loss.PerExample(sample.Batch, []).Count.Should().Be(0);
    }

    [Theory, MemberData(nameof(Names))]
    public void Calls_allocate_nothing(string name)
    {
        Sample sample = new(s_losses[name].Loss(9), 20);
        T[] rows = new T[sample.Rows.Length];
        T[] prototypes = new T[sample.Prototypes.Length];
        Allocations.Of(() => sample.Loss.ValueAndGradient(
            sample.Batch, new() { Hidden = rows, Prototypes = prototypes }, sample.Weights)).Should().Be(0);
    }

    /// <summary>Small angles, of which the cosine is all but 1, and angles all but π.</summary>
    [Fact]
    public void Small_angles_keep_their_digits()
    {
        foreach (double angle in (double[])[1e-1, 1e-2, 1e-3])
        {
            T[] row = [T.CreateTruncating(Math.Cos(angle)), T.CreateTruncating(Math.Sin(angle))];
            double given = Math.Atan2(double.CreateTruncating(row[1]), double.CreateTruncating(row[0]));
            T[] prototypes = [T.One, T.Zero, T.Zero, T.One];
            T[] losses = new T[1];
            T[] gradient = new T[2];
            LinearLoss<T> loss = Loss.ArcFace<T>(2, 2, margin: 1, scale: 64);
            Linear<T> batch = new() { Hidden = row, Prototypes = prototypes, Labels = [0] };
            loss.PerExample(batch, losses);
            loss.ValueAndGradient(batch, new() { Hidden = gradient });
            double behind = 64 * (Math.Sin(given) - Math.Cos(given + 1));
            double slope = 64 * (Math.Cos(given) + Math.Sin(given + 1)) / (1 + Math.Exp(-behind));
            Near(losses, [Math.Max(behind, 0) + Math.Log(1 + Math.Exp(-Math.Abs(behind)))]);
            double allowed = (typeof(T) == typeof(float) ? 1e-6 : 1e-14) / angle;
            Near(gradient, [-slope * Math.Sin(given), slope * Math.Cos(given)], allowed);
        }
    }

    /// <summary>Rows along their prototypes, or opposite to them, some only once both are normalised.</summary>
    [Fact]
    public void Where_the_angle_is_0_or_π_its_gradient_is_0()
    {
        LinearLoss<T> loss = Loss.ArcFace<T>(2, 7, margin: 0.5, scale: 4);
        LinearLoss<T> sphere = Loss.SphereFace<T>(2, 7, margin: 3, scale: 4);
        Random random = new(3);
        for (int trial = 0; trial < 200; trial++)
        {
            foreach (int sign in (int[])[1, -1])
            {
                T[] prototypes =
                    [.. Enumerable.Range(0, 14).Select(_ => T.CreateTruncating(random.NextDouble() - 0.5))];
                T[] row = [.. prototypes[..7].Select(x => x * T.CreateTruncating(sign * 4))];
                T[] gradient = new T[7];
                Linear<T> batch = new() { Hidden = row, Prototypes = prototypes, Labels = [0] };
                double cosine = Dot(Unit(Double(row)), Unit(Double(prototypes[7..])));
                foreach ((LinearLoss<T> each, double score) in (ReadOnlySpan<(LinearLoss<T>, double)>)
                [
                    (loss, sign > 0 ? Math.Cos(0.5) : -1 - 0.5 * Math.Sin(0.5)),
                    (sphere, sign > 0 ? 1 : -5),
                ])
                {
                    each.ValueAndGradient(batch, new() { Hidden = gradient });
                    double probability = 1 / (1 + Math.Exp(4 * (score - cosine)));
                    double[] unit = Unit(Double(row));
                    double[] other = Unit(Double(prototypes[7..]));
                    double norm = Math.Sqrt(Dot(Double(row), Double(row)));
                    Near(
                        gradient,
                        [.. unit.Zip(other, (x, y) => 4 * probability * (y - cosine * x) / norm)],
                        typeof(T) == typeof(float) ? 2e-5 : 1e-12);
                }
            }
        }
    }

    /// <summary>On unit rows and prototypes, cosines are what a linear layer computes.</summary>
    [Fact]
    public void Cosines_are_products_of_normalised_rows()
    {
        Sample sample = new(Loss.SoftmaxCrossEntropy<T>(17).OfCosines(Dimension, 1), 9);
        T[] rows = Normalised(sample.Rows);
        T[] prototypes = Normalised(sample.Prototypes);
        LinearLoss<T> linear = Loss.LinearCrossEntropy<T>(17, Dimension);
        T[] expected = new T[9];
        T[] losses = new T[9];
        linear.PerExample(new() { Hidden = rows, Prototypes = prototypes, Labels = sample.Labels }, expected);
        sample.Loss.PerExample(sample.Batch, losses);
        Near(losses, Double(expected));
        linear.LogSumExp(new() { Hidden = rows, Prototypes = prototypes, Labels = sample.Labels }, expected);
        Loss.CosFace<T>(17, Dimension, scale: 1).LogSumExp(sample.Batch, losses);
        Near(losses, Double(expected));

        T[] Normalised(T[] vectors) =>
            [.. vectors.Chunk(Dimension).SelectMany(row => Unit(Double(row))).Select(T.CreateTruncating)];
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        LinearLoss<T> loss = Loss.ArcFace<T>(3, 2, subCenters: 2);
        Refused("prototypes", () => loss.Value(new() { Hidden = new T[2], Prototypes = new T[6], Labels = [0] }));
        Refused("bias", () => loss.Value(
            new() { Hidden = new T[2], Prototypes = new T[12], Bias = new T[3], Labels = [0] }));
        Refused("labels", () => Loss.ProxyAnchor<T>(3, 2).Value(
            new() { Hidden = new T[2], Prototypes = new T[6], Labels = [3] }));
        Refused("weights", () => Loss.ProxyAnchor<T>(3, 2).Value(
            new() { Hidden = new T[4], Prototypes = new T[6], Labels = [1, 2] }, new T[2]));
        Refused("subCenters", () => Loss.ArcFace<T>(3, 2, subCenters: 0));
        Refused("scale", () => Loss.CosFace<T>(3, 2, scale: 0));
        Refused("margin", () => Loss.CosFace<T>(3, 2, double.NaN));
        Refused("margin", () => Loss.SphereFace<T>(3, 2, 0));
        Refused("classMargins", () => Loss.CosFace<T>(3, 2, classMargins: [1, 2]));
        Refused("classMargins", () => Loss.CosFace<T>(3, 2, classMargins: [1, 2, double.NaN]));
        Refused("alpha", () => Loss.ProxyAnchor<T>(3, 2, alpha: 0));
        Refused("scale", () => Loss.ProxyNca<T>(3, 2, 0));
        Refused("groups", () => Loss.HierarchicalCrossEntropy<T>(3, [1, 2], [1, 1]));
        Refused("groups", () => Loss.HierarchicalCrossEntropy<T>(3, [1, 1, 2, 1, 2, 2], [1, 1, 1]));
        Refused("groups", () => Loss.HierarchicalCrossEntropy<T>(3, [], []));
        Refused("levelWeights", () => Loss.HierarchicalCrossEntropy<T>(3, [1, 1, 2], [1, -1]));

        static void Refused(string name, Action call) =>
            call.Should().Throw<ArgumentException>().Which.ParamName.Should().Be(name);
    }

    /// <summary>Nothing is ignored where there is one loss of a batch, wherever in a register a label stands.</summary>
    [Fact]
    public void A_label_of_minus_1_is_refused_at_every_row_where_none_is_ignored()
    {
        const int Rows = 37;
        ProxyAnchorLoss<T> loss = Loss.ProxyAnchor<T>(3, 2);
        T[] hidden = [.. Enumerable.Repeat(T.One, 2 * Rows)];
        for (int row = 0; row < Rows; row++)
        {
            int[] labels = new int[Rows];
            labels[row] = -1;
            loss.Invoking(each => each.Value(new() { Hidden = hidden, Prototypes = new T[6], Labels = labels }))
                .Should().Throw<ArgumentException>().WithMessage($"*row {row} is -1*").WithParameterName("labels");
        }
    }

    private static PrototypeLoss<T> WithScratch(PrototypeLoss<T> loss, int bytes) =>
        loss is LinearLoss<T> linear ? linear.WithScratch(bytes) : loss;

    private static (Cost Cost, T[] Rows, T[] Prototypes) Gradients(Sample sample, PrototypeLoss<T> loss)
    {
        T[] rows = new T[sample.Rows.Length];
        T[] prototypes = new T[sample.Prototypes.Length];
        Cost cost = loss.ValueAndGradient(
            sample.Batch, new() { Hidden = rows, Prototypes = prototypes }, sample.Weights);
        return (cost, rows, prototypes);
    }

    private static double Arc(double angle, double margin) =>
        angle <= Math.PI - margin ? Math.Cos(angle + margin) : Math.Cos(angle) - margin * Math.Sin(margin);

    private static double Sphere(double angle, int margin)
    {
        double k = Math.Floor(margin * angle / Math.PI);
        return Math.Cos(margin * angle) * (k % 2 == 0 ? 1 : -1) - 2 * k;
    }

    private static double Margin(int label) => 0.125 * (label % 4);

    private static double[] Margins(int classes) => [.. Enumerable.Range(0, classes).Select(Margin)];

    private static double[] ClassWeights(int classes) =>
        [.. Enumerable.Range(0, classes).Select(label => 0.5 + label % 3)];

    private static double Smoothed(double[] logits, int label)
    {
        double[] weights = ClassWeights(logits.Length);
        double logSumExp = LogSumExp(logits);
        return 0.75 * weights[label] * (logSumExp - logits[label])
            + 0.25 / logits.Length * logits.Zip(weights, (logit, weight) => weight * (logSumExp - logit)).Sum();
    }

    private static double[] Double(IEnumerable<T> numbers) => [.. numbers.Select(double.CreateTruncating)];

    private static double[] Unit(double[] row)
    {
        double norm = Math.Max(1e-12, Math.Sqrt(Dot(row, row)));
        return [.. row.Select(x => x / norm)];
    }

    private static double Dot(double[] left, double[] right) => left.Zip(right, (x, y) => x * y).Sum();

    private static Definition OfAngles(
        double scale,
        Func<double, int, double> ofLabel,
        bool hasNorms = false,
        Func<double[], int, double>? ofLogits = null) => (rows, prototypes, labels, classes) =>
        [
            .. rows.Zip(labels, (row, label) =>
            {
                int centers = prototypes.Length / classes;
                double factor = scale * (hasNorms ? Math.Sqrt(Dot(row, row)) : 1);
                double[] cosines =
                [
                    .. prototypes.Chunk(centers).Select(ofClass => ofClass.Max(p => Dot(Unit(row), Unit(p)))),
                ];
                return label < 0 ? 0 : (ofLogits ?? CrossEntropy)(
                    [
                        .. cosines.Select((cosine, c) =>
                            factor * (c == label ? ofLabel(Math.Acos(Math.Clamp(cosine, -1, 1)), label) : cosine)),
                    ],
                    label);
            }),
        ];

    private static double CrossEntropy(double[] logits, int label) => LogSumExp(logits) - logits[label];

    private static double Hinge(double[] logits, int label) =>
        logits.Where((_, c) => c != label).Sum(logit => Math.Max(0, 1 - logits[label] + logit)) / logits.Length;

    private static double LogSumExp(IEnumerable<double> numbers)
    {
        double largest = numbers.DefaultIfEmpty(double.NegativeInfinity).Max();
        return double.IsInfinity(largest) ? largest : largest + Math.Log(numbers.Sum(x => Math.Exp(x - largest)));
    }

    private static Definition Proxies(double scale, bool leavesOut) => (rows, prototypes, labels, _) =>
    [
        .. rows.Zip(labels, (row, label) =>
        {
            double[] distances = [.. prototypes.Select(p => 2 - 2 * Dot(Unit(row), Unit(p)))];
            double logSum = LogSumExp(distances.Where((_, c) => c != label || !leavesOut).Select(d => -scale * d));
            return label < 0 ? 0 : logSum + scale * distances[label];
        }),
    ];

    private static Definition Anchors(double margin, double alpha) => (rows, prototypes, labels, _) =>
    [
        prototypes.Select((proxy, z) =>
        {
            double[] cosines = [.. rows.Select(row => Dot(Unit(row), Unit(proxy)))];
            double near = LogSumExp(
                cosines.Where((_, i) => labels[i] == z).Select(s => -alpha * (s - margin)).Append(0));
            double far = LogSumExp(
                cosines.Where((_, i) => labels[i] != z).Select(s => alpha * (s + margin)).Append(0));
            return near / labels.Distinct().Count() + far / prototypes.Length;
        }).Sum(),
    ];

    private static void Near(T[] actual, double[] expected, double? allowed = null)
    {
        double size = 1e-3 + expected.Select(Math.Abs).DefaultIfEmpty().Max();
        for (int i = 0; i < actual.Length; i++)
        {
            double error = Math.Abs(double.CreateTruncating(actual[i]) - expected[i]);
            error.Should().BeLessThanOrEqualTo(
                (allowed ?? Allowed) * size, $"{actual[i]} and {expected[i]} at {i} are near");
        }
    }

    /// <summary>A formula of an author's own.</summary>
    private readonly struct Combined : IAngleFormula
    {
        public TLane Score<TLane>(TLane angle, TLane margin)
            where TLane : struct, ILane<TLane> => Functions.Cos(0.9 * angle + margin) - margin;
    }

    private sealed class Sample
    {
        public Sample(PrototypeLoss<T> loss, int rows)
        {
            Random random = new(rows * 1000 + loss.Classes);
            Loss = loss;
            Rows = Numbers(random, rows * Dimension);
            Prototypes = Numbers(random, loss.Classes * loss.SubCenters * Dimension);
            Labels =
            [
                .. Enumerable.Range(0, rows).Select(row =>
                    IsByRow && row % 6 == 4 ? -100 : random.Next(Math.Max(1, loss.Classes / 2))),
            ];
            Weights =
            [
                .. Enumerable.Range(0, Losses).Select(row => T.CreateTruncating(row % 5 == 3 ? 0 : 1 + row % 3)),
            ];
        }

        public PrototypeLoss<T> Loss { get; }

        public bool IsByRow => Loss is LinearLoss<T>;

        public int Losses => IsByRow ? Labels.Length : Math.Min(1, Labels.Length);

        public T[] Rows { get; }

        public T[] Prototypes { get; }

        public int[] Labels { get; }

        public T[] Weights { get; }

        public Linear<T> Batch => new() { Hidden = Rows, Prototypes = Prototypes, Labels = Labels };

        public double[] Expected(Definition definition) => definition(
            [.. Rows.Chunk(Dimension).Select(Double)],
            [.. Prototypes.Chunk(Dimension).Select(Double)],
            Labels,
            Loss.Classes);

        private static T[] Numbers(Random random, int length) =>
            [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(random.NextDouble() * 2 - 1))];
    }
}
