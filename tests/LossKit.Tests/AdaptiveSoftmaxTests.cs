using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleAdaptiveSoftmaxTests : AdaptiveSoftmaxTests<float>;

public sealed class DoubleAdaptiveSoftmaxTests : AdaptiveSoftmaxTests<double>;

/// <summary>The adaptive softmax against its definition, in plain loops of double.</summary>
public abstract class AdaptiveSoftmaxTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static bool IsSingle => typeof(T) == typeof(float);

    private static double Allowed => IsSingle ? 1e-5 : 1e-12;

    public static TheoryData<int, int, int[], double> Shapes => new()
    {
        { 2, 1, [1], 1 },
        { 9, 8, [3], 4 },
        { 9, 8, [3, 4, 7], 2 },
        { 40, 12, [5, 20], 1.5 },
        { 1300, 8, [20, 650], 2 },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void Losses_are_as_defined(int classes, int dimension, int[] cutoffs, double divValue)
    {
        foreach (int rows in (int[])[1, 7, 90])
        {
            foreach (bool hasBias in (bool[])[false, true])
            {
                Sample sample = new(Loss.AdaptiveSoftmax<T>(classes, dimension, cutoffs, divValue), rows, hasBias);
                double[] expected = sample.Expected();
                foreach (int scratch in (int[])[1, 1 << 14, 1 << 25])
                {
                    T[] losses = Numbers(rows, T.NaN);
                    Cost cost = sample.Loss.WithScratch(scratch).PerExample(sample.Batch, losses, sample.Weights);
                    Near(losses, expected);
                    Near([T.CreateTruncating(cost.Sum)], [Weighed(expected, sample.Weights)]);
                    cost.Count.Should().Be(sample.Labels.Count(label => label >= 0));
                    sample.Loss.Value(sample.Batch, sample.Weights).Count.Should().Be(cost.Count);
                }
            }
        }
    }

    /// <summary>Difference quotients of the definition, in steps that are exact in T.</summary>
    [Theory, MemberData(nameof(Shapes))]
    public void Gradients_are_as_the_definition_says(int classes, int dimension, int[] cutoffs, double divValue)
    {
        if (classes > 100)
        {
            return;
        }

        Sample sample = new(Loss.AdaptiveSoftmax<T>(classes, dimension, cutoffs, divValue), 23, hasBias: true);
        foreach (Reduction reduction in Enum.GetValues<Reduction>())
        {
            Outcome outcome = new(sample);
            Cost cost = outcome.Run(sample.Loss, reduction);
            double divisor = reduction switch
            {
                Reduction.Mean => cost.Weight,
                Reduction.MeanOverCount => cost.Count,
                _ => 1,
            };
            for (int part = 0; part < sample.Inputs.Length; part++)
            {
                T[] at = sample.Inputs[part];
                double[] expected = new double[at.Length];
                T step = T.CreateTruncating(IsSingle ? 1.0 / 1024 : 1.0 / (1 << 18));
                for (int i = 0; i < at.Length; i++)
                {
                    T given = at[i];
                    at[i] = given + step;
                    double above = Weighed(sample.Expected(), sample.Weights);
                    at[i] = given - step;
                    double below = Weighed(sample.Expected(), sample.Weights);
                    at[i] = given;
                    expected[i] = (above - below) / (2 * double.CreateTruncating(step)) / divisor;
                }

                Near(outcome.Gradients[part], expected, IsSingle ? 5e-5 : 1e-8);
            }
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Neither_threads_nor_scratch_memory_nor_gradients_left_out_change_what_comes_out(
        int classes, int dimension, int[] cutoffs, double divValue)
    {
        Sample sample = new(Loss.AdaptiveSoftmax<T>(classes, dimension, cutoffs, divValue), 400, hasBias: true);
        Outcome expected = new(sample);
        Cost cost = expected.Run(sample.Loss);
        foreach (int degree in (int[])[2, 5])
        {
            Outcome actual = new(sample);
            actual.Run(sample.Loss.InParallel(degree)).Should().Be(cost);
            actual.Gradients.Zip(expected.Gradients, (one, other) => one.AsSpan().SequenceEqual(other))
                .Should().AllBeEquivalentTo(true);
        }

        Outcome few = new(sample);
        few.Run(sample.Loss.WithScratch(1));
        for (int part = 0; part < 5; part++)
        {
            Near(few.Gradients[part], Array.ConvertAll(expected.Gradients[part], double.CreateTruncating));
            Outcome alone = new(sample);
            alone.Run(sample.Loss, only: part).Should().Be(cost);
            alone.Gradients[part].AsSpan().SequenceEqual(expected.Gradients[part]).Should().BeTrue();
        }
    }

    /// <summary>
    /// PyTorch 1.13's AdaptiveLogSoftmaxWithLoss(8, 9, [3, 5], div_value=2, head_bias=True): its losses, and two sums
    /// over each of its gradients.
    /// </summary>
    [Fact]
    public void All_is_as_PyTorch_computes_it()
    {
        AdaptiveSoftmaxLoss<T> loss = Loss.AdaptiveSoftmax<T>(9, 8, [3, 5], divValue: 2);
        T[][] inputs = [Ramp(40, 3, 11), Ramp(40, 5, 17), Ramp(5, 3, 7), Ramp(48, 7, 19), Ramp(16, 4, 13)];
        T[][] gradients = [.. inputs.Select(input => new T[input.Length])];
        T[] losses = new T[5];
        AdaptiveLinear<T> batch = new()
        {
            Hidden = inputs[0],
            Head = inputs[1],
            HeadBias = inputs[2],
            Projections = inputs[3],
            Tails = inputs[4],
            Labels = [1, 3, 8, 4, 5],
        };
        loss.PerExample(batch, losses);
        Near(losses, [2.86933732687322, 3.9198018111564, 3.70448770940638, 3.67218952222297, 4.03289208200904]);
        loss.ValueAndGradient(
            batch,
            new()
            {
                Hidden = gradients[0],
                Head = gradients[1],
                HeadBias = gradients[2],
                Projections = gradients[3],
                Tails = gradients[4],
            }).Mean.Should().BeApproximately(3.6397416903336035, IsSingle ? 1e-6 : 1e-14);
        (double, double)[] expected =
        [
            (5.02930551397902, -1.29917765156396),
            (3.70745993628861, -0.225169247446485),
            (0.806956581329145, -0.213535547445121),
            (3.01294148756037, 0.264764200149327),
            (2.04157794126224, -0.303411198368963),
        ];
        for (int part = 0; part < 5; part++)
        {
            double[] gradient = Array.ConvertAll(gradients[part], double.CreateTruncating);
            double[] factors = Array.ConvertAll(Ramp(gradient.Length, 2, 23), double.CreateTruncating);
            double allowed = IsSingle ? 1e-5 : 1e-13;
            gradient.Sum(Math.Abs).Should().BeApproximately(expected[part].Item1, allowed);
            gradient.Zip(factors, (x, y) => x * y).Sum().Should().BeApproximately(expected[part].Item2, allowed);
        }

        static T[] Ramp(int count, int step, int modulus) =>
            [.. Enumerable.Range(0, count).Select(i => T.CreateTruncating(i * step % modulus / 8.0 - 1))];
    }

    /// <summary>With prototypes of 0, which adds the logarithm of their number to the head's loss.</summary>
    [Fact]
    public void Classes_of_a_tail_may_be_equally_likely()
    {
        AdaptiveSoftmaxLoss<T> loss = Loss.AdaptiveSoftmax<T>(7, 2, [2], 1);
        T[] hidden = [T.One, T.NegativeOne, T.CreateTruncating(0.5), T.CreateTruncating(2)];
        T[] head = [T.One, T.Zero, T.Zero, T.One, T.NegativeOne, T.CreateTruncating(0.25)];
        T[] losses = new T[2];
        T[] expected = new T[2];
        loss.PerExample(
            new()
            {
                Hidden = hidden,
                Head = head,
                Projections = new T[4],
                Tails = new T[10],
                Labels = [6, 1],
            },
            losses);
        Loss.LinearCrossEntropy<T>(3, 2).PerExample(
            new() { Hidden = hidden, Prototypes = head, Labels = [2, 1] }, expected);
        Near(losses, [double.CreateTruncating(expected[0]) + Math.Log(5), double.CreateTruncating(expected[1])]);
    }

    [Fact]
    public void What_is_ignored_or_has_no_weight_may_hold_anything()
    {
        // The label that is ignored is one of the tail's number in the head, and a class.
        AdaptiveSoftmaxLoss<T> loss = Loss.AdaptiveSoftmax<T>(9, 8, [3, 5], 2, ignoreIndex: 4);
        Sample sample = new(loss, 40, hasBias: true);
        for (int row = 0; row < 40; row++)
        {
            sample.Labels[row] = row % 9;
        }

        Outcome expected = new(sample);
        Cost cost = expected.Run(loss);
        cost.Count.Should().Be(sample.Labels.Count(label => label != 4));
        for (int row = 0; row < 40; row++)
        {
            if (sample.Labels[row] == 4 || sample.Weights[row] == T.Zero)
            {
                sample.Hidden.AsSpan(row * 8, 8).Fill(row % 2 == 0 ? T.NaN : T.PositiveInfinity);
            }
        }

        Outcome actual = new(sample);
        actual.Run(loss).Should().Be(cost);
        actual.Gradients.Should().BeEquivalentTo(expected.Gradients, options => options.WithStrictOrdering());
        T[] losses = new T[40];
        loss.PerExample(sample.Batch, losses, sample.Weights);
        losses.Where((_, row) => sample.Labels[row] == 4).Should().AllBeEquivalentTo(T.Zero);
    }

    [Fact]
    public void NaN_stays_in_its_row_and_in_what_all_rows_share()
    {
        Sample sample = new(Loss.AdaptiveSoftmax<T>(9, 8, [3, 5], 2), 20, hasBias: true);
        sample.Labels[1] = 3;
        sample.Weights[1] = T.One;
        sample.Hidden[8] = T.NaN;
        T[] losses = new T[20];
        sample.Loss.PerExample(sample.Batch, losses);
        losses.Select(T.IsNaN).Should().Equal(losses.Select((_, row) => row == 1));
        Outcome outcome = new(sample);
        double.IsNaN(outcome.Run(sample.Loss).Mean).Should().BeTrue();
        outcome.Gradients[0].Select(T.IsNaN).Should().Equal(outcome.Gradients[0].Select((_, i) => i / 8 == 1));
        outcome.Gradients[1].Should().AllSatisfy(x => T.IsNaN(x).Should().BeTrue());

        // The row is of the first tail: the second has nothing to do with it.
        outcome.Gradients[3][sample.Loss.ProjectionOf(0)].Count(T.IsNaN).Should().Be(4 * 8);
        outcome.Gradients[3][sample.Loss.ProjectionOf(1)].Count(T.IsNaN).Should().Be(0);
        outcome.Gradients[4][sample.Loss.PrototypesOf(0)].Count(T.IsNaN).Should().Be(2 * 4);
        outcome.Gradients[4][sample.Loss.PrototypesOf(1)].Count(T.IsNaN).Should().Be(0);
    }

    [Fact]
    public void Huge_numbers_and_masked_classes_leave_what_is_finite_finite()
    {
        Sample sample = new(Loss.AdaptiveSoftmax<T>(9, 8, [3, 5], 2), 20, hasBias: true);
        for (int i = 0; i < sample.Hidden.Length; i++)
        {
            sample.Hidden[i] *= T.CreateTruncating(1e15);
        }

        // The second class is masked, and is nobody's label.
        sample.HeadBias[1] = T.NegativeInfinity;
        for (int row = 0; row < 20; row++)
        {
            sample.Labels[row] = sample.Labels[row] == 1 ? 0 : sample.Labels[row];
        }

        Outcome outcome = new(sample);
        double.IsFinite(outcome.Run(sample.Loss).Mean).Should().BeTrue();
        outcome.Gradients.SelectMany(x => x).Should().AllSatisfy(x => T.IsFinite(x).Should().BeTrue());
        outcome.Gradients[2][1].Should().Be(T.Zero);
    }

    [Fact]
    public void Without_anything_that_counts_gradients_are_0_and_the_mean_is_NaN()
    {
        AdaptiveSoftmaxLoss<T> loss = Loss.AdaptiveSoftmax<T>(9, 8, [3, 5], 2);
        foreach (int rows in (int[])[0, 4])
        {
            Sample sample = new(loss, rows, hasBias: true);
            sample.Labels.AsSpan().Fill(-100);
            Outcome outcome = new(sample);
            foreach (T[] gradient in outcome.Gradients)
            {
                gradient.AsSpan().Fill(T.NaN);
            }

            Cost cost = outcome.Run(loss);
            (double.IsNaN(cost.Mean), cost.Count).Should().Be((true, 0));
            outcome.Gradients.SelectMany(x => x).Should().AllSatisfy(x => x.Should().Be(T.Zero));
        }
    }

    /// <summary>Logits of 4,000 rows with 4,200 classes are 64 MB and more.</summary>
    [Fact]
    public void Memory_is_bounded_and_calls_allocate_nothing()
    {
        AdaptiveSoftmaxLoss<T> loss = Loss.AdaptiveSoftmax<T>(4200, 8, [200, 2000], 2).WithScratch(1 << 19);
        Sample sample = new(loss, 4000, hasBias: true);
        Outcome outcome = new(sample);
        Allocations.OfFirst(() => outcome.Run(loss)).Should().BeLessThan(4 << 20);
        Allocations.Of(() => outcome.Run(loss)).Should().Be(0);
    }

    [Fact]
    public void What_does_not_fit_is_refused_before_anything_is_written()
    {
        Sample sample = new(Loss.AdaptiveSoftmax<T>(9, 8, [3, 5], 2), 5, hasBias: true);
        AdaptiveSoftmaxLoss<T> loss = sample.Loss;
        T[] untouched = Numbers(sample.Hidden.Length, T.One);
        T[] one = new T[1];
        Refused("hidden", "*7 entries*8 numbers*", () => loss.Value(With(hidden: new T[7])));
        Refused(
            "head",
            "'head' has 1 entries, but must have 40, 8 for each of 5 classes and tails.*",
            () => loss.Value(With(head: one)));
        Refused("headBias", "*1 entries*5 classes and tails*", () => loss.Value(With(headBias: one)));
        Refused("projections", "*1 entries*48*6 rows of projections*", () => loss.Value(With(projections: one)));
        Refused(
            "tails", "'tails' has 1 entries, but must have 16: 2·4 + 4·2 of the tails.*", () => loss.Value(With(tails: one)));
        Refused("labels", "*4 entries*5 rows*", () => loss.Value(With(labels: new int[4])));
        Refused("labels", "The label of row 3 is 9, but there are 9 classes*", () => loss.ValueAndGradient(
            With(labels: [0, 1, 2, 9, 4]), new() { Hidden = untouched }));
        Refused("weights", "*2 entries*5 rows*", () => loss.Value(sample.Batch, new T[2]));
        Refused("losses", "*", () => loss.PerExample(sample.Batch, one));
        Refused("gradients.Tails", "*", () => loss.ValueAndGradient(
            sample.Batch, new() { Hidden = untouched, Tails = one }));
        Refused("gradients.Head", "*overlaps 'gradients.Hidden'*", () => loss.ValueAndGradient(
            sample.Batch, new() { Hidden = untouched, Head = untouched }));
        Refused("gradients.Head", "*overlaps 'head'*", () => loss.ValueAndGradient(
            sample.Batch, new() { Head = sample.Head }));
        untouched.Should().AllBeEquivalentTo(T.One);
        Refused("cutoffs", "*empty*", () => Loss.AdaptiveSoftmax<T>(9, 8, []));
        Refused("cutoffs", "cutoffs?1? is 3, but must be between 4 and 8*", () => Loss.AdaptiveSoftmax<T>(9, 8, [3, 3]));
        Refused("cutoffs", "cutoffs?0? is 0, but must be between 1 and 8*", () => Loss.AdaptiveSoftmax<T>(9, 8, [0]));
        Refused("cutoffs", "cutoffs?0? is 9*", () => Loss.AdaptiveSoftmax<T>(9, 8, [9]));
        Refused("divValue", "'divValue' is 4: of 8 numbers tail 1 has none*", () => Loss.AdaptiveSoftmax<T>(9, 8, [3, 5]));
        Refused("divValue", "*", () => Loss.AdaptiveSoftmax<T>(9, 8, [3], 0.5));
        Refused("dimension", "*", () => Loss.AdaptiveSoftmax<T>(9, 0, [3]));
        Refused("classes", "*", () => Loss.AdaptiveSoftmax<T>(0, 8, [3]));
        Refused("bytes", "*", () => loss.WithScratch(0));
        Refused("tail", "'tail' is 2, but there are 2*", () => loss.ProjectionOf(2));
        sample.Hidden[9] = T.NaN;
        Refused("hidden", "hidden?9?, of row 1, is NaN*", () => loss.Checked().Value(
            With(labels: [0, 0, 0, 0, 0])));

        AdaptiveLinear<T> With(
            T[]? hidden = null, T[]? head = null, T[]? headBias = null, T[]? projections = null, T[]? tails = null,
            int[]? labels = null) => new()
            {
                Hidden = hidden ?? sample.Hidden,
                Head = head ?? sample.Head,
                HeadBias = headBias ?? sample.HeadBias,
                Projections = projections ?? sample.Projections,
                Tails = tails ?? sample.Tails,
                Labels = labels ?? sample.Labels,
            };

        static void Refused(string name, string message, Action call) =>
            call.Should().Throw<ArgumentException>().WithMessage(message).Which.ParamName.Should().Be(name);
    }

    private static T[] Numbers(int count, T number) => [.. Enumerable.Repeat(number, count)];

    private static double Weighed(double[] losses, T[] weights) => losses
        .Zip(weights, (loss, weight) => weight == T.Zero ? 0 : double.CreateTruncating(weight) * loss).Sum();

    private static void Near(T[] actual, double[] expected, double? allowed = null)
    {
        actual.Length.Should().Be(expected.Length);
        double size = 1e-2 + expected.Select(Math.Abs).DefaultIfEmpty(0).Max();
        for (int i = 0; i < actual.Length; i++)
        {
            double error = Math.Abs(double.CreateTruncating(actual[i]) - expected[i]);
            error.Should().BeLessThanOrEqualTo((allowed ?? Allowed) * size, $"{actual[i]} and {expected[i]} at {i} are near");
        }
    }

    private sealed class Sample
    {
        public Sample(AdaptiveSoftmaxLoss<T> loss, int rows, bool hasBias)
        {
            Random random = new(rows * 1000 + loss.Classes);
            Loss = loss;
            int[] ends = [.. loss.Cutoffs, loss.Classes];
            int[] sizes = [.. loss.TailDimensions.Select((own, tail) => own * (ends[tail + 1] - ends[tail]))];
            Hidden = Random(rows * loss.Dimension);
            Head = Random(loss.HeadRows * loss.Dimension);
            HeadBias = Random(hasBias ? loss.HeadRows : 0);
            Projections = Random(loss.TailDimensions.Sum() * loss.Dimension);
            Tails = Random(sizes.Sum());
            Labels =
            [
                .. Enumerable.Range(0, rows).Select(row => row % 6 == 4 ? -100
                    : row % 2 == 0 ? random.Next(loss.Classes)
                    : ends[row / 2 % ends.Length] - 1),
            ];
            Weights = [.. Random(rows).Select((x, row) => row % 5 == 3 ? T.Zero : T.Abs(x) + T.One)];

            T[] Random(int count) =>
                [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(random.Next(-1024, 1024) / 1024.0))];
        }

        public AdaptiveSoftmaxLoss<T> Loss { get; }

        public T[] Hidden { get; }

        public T[] Head { get; }

        public T[] HeadBias { get; }

        public T[] Projections { get; }

        public T[] Tails { get; }

        public int[] Labels { get; }

        public T[] Weights { get; }

        public T[][] Inputs => [Hidden, Head, HeadBias, Projections, Tails];

        public AdaptiveLinear<T> Batch => new()
        {
            Hidden = Hidden,
            Head = Head,
            HeadBias = HeadBias,
            Projections = Projections,
            Tails = Tails,
            Labels = Labels,
        };

        /// <summary>The definition: class by class, one product after the other.</summary>
        public double[] Expected()
        {
            int dimension = Loss.Dimension;
            int frequent = Loss.Cutoffs[0];
            double[][] rows = [.. Hidden.Chunk(dimension).Select(Double)];
            double[] bias = HeadBias.Length == 0 ? new double[Loss.HeadRows] : Double(HeadBias);
            double[][] head = [.. Head.Chunk(dimension).Select(Double)];
            return
            [
                .. rows.Zip(Labels, (row, label) =>
                {
                    if (label < 0)
                    {
                        return 0;
                    }

                    double[] logits = [.. head.Zip(bias, (each, shift) => Dot(row, each) + shift)];
                    if (label < frequent)
                    {
                        return Entropy(logits, label);
                    }

                    int tail = Loss.Cutoffs.Count(first => first <= label) - 1;
                    int before = Loss.TailDimensions.Take(tail).Sum() * dimension;
                    int own = Loss.TailDimensions[tail];
                    double[] projected =
                    [
                        .. Projections[before..(before + own * dimension)].Chunk(dimension)
                            .Select(each => Dot(row, Double(each))),
                    ];
                    int[] ends = [.. Loss.Cutoffs, Loss.Classes];
                    int start = Enumerable.Range(0, tail)
                        .Sum(each => Loss.TailDimensions[each] * (ends[each + 1] - ends[each]));
                    double[] ofTail =
                    [
                        .. Tails[start..(start + own * (ends[tail + 1] - ends[tail]))].Chunk(own)
                            .Select(each => Dot(projected, Double(each))),
                    ];
                    return Entropy(logits, frequent + tail) + Entropy(ofTail, label - ends[tail]);
                }),
            ];
        }

        private static double[] Double(T[] numbers) => Array.ConvertAll(numbers, double.CreateTruncating);

        private static double Dot(double[] left, double[] right) => left.Zip(right, (x, y) => x * y).Sum();

        private static double Entropy(double[] logits, int label) =>
            logits.Max() + Math.Log(logits.Sum(x => Math.Exp(x - logits.Max()))) - logits[label];
    }

    private sealed class Outcome(Sample sample)
    {
        /// <summary>In the order of the inputs.</summary>
        public T[][] Gradients { get; } = [.. sample.Inputs.Select(input => new T[input.Length])];

        public Cost Run(AdaptiveSoftmaxLoss<T> loss, Reduction reduction = Reduction.Mean, int? only = null) =>
            loss.ValueAndGradient(
                sample.Batch,
                new()
                {
                    Hidden = Of(0, only),
                    Head = Of(1, only),
                    HeadBias = Of(2, only),
                    Projections = Of(3, only),
                    Tails = Of(4, only),
                },
                sample.Weights,
                reduction);

        private Span<T> Of(int part, int? only) => only is { } one && one != part ? default : Gradients[part];
    }
}
