using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>Lattices against the sum over every path there is.</summary>
[Trait("Category", "Kernels")]
public sealed class CtcTests
{
    private const int Classes = 4;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Agrees_with_the_sum_over_all_paths(bool isForced)
    {
        for (int seed = 0; seed < 40; seed++)
        {
            Sample sample = Sample.Random(seed, frames: 1 + seed % 7, sequences: 3, isForced);
            double[] gradient = new double[sample.Logits.Length];
            double[] losses = new double[3];
            LatticeLoss<double> loss = sample.Loss<double>();
            loss.ValueAndGradient(sample.Batch, new() { Logits = gradient }, sample.Weights, Reduction.Sum);
            loss.PerExample(sample.Batch, losses);
            double[] slopes = new double[gradient.Length];
            for (int n = 0; n < 3; n++)
            {
                double expected = sample.ByDefinition(n, slopes);
                losses[n].Should().Match(
                    actual => actual.Equals(expected) || Math.Abs(actual - expected) < 1e-11, $"it is {expected}");
            }

            gradient.Should().Equal(slopes, (left, right) => Math.Abs(left - right) < 1e-12);
        }
    }

    [Theory]
    [InlineData(100, 20, 30, 4)]
    [InlineData(63, 1, 5, 4)]
    [InlineData(40, 0, 17, 4)]
    [InlineData(300, 140, 64, 4)]
    [InlineData(50, 20, 2, 100)]
    public void Agrees_with_logarithms_at_length(int frames, int labels, int classes, double scale)
    {
        Random random = new(frames);
        double[] logits = [.. Enumerable.Range(0, frames * classes).Select(_ => scale * (random.NextDouble() - 0.5))];
        float[] singles = Array.ConvertAll(logits, logit => (float)logit);
        logits = Array.ConvertAll(singles, logit => (double)logit);
        int[] target = [.. Enumerable.Range(0, labels).Select(_ => random.Next(1, classes))];
        double[] slopes = new double[logits.Length];
        double expected = InLogarithms(logits, frames, classes, target, slopes);
        double[] gradient = new double[logits.Length];
        Cost cost = Loss.Ctc<double>(classes).ValueAndGradient(
            new() { Logits = logits, InputLengths = [frames], Labels = target, TargetLengths = [labels] },
            new() { Logits = gradient });
        cost.Sum.Should().BeApproximately(expected, 1e-11 * expected);
        gradient.Should().Equal(slopes, (left, right) => Math.Abs(left - right) < 1e-11);
        float[] ofSingles = new float[logits.Length];
        cost = Loss.Ctc<float>(classes).ValueAndGradient(
            new() { Logits = singles, InputLengths = [frames], Labels = target, TargetLengths = [labels] },
            new() { Logits = ofSingles });
        cost.Sum.Should().BeApproximately(expected, 1e-6 * expected);
        ofSingles.Should().Equal(slopes, (left, right) => Math.Abs(left - right) < 1e-5);
    }

    [Theory]
    [InlineData(1e4)]
    [InlineData(1e9)]
    public void Logits_may_be_of_any_size(double size)
    {
        // Label 1 in frame 1, blanks around it; everything else is far behind.
        double[] logits = [size, -size, 0, 0, size, -size, size, 0, -size];
        double[] gradient = new double[9];
        Cost cost = Loss.Ctc<double>(3).ValueAndGradient(
            new() { Logits = logits, InputLengths = [3], Labels = [1], TargetLengths = [1] },
            new() { Logits = gradient });
        cost.Sum.Should().BeApproximately(0, 1e-12);
        gradient.Should().OnlyContain(slope => Math.Abs(slope) < 1e-12);

        // Label 2 in frame 0 or in frame 1: both are behind by twice the size.
        double[] halves = [0.5, 0, -0.5, -0.5, 1, -0.5, 0, 0, 0];
        cost = Loss.Ctc<double>(3).ValueAndGradient(
            new() { Logits = logits, InputLengths = [3], Labels = [2], TargetLengths = [1] },
            new() { Logits = gradient });
        cost.Sum.Should().BeApproximately(2 * size - Math.Log(2), 1e-15 * size);
        gradient.Should().Equal(halves, (left, right) => Math.Abs(left - right) < 1e-12);
        float[] singles = new float[9];
        cost = Loss.Ctc<float>(3).ValueAndGradient(
            new()
            {
                Logits = Array.ConvertAll(logits, logit => (float)logit),
                InputLengths = [3],
                Labels = [2],
                TargetLengths = [1],
            },
            new() { Logits = singles });
        cost.Sum.Should().BeApproximately(2 * size - Math.Log(2), 2e-7 * size);
        singles.Should().Equal(halves, (left, right) => Math.Abs(left - right) < 1e-6);
    }

    [Fact]
    public void Confident_frames_keep_their_small_gradients()
    {
        // Both probability and share of the label are 1 but for e^(−30) or so.
        float[] logits = [0, 30, 0, 29, 0, 0];
        float[] gradient = new float[6];
        double[] expected = new double[6];
        InLogarithms([0, 30, 0, 29, 0, 0], 2, 3, [1], expected);
        Loss.Ctc<float>(3).ValueAndGradient(
            new() { Logits = logits, InputLengths = [2], Labels = [1], TargetLengths = [1] },
            new() { Logits = gradient });
        gradient[2].Should().BeApproximately((float)Math.Exp(-30), 1e-5f * (float)Math.Exp(-30));
        (gradient[0] + gradient[1] + gradient[2]).Should().BeApproximately(0, 1e-18f);
        Math.Abs(gradient[1]).Should().BeLessThan(1e-12f);
    }

    [Fact]
    public void Masked_classes_have_no_part()
    {
        const double Masked = double.NegativeInfinity;
        double[] logits = [1, Masked, 0, Masked, Masked, 1, Masked, Masked, Masked];
        double[] gradient = new double[9];
        Cost Run(params int[] target) => Loss.Ctc<double>(3).ValueAndGradient(
            new() { Logits = logits, InputLengths = [2], Labels = target, TargetLengths = [target.Length] },
            new() { Logits = gradient });

        logits = logits[..6];
        gradient = new double[6];
        Run(2).Sum.Should().BeApproximately(0, 1e-15);
        gradient.Should().OnlyContain(slope => Math.Abs(slope) < 1e-15);
        Run(1).Sum.Should().Be(double.PositiveInfinity);
        gradient.Should().OnlyContain(slope => slope == 0);
        logits = [0, 0, 0, Masked, Masked, Masked];
        Run(1).Sum.Should().Be(double.PositiveInfinity);
        gradient.Should().OnlyContain(slope => slope == 0);
    }

    [Fact]
    public void A_NaN_stays_in_its_sequence_and_out_of_padding()
    {
        Sample sample = Sample.Random(4, frames: 6, sequences: 3, isForced: false);
        sample.InputLengths[1] = 4;
        (sample.InputLengths[0], sample.InputLengths[2]) = (6, 6);
        double[] expected = new double[sample.Logits.Length];
        double[] gradient = new double[sample.Logits.Length];
        LatticeLoss<double> loss = sample.Loss<double>();
        Cost cost = loss.ValueAndGradient(sample.Batch, new() { Logits = expected }, sample.Weights);
        int numbers = 6 * Classes;
        sample.Logits.AsSpan(numbers + 4 * Classes, 2 * Classes).Fill(double.NaN);
        loss.ValueAndGradient(sample.Batch, new() { Logits = gradient }, sample.Weights).Should().Be(cost);
        gradient.Should().Equal(expected);
        sample.Logits[numbers] = double.NaN;
        double[] losses = new double[3];
        loss.ValueAndGradient(sample.Batch, new() { Logits = gradient }, sample.Weights).Mean.Should().Be(double.NaN);
        gradient.AsSpan(numbers, 4 * Classes).ToArray().Should().OnlyContain(slope => double.IsNaN(slope));
        gradient.AsSpan(numbers, 4 * Classes).Clear();
        expected.AsSpan(numbers, 4 * Classes).Clear();
        gradient.Should().Equal(expected);
        loss.PerExample(sample.Batch, losses, sample.Weights);
        losses.Select(double.IsNaN).Should().Equal([false, true, false]);
        sample.Weights[1] = 0;
        loss.ValueAndGradient(sample.Batch, new() { Logits = gradient }, sample.Weights, Reduction.Sum);
        gradient.Should().OnlyContain(slope => double.IsFinite(slope));
        gradient.AsSpan(numbers, numbers).ToArray().Should().OnlyContain(slope => slope == 0);
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        Random random = new(5);
        const int Sequences = 40;
        const int Frames = 120;
        float[] logits = [.. Enumerable.Range(0, Sequences * Frames * 32).Select(_ => 8 * random.NextSingle())];
        int[] inputLengths = [.. Enumerable.Range(0, Sequences).Select(_ => random.Next(60, Frames + 1))];
        int[] targetLengths = [.. Enumerable.Range(0, Sequences).Select(_ => random.Next(0, 30))];
        int[] labels = [.. Enumerable.Range(0, targetLengths.Sum()).Select(_ => random.Next(1, 32))];
        (Cost Cost, float[] Gradient, float[] Losses) Run(int degree)
        {
            Sequences<float> batch = new()
            {
                Logits = logits,
                InputLengths = inputLengths,
                Labels = labels,
                TargetLengths = targetLengths,
            };
            float[] gradient = new float[logits.Length];
            float[] losses = new float[Sequences];
            LatticeLoss<float> loss = Loss.Ctc<float>(32).InParallel(degree);
            loss.PerExample(batch, losses);
            return (loss.ValueAndGradient(batch, new() { Logits = gradient }), gradient, losses);
        }

        (Cost cost, float[] gradient, float[] losses) = Run(1);
        foreach (int degree in new[] { 2, 3, 8 })
        {
            (Cost other, float[] otherGradient, float[] otherLosses) = Run(degree);
            other.Should().Be(cost);
            otherGradient.AsSpan().SequenceEqual(gradient).Should().BeTrue();
            otherLosses.AsSpan().SequenceEqual(losses).Should().BeTrue();
        }
    }

    [Fact]
    public void Calls_allocate_nothing()
    {
        float[] logits = new float[3 * 6 * Classes];
        float[] gradient = new float[logits.Length];
        int[] inputLengths = [6, 5, 4];
        int[] labels = [1, 2, 3, 3];
        int[] targetLengths = [2, 0, 2];
        LatticeLoss<float> loss = Loss.Ctc<float>(Classes);
        Allocations.Of(() => loss.ValueAndGradient(Batch(), new() { Logits = gradient })).Should().Be(0);
        Allocations.Of(() => loss.Value(Batch())).Should().Be(0);

        Sequences<float> Batch() => new()
        {
            Logits = logits,
            InputLengths = inputLengths,
            Labels = labels,
            TargetLengths = targetLengths,
        };
    }

    [Fact]
    public void Nothing_is_written_before_everything_is_checked()
    {
        double[] gradient = [7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7];
        double[] logits = new double[12];
        foreach ((Action call, string parameter, string message) in new (Action, string, string)[]
        {
            (() => Call(11, [3], [1], [1]), "logits", "*11 entries*multiple of 3*1 sequences*"),
            (() => Call(12, [5], [1], [1]), "inputLengths", "inputLengths[0] is 5*between 0 and 4*"),
            (() => Call(12, [-1], [1], [1]), "inputLengths", "inputLengths[0] is -1*between 0 and 4*"),
            (() => Call(12, [3], [1], [2]), "targetLengths", "targetLengths[0] is 2*between 0 and 1*"),
            (() => Call(12, [3], [1, 1], [1]), "targetLengths", "*is 1, but 'labels' has 2*"),
            (() => Call(12, [3], [1], [-1]), "targetLengths", "targetLengths[0] is -1*"),
            (() => Call(12, [2, 1], [1, 1, 0], [1, 2]), "labels", "labels[2], label 1 of sequence 1, is 0: *blank*"),
            (() => Call(12, [3], [3], [1]), "labels", "labels[0], label 0 of sequence 0, is 3*one of the 3 classes*"),
            (() => Call(12, [3, 1], [1], [1]), "inputLengths", "*2 entries, but 'targetLengths' has 1*"),
            (() => Call(12, [], [1], [1]), "inputLengths", "*0 entries, but 'targetLengths' has 1*"),
            (() => Call(12, [], [], []), "logits", "*12 entries*0 sequences*"),
            (() => Call(12, [3], [1], [1], [1, 2]), "weights", "*2 entries*1 sequences*"),
            (() => Call(12, [3], [1], [1], into: gradient[..11]), "gradients.Logits", "*11 entries*12*"),
            (() => Loss.Ctc<double>(3).ValueAndGradient(
                new() { Logits = logits, InputLengths = [4], Labels = [1], TargetLengths = [1] },
                new() { Logits = logits }), "gradients.Logits", "*overlaps 'logits'*"),
            (() => Loss.Ctc<double>(3, blank: 3), "blank", "*3 classes*"),
            (() => Loss.Ctc<double>(0, blank: 0), "classes", "*positive*"),
            (() => Loss.Ctc<double>(3).InParallel(0), "degree", "*"),
        })
        {
            call.Should().Throw<ArgumentException>().WithMessage(message).Which.ParamName.Should().Be(parameter);
        }

        gradient.Should().OnlyContain(slope => slope == 7);
        logits.Should().OnlyContain(logit => logit == 0);

        void Call(
            int length,
            int[] inputLengths,
            int[] labels,
            int[] targetLengths,
            double[]? weights = null,
            double[]? into = null) => Loss.Ctc<double>(3).ValueAndGradient(
            new()
            {
                Logits = logits.AsSpan(0, length),
                InputLengths = inputLengths,
                Labels = labels,
                TargetLengths = targetLengths,
            },
            new() { Logits = into ?? gradient.AsSpan(0, length) },
            weights);
    }

    [Fact]
    public void Sequences_without_frames_fit_empty_targets_only()
    {
        double[] losses = new double[2];
        Loss.Ctc<double>(2).PerExample(
            new() { Logits = new double[4], InputLengths = [0, 0], Labels = [1], TargetLengths = [0, 1] }, losses);
        losses.Should().Equal([0, double.PositiveInfinity]);
        double.IsNaN(Loss.Ctc<double>(2).Value(
            new() { Logits = [], InputLengths = [], Labels = [], TargetLengths = [] }).Mean).Should().BeTrue();
    }

    /// <summary>The recursion as textbooks have it, in logarithms.</summary>
    private static double InLogarithms(double[] logits, int frames, int classes, int[] target, double[] slopes)
    {
        int states = 2 * target.Length + 1;
        int ClassOf(int s) => s % 2 == 0 ? 0 : target[s / 2];
        bool Skips(int s) => s >= 2 && s % 2 == 1 && ClassOf(s) != ClassOf(s - 2);
        double[] norms = [.. Enumerable.Range(0, frames).Select(t =>
            LogSum([.. logits.Skip(t * classes).Take(classes)]))];
        double At(int t, int s) => logits[t * classes + ClassOf(s)] - norms[t];
        double[,] forward = new double[frames, states];
        double[,] backward = new double[frames, states];
        for (int t = 0; t < frames; t++)
        {
            for (int s = 0; s < states; s++)
            {
                forward[t, s] = At(t, s) + (t == 0 ? (s < 2 ? 0 : double.NegativeInfinity) : LogSum(
                    forward[t - 1, s],
                    s > 0 ? forward[t - 1, s - 1] : double.NegativeInfinity,
                    Skips(s) ? forward[t - 1, s - 2] : double.NegativeInfinity));
            }
        }

        for (int t = frames - 1; t >= 0; t--)
        {
            for (int s = 0; s < states; s++)
            {
                backward[t, s] = t == frames - 1
                    ? (s >= states - 2 ? 0 : double.NegativeInfinity)
                    : LogSum(
                        backward[t + 1, s] + At(t + 1, s),
                        s + 1 < states ? backward[t + 1, s + 1] + At(t + 1, s + 1) : double.NegativeInfinity,
                        s + 2 < states && Skips(s + 2)
                            ? backward[t + 1, s + 2] + At(t + 1, s + 2)
                            : double.NegativeInfinity);
            }
        }

        double all = LogSum(
            forward[frames - 1, states - 1], states > 1 ? forward[frames - 1, states - 2] : double.NegativeInfinity);
        for (int t = 0; t < frames; t++)
        {
            for (int c = 0; c < classes; c++)
            {
                slopes[t * classes + c] = Math.Exp(logits[t * classes + c] - norms[t]);
            }

            for (int s = 0; s < states; s++)
            {
                slopes[t * classes + ClassOf(s)] -= Math.Exp(forward[t, s] + backward[t, s] - all);
            }
        }

        return -all;
    }

    private static double LogSum(params double[] numbers)
    {
        double largest = numbers.Max();
        return double.IsInfinity(largest) ? largest : largest + Math.Log(numbers.Sum(x => Math.Exp(x - largest)));
    }

    /// <summary>Labels without blanks, each said at least once and in order: a topology of a user.</summary>
    private readonly struct Forced : ITopology
    {
        public int States(int labels) => labels;

        public int ClassOf(int state, ReadOnlySpan<int> labels) => labels[state];

        public bool IsFirst(int state, ReadOnlySpan<int> labels) => state == 0;

        public bool IsLast(int state, ReadOnlySpan<int> labels) => state == labels.Length - 1;

        public bool HasArc(int state, int distance, ReadOnlySpan<int> labels) => distance < 2;
    }

    private sealed record Sample
    {
        public required double[] Logits { get; init; }

        public required int[] InputLengths { get; init; }

        public required int[][] Targets { get; init; }

        public required double[] Weights { get; init; }

        public required bool IsForced { get; init; }

        public Sequences<double> Batch => new()
        {
            Logits = Logits,
            InputLengths = InputLengths,
            Labels = Targets.SelectMany(target => target).ToArray(),
            TargetLengths = Array.ConvertAll(Targets, target => target.Length),
        };

        private int Frames => Logits.Length / InputLengths.Length / Classes;

        public static Sample Random(int seed, int frames, int sequences, bool isForced)
        {
            Random random = new(seed);
            return new()
            {
                Logits =
                    [.. Enumerable.Range(0, sequences * frames * Classes).Select(_ => 4 * random.NextDouble() - 2)],
                InputLengths = [.. Enumerable.Range(0, sequences).Select(_ => random.Next(1, frames + 1))],
                Targets = [.. Enumerable.Range(0, sequences).Select(_ =>
                    Enumerable.Range(0, random.Next(0, 4)).Select(_ => random.Next(1, Classes)).ToArray())],
                Weights = [.. Enumerable.Range(0, sequences).Select(_ => 0.5 + random.NextDouble())],
                IsForced = isForced,
            };
        }

        public LatticeLoss<T> Loss<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
            IsForced ? LossKit.Loss.FromTopology<T>(default(Forced), Classes) : LossKit.Loss.Ctc<T>(Classes);

        /// <summary>
        /// The loss of a sequence by listing what all its frames may say; adds the weighted gradient.
        /// </summary>
        public double ByDefinition(int n, double[] slopes)
        {
            int frames = InputLengths[n];
            int first = n * Frames * Classes;
            double[,] shares = new double[frames, Classes];
            double total = 0;
            double[,] probabilities = new double[frames, Classes];
            for (int t = 0; t < frames; t++)
            {
                double sum = Enumerable.Range(0, Classes).Sum(c => Math.Exp(Logits[first + t * Classes + c]));
                for (int c = 0; c < Classes; c++)
                {
                    probabilities[t, c] = Math.Exp(Logits[first + t * Classes + c]) / sum;
                }
            }

            for (int path = 0; path < (int)Math.Pow(Classes, frames); path++)
            {
                int[] said = [.. Enumerable.Range(0, frames).Select(t => path / (int)Math.Pow(Classes, t) % Classes)];
                double count = Alignments(said, Targets[n]);
                double product = Enumerable.Range(0, frames).Aggregate(
                    count, (p, t) => p * probabilities[t, said[t]]);
                total += product;
                for (int t = 0; t < frames; t++)
                {
                    shares[t, said[t]] += product;
                }
            }

            for (int t = 0; t < frames && total > 0; t++)
            {
                for (int c = 0; c < Classes; c++)
                {
                    slopes[first + t * Classes + c] += Weights[n] * (probabilities[t, c] - shares[t, c] / total);
                }
            }

            return -Math.Log(total);
        }

        /// <summary>In how many ways frames that say this say the target.</summary>
        private int Alignments(int[] said, int[] target)
        {
            if (!IsForced)
            {
                int[] collapsed = [.. said.Where((c, t) => c != 0 && (t == 0 || said[t - 1] != c))];
                return collapsed.SequenceEqual(target) ? 1 : 0;
            }

            return Ways(0, 0);

            int Ways(int t, int state) => state >= target.Length || said[t] != target[state] ? 0
                : t == said.Length - 1 ? (state == target.Length - 1 ? 1 : 0)
                : Ways(t + 1, state) + Ways(t + 1, state + 1);
        }
    }
}
