using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>RNN-T against the sum over every way through the grid there is.</summary>
[Trait("Category", "Kernels")]
public sealed class RnnTransducerTests
{
    private const int Classes = 4;

    [Fact]
    public void Agrees_with_the_sum_over_all_ways()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            Sample sample = Sample.Random(seed, 1 + seed % 5, labels: seed % 4, blank: seed % Classes);
            LatticeLoss<double> loss = Loss.RnnTransducer<double>(Classes, seed % Classes);
            double[] gradient = new double[sample.Logits.Length];
            double[] losses = new double[3];
            loss.ValueAndGradient(sample.Batch, new() { Logits = gradient }, sample.Weights, Reduction.Sum);
            loss.PerExample(sample.Batch, losses);
            double[] slopes = new double[gradient.Length];
            for (int n = 0; n < 3; n++)
            {
                losses[n].Should().BeApproximately(sample.ByDefinition(n, seed % Classes, slopes), 1e-12);
            }

            gradient.Should().Equal(slopes, (left, right) => Math.Abs(left - right) < 1e-13);
            float[] singles = new float[gradient.Length];
            Loss.RnnTransducer<float>(Classes, seed % Classes).ValueAndGradient(
                new()
                {
                    Logits = Array.ConvertAll(sample.Logits, logit => (float)logit),
                    InputLengths = sample.InputLengths,
                    Labels = sample.Batch.Labels,
                    TargetLengths = sample.Batch.TargetLengths,
                },
                new() { Logits = singles },
                Array.ConvertAll(sample.Weights, weight => (float)weight),
                Reduction.Sum);
            singles.Should().Equal(slopes, (left, right) => Math.Abs(left - right) < 2e-6);
        }
    }

    [Theory]
    [InlineData(60, 25, 12, 4)]
    [InlineData(9, 70, 5, 30)]
    public void Agrees_with_logarithms_at_length(int frames, int labels, int classes, double scale)
    {
        Random random = new(frames);
        int rows = frames * (labels + 1);
        double[] logits = [.. Enumerable.Range(0, rows * classes).Select(_ => scale * (random.NextSingle() - 0.5))];
        logits = Array.ConvertAll(logits, logit => (double)(float)logit);
        int[] target = [.. Enumerable.Range(0, labels).Select(_ => random.Next(1, classes))];
        double[] slopes = new double[logits.Length];
        double expected = InLogarithms(logits, frames, target, classes, slopes);
        double[] gradient = new double[logits.Length];
        Loss.RnnTransducer<double>(classes).ValueAndGradient(
            new() { Logits = logits, InputLengths = [frames], Labels = target, TargetLengths = [labels] },
            new() { Logits = gradient }).Sum.Should().BeApproximately(expected, 1e-12 * expected);
        gradient.Should().Equal(slopes, (left, right) => Math.Abs(left - right) < 1e-11);
        float[] singles = new float[logits.Length];
        Loss.RnnTransducer<float>(classes).ValueAndGradient(
            new()
            {
                Logits = Array.ConvertAll(logits, logit => (float)logit),
                InputLengths = [frames],
                Labels = target,
                TargetLengths = [labels],
            },
            new() { Logits = singles }).Sum.Should().BeApproximately(expected, 1e-6 * expected);
        singles.Should().Equal(slopes, (left, right) => Math.Abs(left - right) < 1e-4);
    }

    [Theory]
    [InlineData(1e4)]
    [InlineData(1e9)]
    public void Logits_may_be_of_any_size(double size)
    {
        // One frame: the label must be said at once, and then the blank, which is behind by the size.
        double[] logits = [-size, size, 0, 0, size, -size];
        double[] gradient = new double[6];
        Cost cost = Loss.RnnTransducer<double>(3).ValueAndGradient(
            new() { Logits = logits, InputLengths = [1], Labels = [1], TargetLengths = [1] },
            new() { Logits = gradient });
        cost.Sum.Should().BeApproximately(size, 1e-12 * size);
        gradient.Should().Equal([0, 0, 0, -1, 1, 0], (left, right) => Math.Abs(left - right) < 1e-12);
        float[] singles = new float[6];
        cost = Loss.RnnTransducer<float>(3).ValueAndGradient(
            new()
            {
                Logits = Array.ConvertAll(logits, logit => (float)logit),
                InputLengths = [1],
                Labels = [1],
                TargetLengths = [1],
            },
            new() { Logits = singles });
        cost.Sum.Should().BeApproximately(size, 1e-6 * size);
        singles.Should().Equal([0, 0, 0, -1, 1, 0], (left, right) => Math.Abs(left - right) < 1e-6);
    }

    [Fact]
    public void Confident_rows_keep_their_small_gradients()
    {
        float[] gradient = new float[6];
        Loss.RnnTransducer<float>(3).ValueAndGradient(
            new() { Logits = [0, 30, 0, 29, 0, 0], InputLengths = [1], Labels = [1], TargetLengths = [1] },
            new() { Logits = gradient });
        gradient[0].Should().BeApproximately((float)Math.Exp(-30), 1e-5f * (float)Math.Exp(-30));
        gradient[1].Should().BeApproximately(-2 * (float)Math.Exp(-30), 1e-5f * (float)Math.Exp(-30));
        gradient[3].Should().BeApproximately(-2 * (float)Math.Exp(-29), 1e-5f * (float)Math.Exp(-29));
    }

    [Fact]
    public void Masked_classes_have_no_part()
    {
        const double Masked = double.NegativeInfinity;
        double[] gradient = new double[12];
        Cost Run(double[] logits) => Loss.RnnTransducer<double>(3).ValueAndGradient(
            new() { Logits = logits, InputLengths = [2], Labels = [1], TargetLengths = [1] },
            new() { Logits = gradient });

        // The label can be said in frame 0 only; frame 1 before it is not reached, although all is masked there.
        Run([0, 0, Masked, 0, Masked, Masked, Masked, Masked, Masked, 0, Masked, Masked])
            .Sum.Should().BeApproximately(Math.Log(2), 1e-15);
        gradient.Should().Equal(
            [0.5, -0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], (left, right) => Math.Abs(left - right) < 1e-15);
        Run([0, Masked, 0, 0, 0, 0, 0, Masked, 0, 0, 0, 0]).Sum.Should().Be(double.PositiveInfinity);
        gradient.Should().OnlyContain(slope => slope == 0);
    }

    [Fact]
    public void A_NaN_stays_in_its_sequence_and_out_of_padding()
    {
        Sample sample = Sample.Random(3, 4, labels: 3, blank: 0);
        (sample.InputLengths[0], sample.InputLengths[1], sample.InputLengths[2]) = (4, 3, 4);
        sample.Targets[1] = [2];
        sample.Targets[2] = [1, 2, 3];
        LatticeLoss<double> loss = Loss.RnnTransducer<double>(Classes);
        double[] expected = new double[sample.Logits.Length];
        double[] gradient = new double[sample.Logits.Length];
        Cost cost = loss.ValueAndGradient(sample.Batch, new() { Logits = expected }, sample.Weights);
        int row = Classes;
        int numbers = 4 * 4 * row;
        for (int place = 0; place < 16; place++)
        {
            if (place / 4 >= 3 || place % 4 >= 2)
            {
                sample.Logits.AsSpan(numbers + place * row, row).Fill(double.NaN);
            }
        }

        loss.ValueAndGradient(sample.Batch, new() { Logits = gradient }, sample.Weights).Should().Be(cost);
        gradient.Should().Equal(expected);
        sample.Logits[numbers] = double.NaN;
        loss.ValueAndGradient(sample.Batch, new() { Logits = gradient }, sample.Weights).Mean.Should().Be(double.NaN);
        for (int i = 0; i < gradient.Length; i++)
        {
            int place = (i - numbers) / row;
            bool counts = i >= numbers && i < numbers + 12 * row && place % 4 < 2;
            gradient[i].Should().Be(counts ? double.NaN : expected[i]);
        }
    }

    [Fact]
    public void Threads_change_no_bit_and_calls_allocate_nothing()
    {
        Random random = new(5);
        float[] logits = [.. Enumerable.Range(0, 12 * 40 * 11 * 16).Select(_ => 8 * random.NextSingle())];
        float[] gradient = new float[logits.Length];
        int[] inputLengths = [.. Enumerable.Range(0, 12).Select(_ => random.Next(20, 41))];
        int[] targetLengths = [10, .. Enumerable.Range(0, 11).Select(_ => random.Next(0, 11))];
        int[] labels = [.. Enumerable.Range(0, targetLengths.Sum()).Select(_ => random.Next(1, 16))];
        LatticeLoss<float> loss = Loss.RnnTransducer<float>(16);
        Cost cost = Run(loss);
        float[] expected = [.. gradient];
        foreach (int degree in new[] { 2, 5 })
        {
            Run(loss.InParallel(degree)).Should().Be(cost);
            gradient.AsSpan().SequenceEqual(expected).Should().BeTrue();
        }

        Allocations.Of(() => Run(loss)).Should().Be(0);

        Cost Run(LatticeLoss<float> loss) => loss.ValueAndGradient(
            new() { Logits = logits, InputLengths = inputLengths, Labels = labels, TargetLengths = targetLengths },
            new() { Logits = gradient });
    }

    [Fact]
    public void Sequences_without_frames_fit_empty_targets_only()
    {
        double[] losses = new double[2];
        double[] gradient = [7, 7, 7, 7, 7, 7, 7, 7];
        Sequences<double> batch = new()
        {
            Logits = new double[8],
            InputLengths = [0, 0],
            Labels = [1],
            TargetLengths = [0, 1],
        };
        Loss.RnnTransducer<double>(2).PerExample(batch, losses);
        losses.Should().Equal([0, double.PositiveInfinity]);
        Loss.RnnTransducer<double>(2).ValueAndGradient(batch, new() { Logits = gradient });
        gradient.Should().OnlyContain(slope => slope == 0);
        double.IsNaN(Loss.RnnTransducer<double>(2).Value(
            new() { Logits = [], InputLengths = [], Labels = [], TargetLengths = [] }).Mean).Should().BeTrue();
    }

    private static double InLogarithms(double[] logits, int frames, int[] target, int classes, double[] slopes)
    {
        int places = target.Length + 1;
        double[,] forward = new double[frames, places];
        double[,] backward = new double[frames, places];
        double Norm(int t, int u) => LogSum(logits.AsSpan((t * places + u) * classes, classes).ToArray());
        double At(int t, int u, int c) => logits[(t * places + u) * classes + c] - Norm(t, u);
        for (int t = 0; t < frames; t++)
        {
            for (int u = 0; u < places; u++)
            {
                forward[t, u] = t == 0 && u == 0 ? 0 : LogSum(
                    t > 0 ? forward[t - 1, u] + At(t - 1, u, 0) : double.NegativeInfinity,
                    u > 0 ? forward[t, u - 1] + At(t, u - 1, target[u - 1]) : double.NegativeInfinity);
            }
        }

        for (int t = frames - 1; t >= 0; t--)
        {
            for (int u = places - 1; u >= 0; u--)
            {
                backward[t, u] = t == frames - 1 && u == places - 1 ? At(t, u, 0) : LogSum(
                    t < frames - 1 ? backward[t + 1, u] + At(t, u, 0) : double.NegativeInfinity,
                    u < places - 1 ? backward[t, u + 1] + At(t, u, target[u]) : double.NegativeInfinity);
            }
        }

        double all = backward[0, 0];
        for (int t = 0; t < frames; t++)
        {
            for (int u = 0; u < places; u++)
            {
                int first = (t * places + u) * classes;
                for (int c = 0; c < classes; c++)
                {
                    slopes[first + c] = Math.Exp(forward[t, u] + backward[t, u] - all + At(t, u, c));
                }

                double after = t < frames - 1 ? backward[t + 1, u] : u == places - 1 ? 0 : double.NegativeInfinity;
                slopes[first] -= Math.Exp(forward[t, u] + At(t, u, 0) + after - all);
                if (u < places - 1)
                {
                    slopes[first + target[u]] -= Math.Exp(
                        forward[t, u] + At(t, u, target[u]) + backward[t, u + 1] - all);
                }
            }
        }

        return -all;
    }

    private static double LogSum(params double[] numbers)
    {
        double largest = numbers.Max();
        return double.IsInfinity(largest) ? largest : largest + Math.Log(numbers.Sum(x => Math.Exp(x - largest)));
    }

    private sealed record Sample
    {
        public required double[] Logits { get; init; }

        public required int[] InputLengths { get; init; }

        public required int[][] Targets { get; init; }

        public required double[] Weights { get; init; }

        public Sequences<double> Batch => new()
        {
            Logits = Logits,
            InputLengths = InputLengths,
            Labels = Targets.SelectMany(target => target).ToArray(),
            TargetLengths = Array.ConvertAll(Targets, target => target.Length),
        };

        private int Places => Targets.Max(target => target.Length) + 1;

        /// <summary>Three sequences, the first of the longest target.</summary>
        public static Sample Random(int seed, int frames, int labels, int blank)
        {
            Random random = new(seed);
            return new()
            {
                Logits =
                [
                    .. Enumerable.Range(0, 3 * frames * (labels + 1) * Classes)
                        .Select(_ => 4 * random.NextDouble() - 2),
                ],
                InputLengths = [.. Enumerable.Range(0, 3).Select(_ => random.Next(1, frames + 1))],
                Targets = [.. Enumerable.Range(0, 3).Select(n => Enumerable.Range(
                    0, n == 0 ? labels : random.Next(0, labels + 1)).Select(
                    _ => (blank + random.Next(1, Classes)) % Classes).ToArray())],
                Weights = [.. Enumerable.Range(0, 3).Select(_ => 0.5 + random.NextDouble())],
            };
        }

        /// <summary>The loss of a sequence by walking every way; adds the weighted gradient.</summary>
        public double ByDefinition(int n, int blank, double[] slopes)
        {
            int places = Places;
            int frames = InputLengths[n];
            int[] target = Targets[n];
            int first = n * (Logits.Length / 3);
            double[] shares = new double[Logits.Length];
            List<int> said = [];
            double total = 0;
            Walk(0, 0, 1);
            for (int i = first; i < first + frames * places * Classes; i++)
            {
                int row = i / Classes * Classes;
                double visits = Enumerable.Range(row, Classes).Sum(at => shares[at]);
                slopes[i] += Weights[n] * (visits * Probability(i) - shares[i]) / total;
            }

            return -Math.Log(total);

            double Probability(int at) => Math.Exp(Logits[at])
                / Enumerable.Range(at / Classes * Classes, Classes).Sum(c => Math.Exp(Logits[c]));

            void Walk(int t, int u, double product)
            {
                if (t == frames)
                {
                    double ends = u == target.Length ? product : 0;
                    total += ends;
                    said.ForEach(at => shares[at] += ends);
                    return;
                }

                Say(blank, t + 1, u);
                if (u < target.Length)
                {
                    Say(target[u], t, u + 1);
                }

                void Say(int label, int nextFrame, int nextPlace)
                {
                    int at = first + (t * places + u) * Classes + label;
                    said.Add(at);
                    Walk(nextFrame, nextPlace, product * Probability(at));
                    said.RemoveAt(said.Count - 1);
                }
            }
        }
    }
}
