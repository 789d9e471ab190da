using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleWholeBatchTests : WholeBatchTests<float>;

public sealed class DoubleWholeBatchTests : WholeBatchTests<double>;

/// <summary>Losses that a batch of embeddings has as a whole, and of four inputs, against their definitions.</summary>
[Trait("Category", "Kernels")]
public abstract class WholeBatchTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>What rounding may do, relative to the terms of a sum.</summary>
    private static readonly double s_close = 32 * Samples.Close<T>();

    private static readonly Dictionary<string, Instance> s_instances = new()
    {
        ["BarlowTwins"] = OfViews(d => Loss.BarlowTwins<T>(d, 0.1, 0.01), BarlowTwins(0.1, 0.01)),
        ["A formula on correlations"] = OfViews(
            d => Loss.FromCorrelationFormula<T, BarlowTwins>(new(0.3), d, 0.02), BarlowTwins(0.3, 0.02)),
        ["VicReg"] = OfViews(d => Loss.VicReg<T>(d, 3, 2, 1.5, 0.01), VicReg(3, 2, 1.5, 0.01)) with { Fewest = 2 },
        ["CoSent"] = new(2, d => OfPairs(Loss.CoSent<T>(d, 3)), (rows, labels, d) => [CoSent(rows, labels, 3)]),
        ["IntraPairVariance"] = new(
            1,
            d => OfLabels(Loss.IntraPairVariance<T>(d, 0.1, 0.2)),
            (rows, labels, _) => [IntraPairVariance(rows, labels, 0.1, 0.2)]),
        ["SimSiam"] = new(4, d => OfSiamese(Loss.SimSiam<T>(d)), (rows, _, _) => SimSiam(rows)) { IsByRow = true },
    };

    public static TheoryData<string> Names => new(s_instances.Keys);

    [Fact]
    public void A_length_of_weight_0_hides_whatever_only_it_reads()
    {
        T[] first = [T.One, T.Zero, T.NaN, T.Zero, T.One, T.One];
        T[] second = [T.One, T.One, T.One, T.NaN, T.One, T.One];
        T[] gradient = new T[6];
        Cost cost = Loss.MatryoshkaInfoNce<T>(3, [2, 3], [1, 0]).ValueAndGradient(
            new() { First = first, Second = first }, new() { First = gradient });
        double.IsFinite(cost.Mean).Should().BeTrue();
        gradient.Select(double.CreateTruncating).Should().OnlyContain(slope => double.IsFinite(slope))
            .And.Contain(slope => slope != 0);
        double.IsNaN(Loss.MatryoshkaInfoNce<T>(3, [2, 3]).Value(new() { First = first, Second = second }).Mean)
            .Should().BeTrue();
        FluentActions.Invoking(() => Loss.MatryoshkaInfoNce<T>(3, [])).Should().Throw<ArgumentException>()
            .WithMessage("'dimensions' is empty: expected one length or more.*");
    }

    [Theory, MemberData(nameof(Names))]
    public void Losses_and_gradients_are_those_of_the_definition(string name)
    {
        Instance instance = s_instances[name];
        int turn = 0;
        foreach (int given in new[] { 1, 2, 3, 5, 16, 33, 70 })
        {
            int rows = Math.Max(given, instance.Fewest);
            foreach (int dimension in new[] { 1, 2, 5, 19, 70 })
            {
                ShouldFitDefinition(instance, rows, dimension, (Reduction)(turn++ % 3), hasWeights: turn % 2 == 0);
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Threads_change_no_bit(string name)
    {
        Instance instance = s_instances[name];
        foreach ((int rows, int dimension) in new[] { (300, 130), (130, 300), (1_100, 3) })
        {
            Sample sample = new(instance, rows, dimension, hasWeights: false);
            ICalls calls = instance.Loss(dimension);
            (Cost Cost, T[][] Gradients) expected = calls.Differentiate(sample, Reduction.Mean, 1);
            (Cost Cost, T[][] Gradients) run = calls.Differentiate(sample, Reduction.Mean, 3);
            run.Cost.Should().Be(expected.Cost);
            run.Gradients.Zip(expected.Gradients, (a, b) => a.AsSpan().SequenceEqual(b)).Should().NotContain(false);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Empty_batches_and_those_without_weight_have_a_NaN_mean_and_NaN_is_not_hidden(string name)
    {
        Instance instance = s_instances[name];
        ICalls calls = instance.Loss(3);
        (Cost Cost, T[][] Gradients) none =
            calls.Differentiate(new(instance, 0, 3, hasWeights: false), Reduction.Mean, 1);
        (none.Cost.Sum, none.Cost.Count, none.Cost.Mean).Should().Be((0, 0, double.NaN));
        Sample sample = new(instance, 4, 3, hasWeights: true);
        sample.Inputs[0][4] = T.NaN;
        Array.Clear(sample.Weights);
        (Cost Cost, T[][] Gradients) run = calls.Differentiate(sample, Reduction.Mean, 1);
        (run.Cost.Sum, run.Cost.Mean).Should().Be((0, double.NaN));
        run.Gradients.All(gradient => gradient.All(T.IsZero)).Should().BeTrue();
        run = calls.Differentiate(sample with { Weights = [] }, Reduction.Mean, 1);
        run.Cost.Sum.Should().Be(double.NaN);
        run.Gradients.Select(gradient => gradient.Any(T.IsNaN)).First().Should().BeTrue();
        if (!instance.IsByRow)
        {
            run.Gradients.All(gradient => gradient.All(T.IsNaN)).Should().BeTrue();
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Equal_rows_and_rows_of_zeros_are_finite(string name)
    {
        Instance instance = s_instances[name];
        foreach (double number in new[] { 0, 1e4, -1e4 })
        {
            Sample sample = new(instance, 6, 4, hasWeights: false);
            foreach (T[] input in sample.Inputs)
            {
                input.AsSpan().Fill(T.CreateTruncating(number));
            }

            (Cost Cost, T[][] Gradients) run = instance.Loss(4).Differentiate(sample, Reduction.Mean, 1);
            double.IsFinite(run.Cost.Sum).Should().BeTrue();
            run.Gradients.All(gradient => gradient.All(T.IsFinite)).Should().BeTrue();
        }
    }

    [Fact]
    public void Equal_targets_are_not_compared_and_large_scales_do_not_overflow()
    {
        T[] first = [T.One, T.Zero, T.One, T.Zero, T.One, T.Zero];
        T[] second = [T.One, T.Zero, T.Zero, T.One, -T.One, T.Zero];
        T[] equal = [T.One, T.One, T.One];
        T[] gradient = new T[6];
        Loss.CoSent<T>(2).ValueAndGradient(
            new() { First = first, Second = second, Targets = equal }, new() { First = gradient }).Sum.Should().Be(0);
        gradient.All(T.IsZero).Should().BeTrue();

        // The cosines are 1, 0, −1; the wrong order costs the sum of the differences at most.
        T[] rising = [T.Zero, T.One, T.One + T.One];
        Cost cost = Loss.CoSent<T>(2, 1e4).ValueAndGradient(
            new() { First = first, Second = second, Targets = rising }, new() { First = gradient });
        cost.Sum.Should().BeApproximately(2e4, 2e4 * s_close);
        gradient.All(T.IsFinite).Should().BeTrue();
        Action call = () => Loss.CoSent<T>(2).Value(new() { First = first, Second = second });
        call.Should().Throw<ArgumentException>().Which.ParamName.Should().Be("targets");
    }

    [Fact]
    public void A_boundary_is_learnt()
    {
        T[] rows = [.. new[] { 0, 0.5, 2, 2.25, 5 }.Select(T.CreateTruncating)];
        int[] labels = [0, 0, 1, 0, 1];
        foreach (double[] boundaries in new double[][] { [1.1], [1.1, 2.3] })
        {
            T[] given = [.. boundaries.Select(T.CreateTruncating)];
            T[] gradient = new T[given.Length];
            MinedLoss<T> loss = Loss.MarginBased<T>(1, 0.7);
            Labelled<T> batch = new() { Embeddings = rows, Labels = labels, Boundaries = given };
            Cost cost = loss.ValueAndGradient(batch, new() { Boundaries = gradient }, default, Reduction.Sum);
            double[] expected = new double[given.Length];
            int count = 0;
            for (int i = 0; i < 5; i++)
            {
                for (int j = 0; j < 5; j++)
                {
                    int at = Math.Min(labels[i], boundaries.Length - 1);
                    int sign = labels[i] == labels[j] ? 1 : -1;
                    double gap = Math.Abs(Samples.ToDouble(rows[i] - rows[j])) - boundaries[at];
                    if (i != j && 0.7 + sign * gap > 0)
                    {
                        expected[at] -= sign;
                        count++;
                    }
                }
            }

            cost.Count.Should().Be(count);
            gradient.Select(Samples.ToDouble).Should().Equal(expected);
        }

        Refused("boundaries", () => Loss.MarginBased<T>(1).Value(new() { Embeddings = rows, Labels = labels }));
        Refused("labels", () => Loss.MarginBased<T>(1).Value(
            new() { Embeddings = rows, Labels = [0, 1, 2, 3, 1], Boundaries = rows.AsSpan(0, 2) }));
        Refused("boundaries", () => Loss.Nca<T>(1).Value(
            new() { Embeddings = rows, Labels = labels, Boundaries = rows.AsSpan(0, 1) }));

        static void Refused(string name, Func<Cost> call) =>
            call.Should().Throw<ArgumentException>().Which.ParamName.Should().Be(name);
    }

    private static Instance OfViews(Func<int, CorrelationLoss<T>> loss, Func<Number[][], int, Number> definition) =>
        new(2, d => OfViews(loss(d)), (rows, _, d) => [definition(rows, d)]);

    private static Func<Number[][], int, Number> BarlowTwins(double lambda, double epsilon) => (rows, dimension) =>
    {
        int n = rows.Length / 2;
        Number[][] first = Columns(rows[..n], epsilon);
        Number[][] second = Columns(rows[n..], epsilon);
        return Number.Sum(first.SelectMany((column, i) => second.Select((other, j) =>
        {
            Number c = Number.Dot(column, other) / n;
            return i == j ? Number.Square(1 - c) : lambda * Number.Square(c);
        })));
    };

    private static Func<Number[][], int, Number> VicReg(
        double i, double v, double c, double epsilon) => (rows, dimension) =>
    {
        int n = rows.Length / 2;
        Number gap = Number.Sum(rows[..n].Zip(rows[n..], Number.SquaredDistance)) / (n * dimension);
        return i * gap + Number.Sum(new[] { rows[..n], rows[n..] }.Select(view => Columns(view, null)).Select(columns =>
            Number.Sum(columns.SelectMany((column, k) => columns.Select((other, l) =>
            {
                Number moment = Number.Dot(column, other) / (n - 1);
                return k == l
                    ? v / 2 / dimension * Number.PositivePart(1 - Number.Sqrt(moment + epsilon))
                    : c / dimension * Number.Square(moment);
            })))));
    };

    /// <summary>Centred columns, standardised if there is an ε.</summary>
    private static Number[][] Columns(Number[][] rows, double? epsilon) =>
    [
        .. Enumerable.Range(0, rows[0].Length).Select(column =>
        {
            Number[] numbers = [.. rows.Select(row => row[column])];
            Number mean = Number.Sum(numbers) / numbers.Length;
            Number[] centred = [.. numbers.Select(x => x - mean)];
            Number deviation = epsilon is { } added
                ? Number.Sqrt(Number.Dot(centred, centred) / numbers.Length + added)
                : 1;
            return (Number[])[.. centred.Select(x => x / deviation)];
        }),
    ];

    private static Number Cosine(Number[] first, Number[] second) =>
        Number.Dot(Number.Normalized(first), Number.Normalized(second));

    private static Number CoSent(Number[][] rows, int[] labels, double scale)
    {
        int n = labels.Length;
        Number[] cosines = [.. Enumerable.Range(0, n).Select(k => Cosine(rows[k], rows[n + k]))];
        return Number.LogSumExp(
        [
            0,
            .. from i in Enumerable.Range(0, n)
               from j in Enumerable.Range(0, n)
               where labels[i] < labels[j]
               select scale * (cosines[i] - cosines[j]),
        ]);
    }

    private static Number IntraPairVariance(Number[][] rows, int[] labels, double near, double far)
    {
        (Number Cosine, bool IsNear)[] pairs =
        [
            .. from i in Enumerable.Range(0, labels.Length)
               from j in Enumerable.Range(0, labels.Length)
               where i != j
               select (Cosine(rows[i], rows[j]), labels[i] == labels[j]),
        ];
        return Term(isNear: true) + Term(isNear: false);

        Number Term(bool isNear)
        {
            Number[] cosines = [.. pairs.Where(pair => pair.IsNear == isNear).Select(pair => pair.Cosine)];
            if (cosines.Length == 0)
            {
                return 0;
            }

            Number mean = Number.Sum(cosines) / cosines.Length;
            return Number.Sum(cosines.Select(s => Number.Square(Number.PositivePart(
                isNear ? (1 - near) * mean - s : s - (1 + far) * mean)))) / cosines.Length;
        }
    }

    private static Number[] SimSiam(Number[][] rows)
    {
        int n = rows.Length / 4;
        return
        [
            .. Enumerable.Range(0, n).Select(k =>
                -0.5 * (Cosine(rows[k], Constant(rows[3 * n + k])) + Cosine(rows[n + k], Constant(rows[2 * n + k])))),
        ];

        static Number[] Constant(Number[] row) => [.. row.Select(x => (Number)x.Value)];
    }

    private static void ShouldFitDefinition(
        Instance instance, int rows, int dimension, Reduction reduction, bool hasWeights)
    {
        Sample sample = new(instance, rows, dimension, hasWeights);
        (Cost Cost, T[][] Gradients) run = instance.Loss(dimension).Differentiate(sample, reduction, 1);
        Number[][] all =
            [.. sample.Inputs.Select(input => (Number[])[.. input.Select(x => (Number)Samples.ToDouble(x))])];
        Number[] losses =
            instance.Definition([.. all.SelectMany(input => input.Chunk(dimension))], sample.Labels, dimension);
        double[] weights = [.. losses.Select((_, k) => hasWeights ? Samples.ToDouble(sample.Weights[k]) : 1)];
        Number sum = Number.Sum(losses.Select((loss, k) => weights[k] * loss));
        sum.Differentiate();
        string what = $"{rows} rows of {dimension}";
        (run.Cost.Count, run.Cost.Weight).Should().Be((losses.Length, weights.Sum()), what);
        run.Cost.Sum.Should().BeApproximately(sum.Value, s_close * (1 + Math.Abs(sum.Value)), what);
        double divisor = reduction == Reduction.Mean ? weights.Sum()
            : reduction == Reduction.MeanOverCount ? weights.Length
            : 1;
        for (int k = 0; k < run.Gradients.Length; k++)
        {
            double size = all[k].Max(x => x.Size);
            for (int i = 0; i < all[k].Length; i++)
            {
                Samples.ToDouble(run.Gradients[k][i]).Should().BeApproximately(
                    all[k][i].Gradient / divisor,
                    s_close * (size + 1e-3) / divisor,
                    $"input {k} of {what} has it at {i}");
            }
        }
    }

    private static Calls<CorrelationLoss<T>> OfViews(CorrelationLoss<T> loss) => new(
        loss,
        (each, x, losses) => each.PerExample(new() { First = x.Inputs[0], Second = x.Inputs[1] }, losses, x.Weights),
        (each, x, g, reduction) => each.ValueAndGradient(
            new() { First = x.Inputs[0], Second = x.Inputs[1] },
            new() { First = g[0], Second = g[1] },
            x.Weights,
            reduction));

    private static Calls<CoSentLoss<T>> OfPairs(CoSentLoss<T> loss) => new(
        loss,
        (each, x, losses) => each.PerExample(
            new() { First = x.Inputs[0], Second = x.Inputs[1], Targets = x.Targets }, losses, x.Weights),
        (each, x, g, reduction) => each.ValueAndGradient(
            new() { First = x.Inputs[0], Second = x.Inputs[1], Targets = x.Targets },
            new() { First = g[0], Second = g[1] },
            x.Weights,
            reduction));

    private static Calls<PairVarianceLoss<T>> OfLabels(PairVarianceLoss<T> loss) => new(
        loss,
        (each, x, losses) => each.PerExample(
            new() { Embeddings = x.Inputs[0], Labels = x.Labels }, losses, x.Weights),
        (each, x, g, reduction) => each.ValueAndGradient(
            new() { Embeddings = x.Inputs[0], Labels = x.Labels }, new() { Embeddings = g[0] }, x.Weights, reduction));

    private static Calls<SimSiamLoss<T>> OfSiamese(SimSiamLoss<T> loss) => new(
        loss,
        (each, x, losses) => each.PerExample(Siamese(x), losses, x.Weights),
        (each, x, g, reduction) =>
            each.ValueAndGradient(Siamese(x), new() { First = g[0], Second = g[1] }, x.Weights, reduction),
        Gradients: 2);

    private static SiameseViews<T> Siamese(Sample x) => new()
    {
        First = x.Inputs[0],
        Second = x.Inputs[1],
        FirstProjections = x.Inputs[2],
        SecondProjections = x.Inputs[3],
    };

    private interface ICalls
    {
        (Cost Cost, T[][] Gradients) Differentiate(Sample sample, Reduction reduction, int degree);
    }

    private sealed record Instance(
        int Inputs, Func<int, ICalls> Loss, Func<Number[][], int[], int, Number[]> Definition)
    {
        public int Fewest { get; init; } = 1;

        public bool IsByRow { get; init; }
    }

    private sealed record Calls<TLoss>(
        TLoss Loss,
        Func<TLoss, Sample, T[], Cost> PerExample,
        Func<TLoss, Sample, T[][], Reduction, Cost> ValueAndGradient,
        int? Gradients = null) : ICalls
        where TLoss : ParallelLoss
    {
        public (Cost Cost, T[][] Gradients) Differentiate(Sample sample, Reduction reduction, int degree)
        {
            TLoss loss = Loss.InParallel(degree);
            T[][] gradients = [.. sample.Inputs.Take(Gradients ?? 4)
                .Select(input => (T[])[.. input.Select(_ => T.CreateTruncating(-77))])];
            T[] losses = new T[sample.Losses];
            Cost value = PerExample(loss, sample, losses);
            Cost cost = ValueAndGradient(loss, sample, gradients, reduction);
            (cost.Weight, cost.Count).Should().Be((value.Weight, value.Count));
            if (double.IsFinite(value.Sum) && value.Weight > 0)
            {
                value.Sum.Should().BeApproximately(cost.Sum, s_close * (1 + Math.Abs(cost.Sum)));
                double sum = losses.Select((x, k) =>
                    (sample.Weights.Length == 0 ? 1 : Samples.ToDouble(sample.Weights[k])) * Samples.ToDouble(x)).Sum();
                sum.Should().BeApproximately(value.Sum, s_close * losses.Length * (1 + Math.Abs(value.Sum)));
            }

            return (cost, gradients);
        }
    }

    private sealed record Sample
    {
        public Sample(Instance instance, int rows, int dimension, bool hasWeights)
        {
            Random random = new(rows + 100 * dimension);
            Inputs =
            [
                .. Enumerable.Range(0, instance.Inputs).Select(_ => (T[])[.. Enumerable.Range(0, rows * dimension)
                    .Select(_ => T.CreateTruncating(random.NextDouble() * 3 - 1.5))]),
            ];
            Labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(1 + rows / 3))];
            Losses = instance.IsByRow ? rows : Math.Min(rows, 1);
            Weights = hasWeights ? [.. Enumerable.Range(1, Losses).Select(k => T.CreateTruncating(k % 3 * 0.5))] : [];
        }

        public T[][] Inputs { get; }

        public int[] Labels { get; }

        public T[] Targets => [.. Labels.Select(label => T.CreateTruncating(label / 4.0))];

        public int Losses { get; }

        public T[] Weights { get; init; }
    }
}
