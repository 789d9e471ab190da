using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>Conditional random fields against the sum over every tagging there is.</summary>
[Trait("Category", "Kernels")]
public sealed class CrfTests
{
    private const double Masked = double.NegativeInfinity;

    [Fact]
    public void Agrees_with_the_sum_over_all_taggings()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            Sample sample = Sample.Random(seed, 1 + seed % 4, 1 + seed % 5, seed % 3 == 0);
            Gradients gradients = new(sample);
            double[] losses = new double[3];
            CrfLoss<double> loss = Loss.Crf<double>(sample.Classes);
            loss.ValueAndGradient(sample.Batch, gradients.Batch, sample.Weights, Reduction.Sum);
            loss.PerExample(sample.Batch, losses);
            Gradients expected = new(sample);
            for (int n = 0; n < 3; n++)
            {
                losses[n].Should().BeApproximately(sample.ByDefinition(n, expected), 1e-12);
            }

            gradients.All.Should().Equal(expected.All, (left, right) => Math.Abs(left - right) < 1e-12);
        }
    }

    [Fact]
    public void Decodes_the_most_probable_tags()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            Sample sample = Sample.Random(seed, 1 + seed % 5, 1 + seed % 6, seed % 3 == 0);
            int[] tags = new int[sample.Labels.Length];
            Loss.Crf<double>(sample.Classes).Decode(sample.Batch, tags);
            tags.Should().Equal(Enumerable.Range(0, 3).SelectMany(sample.Best));
        }

        // Of equal ones the lowest; masked ones never.
        int[] labels = new int[3];
        Loss.Crf<float>(2).Decode(
            new() { Emissions = new float[6], Transitions = new float[4], InputLengths = [3] }, labels);
        labels.Should().Equal([0, 0, 0]);
        Loss.Crf<double>(2).Decode(
            new() { Emissions = new double[6], Transitions = [Masked, 0, 0, Masked], InputLengths = [3] }, labels);
        labels.Should().Equal([0, 1, 0]);
    }

    [Theory]
    [InlineData(100, 9, 3)]
    [InlineData(50, 40, 30)]
    [InlineData(40, 16, 300)]
    public void Agrees_with_logarithms_at_length(int frames, int classes, double scale)
    {
        Random random = new(frames);
        float[] Numbers(int count) =>
            [.. Enumerable.Range(0, count).Select(_ => (float)(scale * (random.NextDouble() - 0.5)))];
        float[] emissions = Numbers(frames * classes);
        float[] transitions = Numbers(classes * classes);
        float[] start = Numbers(classes);
        float[] end = Numbers(classes);
        int[] labels = [.. Enumerable.Range(0, frames).Select(_ => random.Next(classes))];
        double[] forward = new double[classes];
        double score = (double)start[labels[0]] + end[labels[^1]];
        for (int t = 0; t < frames; t++)
        {
            double[] from = forward;
            int frame = t * classes;
            forward = [.. Enumerable.Range(0, classes).Select(j => (double)emissions[frame + j] + (frame == 0
                ? start[j]
                : LogSum([.. from.Select((x, i) => x + transitions[i * classes + j])])))];
            score += emissions[frame + labels[t]];
            score += t > 0 ? transitions[labels[t - 1] * classes + labels[t]] : 0;
        }

        double expected = LogSum([.. forward.Select((x, j) => x + end[j])]) - score;
        float[] ofEmissions = new float[emissions.Length];
        float[] ofTransitions = new float[transitions.Length];
        float[] ofStart = new float[classes];
        TaggedSequences<float> batch = new()
        {
            Emissions = emissions,
            Transitions = transitions,
            Start = start,
            End = end,
            InputLengths = [frames],
            Labels = labels,
        };
        CrfLoss<float> loss = Loss.Crf<float>(classes);
        loss.ValueAndGradient(
            batch,
            new() { Emissions = ofEmissions, Transitions = ofTransitions, Start = ofStart }).Sum
            .Should().BeApproximately(expected, 1e-12 * expected);
        loss.Value(batch).Sum.Should().BeApproximately(expected, 1e-12 * expected);
        ofTransitions.Sum(x => (double)x).Should().BeApproximately(0, 1e-5 * frames);
        ofStart.Should().Equal(ofEmissions[..classes]);

        // By differences of the value, in what weighs most.
        int steepest = Array.FindIndex(ofTransitions, x => Math.Abs(x) >= ofTransitions.Max(Math.Abs));
        double step = Math.Max(1, Math.Abs(transitions[steepest])) / 4096;
        float middle = transitions[steepest];
        double Shifted(double by)
        {
            transitions[steepest] = (float)(middle + by);
            return loss.Value(new()
            {
                Emissions = emissions,
                Transitions = transitions,
                Start = start,
                End = end,
                InputLengths = [frames],
                Labels = labels,
            }).Sum;
        }

        double difference = Shifted(step) - Shifted(-step);
        double width = (double)(float)(middle + step) - (float)(middle - step);
        ofTransitions[steepest].Should().BeApproximately(
            (float)(difference / width), 1e-2f * Math.Abs(ofTransitions[steepest]));
    }

    [Fact]
    public void Small_losses_and_gradients_have_all_their_digits()
    {
        // The own tags are ahead by 40 in each of two frames: log1p(2·e^−40 + e^−80).
        float[] emissions = [40, 0, 0, 40];
        float[] ofEmissions = new float[4];
        float[] ofTransitions = new float[4];
        Cost cost = Loss.Crf<float>(2).ValueAndGradient(
            new() { Emissions = emissions, Transitions = new float[4], InputLengths = [2], Labels = [0, 1] },
            new() { Emissions = ofEmissions, Transitions = ofTransitions });
        double behind = Math.Exp(-40);
        cost.Sum.Should().BeApproximately(2 * behind, 1e-13 * behind);
        float slope = (float)behind;
        ofEmissions.Should().Equal([-slope, slope, slope, -slope], (left, right) => Near(left, right));
        ofTransitions.Should().Equal([slope, -2 * slope, slope * slope, slope], (left, right) => Near(left, right));

        bool Near(float left, float right) => Math.Abs(left - right) < 1e-6f * Math.Abs(right);
    }

    [Theory]
    [InlineData(1e4)]
    [InlineData(1e9)]
    [InlineData(1e20)]
    public void Scores_may_be_of_any_size(double size)
    {
        double[] ofEmissions = new double[6];
        double[] ofTransitions = new double[9];
        Cost cost = Loss.Crf<double>(3).ValueAndGradient(
            new()
            {
                Emissions = [size, -size, 0, -size, size, size],
                Transitions = [-size, 0, 0, size, -size, 0, 0, 0, -size],
                InputLengths = [2],
                Labels = [1, 0],
            },
            new() { Emissions = ofEmissions, Transitions = ofTransitions });

        // 0 then 1 or 2 score 2·size; the own tags −size.
        cost.Sum.Should().BeApproximately(3 * size + Math.Log(2), 1e-14 * size);
        ofEmissions.Should().Equal([1, -1, 0, -1, 0.5, 0.5]);
        ofTransitions.Should().Equal([0, 0.5, 0.5, -1, 0, 0, 0, 0, 0]);
    }

    [Fact]
    public void Masked_tags_and_transitions_have_no_part()
    {
        double[] ofEmissions = new double[4];
        double[] ofTransitions = new double[4];
        double Run(double[] emissions, double[] transitions, params int[] labels) =>
            Loss.Crf<double>(2).ValueAndGradient(
            new() { Emissions = emissions, Transitions = transitions, InputLengths = [2], Labels = labels },
            new() { Emissions = ofEmissions, Transitions = ofTransitions }).Sum;

        // Only 0 0 and 0 1.
        Run([0, Masked, 0, 0], [0, 0, 5, 5], 0, 1).Should().BeApproximately(Math.Log(2), 1e-15);
        ofEmissions.Should().Equal([0, 0, 0.5, -0.5], (left, right) => Math.Abs(left - right) < 1e-15);
        ofTransitions.Should().Equal([0.5, -0.5, 0, 0], (left, right) => Math.Abs(left - right) < 1e-15);
        Run([0, 0, 0, 0], [Masked, 0, 0, Masked], 1, 0).Should().BeApproximately(Math.Log(2), 1e-15);
        ofTransitions.Should().Equal([0, 0.5, -0.5, 0], (left, right) => Math.Abs(left - right) < 1e-15);
        Run([0, Masked, Masked, 0], [0, 0, 0, 0], 0, 1).Should().Be(0);
        ofEmissions.Concat(ofTransitions).Should().OnlyContain(slope => slope == 0);
        Run([0, Masked, 0, 0], [0, 0, 0, 0], 1, 1).Should().Be(double.PositiveInfinity);
        ofEmissions.Concat(ofTransitions).Should().OnlyContain(slope => slope == 0);
        Run([Masked, Masked, 0, 0], [Masked, Masked, Masked, Masked], 1, 1).Should().Be(double.PositiveInfinity);
        ofEmissions.Concat(ofTransitions).Should().OnlyContain(slope => slope == 0);
    }

    [Fact]
    public void A_NaN_stays_in_its_sequence_and_in_what_sequences_share()
    {
        Sample sample = Sample.Random(5, 3, 4, hasEnds: true);
        (sample.InputLengths[0], sample.InputLengths[1], sample.InputLengths[2]) = (4, 2, 1);
        sample = sample with { Labels = [0, 1, 2, 0, 1, 1, 2] };
        CrfLoss<double> loss = Loss.Crf<double>(3);
        Gradients expected = new(sample);
        Gradients gradients = new(sample);
        Cost cost = loss.ValueAndGradient(sample.Batch, expected.Batch, sample.Weights);
        sample.Emissions.AsSpan(12 + 6, 6).Fill(double.NaN);
        loss.ValueAndGradient(sample.Batch, gradients.Batch, sample.Weights).Should().Be(cost);
        gradients.All.Should().Equal(expected.All);

        sample.Emissions[12] = double.NaN;
        loss.ValueAndGradient(sample.Batch, gradients.Batch, sample.Weights).Mean.Should().Be(double.NaN);
        gradients.Emissions.AsSpan(12, 6).ToArray().Should().OnlyContain(slope => double.IsNaN(slope));
        gradients.Emissions.AsSpan(12, 6).Clear();
        expected.Emissions.AsSpan(12, 6).Clear();
        gradients.Emissions.Should().Equal(expected.Emissions);
        gradients.Start.Concat(gradients.End).Concat(gradients.Transitions)
            .Should().OnlyContain(slope => double.IsNaN(slope));
        sample.Weights[1] = 0;
        loss.ValueAndGradient(sample.Batch, gradients.Batch, sample.Weights, Reduction.Sum);
        gradients.All.Should().OnlyContain(slope => double.IsFinite(slope));
        gradients.Emissions.AsSpan(12, 12).ToArray().Should().OnlyContain(slope => slope == 0);

        // A transition takes part in sequences that have any.
        sample.Emissions[12] = 0;
        sample.Weights[1] = 1;
        sample.Transitions[3] = double.NaN;
        double[] losses = new double[3];
        loss.PerExample(sample.Batch, losses);
        losses.Select(double.IsNaN).Should().Equal([true, true, false]);
        sample.Weights.AsSpan().Clear();
        loss.ValueAndGradient(sample.Batch, gradients.Batch, sample.Weights).Mean.Should().Be(double.NaN);
        gradients.All.Should().OnlyContain(slope => slope == 0);
    }

    [Fact]
    public void Sequences_may_have_no_frames_and_one_tag()
    {
        double[] losses = new double[2];
        Loss.Crf<double>(2).PerExample(
            new() { Emissions = new double[4], Transitions = new double[4], InputLengths = [0, 1], Labels = [1] },
            losses);
        losses.Should().Equal([0, Math.Log(2)], (left, right) => Math.Abs(left - right) < 1e-15);
        Loss.Crf<double>(1).Value(
            new() { Emissions = [3, 4], Transitions = [1], InputLengths = [2], Labels = [0, 0] }).Sum.Should().Be(0);
        double.IsNaN(Loss.Crf<double>(2).Value(
            new() { Emissions = [], Transitions = new double[4], InputLengths = [], Labels = [] }).Mean)
            .Should().BeTrue();
        Loss.Crf<double>(2).Decode(new() { Emissions = [], Transitions = new double[4], InputLengths = [] }, []);
    }

    [Fact]
    public void Threads_change_no_bit_and_calls_allocate_nothing()
    {
        Random random = new(5);
        const int Sequences = 37;
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => 8 * random.NextSingle() - 4)];
        float[] emissions = Numbers(Sequences * 60 * 12);
        float[] transitions = Numbers(144);
        float[] ends = Numbers(12);
        int[] lengths = [.. Enumerable.Range(0, Sequences).Select(_ => random.Next(0, 61))];
        int[] labels = [.. Enumerable.Range(0, lengths.Sum()).Select(_ => random.Next(12))];
        int[] tags = new int[labels.Length];
        float[] ofEmissions = new float[emissions.Length];
        float[] ofTransitions = new float[144];
        float[] ofStart = new float[12];
        float[] ofEnd = new float[12];
        CrfLoss<float> loss = Loss.Crf<float>(12);
        Cost cost = Run(loss);
        float[] expected = [.. ofEmissions, .. ofTransitions, .. ofStart, .. ofEnd];
        int[] expectedTags = [.. tags];
        foreach (int degree in new[] { 2, 5 })
        {
            Run(loss.InParallel(degree)).Should().Be(cost);
            ofEmissions.Concat(ofTransitions).Concat(ofStart).Concat(ofEnd).Should().Equal(expected);
            tags.Should().Equal(expectedTags);
        }

        Allocations.Of(() => Run(loss)).Should().Be(0);

        Cost Run(CrfLoss<float> loss)
        {
            TaggedSequences<float> batch = new()
            {
                Emissions = emissions,
                Transitions = transitions,
                Start = ends,
                End = ends,
                InputLengths = lengths,
                Labels = labels,
            };
            loss.Decode(batch, tags);
            return loss.ValueAndGradient(
                batch,
                new() { Emissions = ofEmissions, Transitions = ofTransitions, Start = ofStart, End = ofEnd });
        }
    }

    [Fact]
    public void Nothing_is_written_before_everything_is_checked()
    {
        double[] into = [7, 7, 7, 7];
        double[] four = new double[4];
        foreach ((Action call, string parameter, string message) in new (Action, string, string)[]
        {
            (() => Call(3, 4, [2], [0, 1]), "emissions", "*3 entries*multiple of 2*"),
            (() => Call(4, 3, [2], [0, 1]), "transitions", "*3 entries*4 pairs*"),
            (() => Call(4, 4, [3], [0, 1, 0]), "inputLengths", "inputLengths[0] is 3*between 0 and 2*"),
            (() => Call(4, 4, [2], [0]), "inputLengths", "*"),
            (() => Call(4, 4, [1], [0, 1]), "inputLengths", "*"),
            (() => Call(4, 4, [2], [0, 2]), "labels", "labels[1], label 1 of sequence 0, is 2*2 classes*"),
            (() => Call(4, 4, [2], [0, 1], start: [1]), "start", "*1 entries*2 classes*"),
            (() => Call(4, 4, [2], [0, 1], weights: [1, 2]), "weights", "*"),
            (() => Call(4, 4, [2], [0, 1], gradient: into[..3]), "gradients.Emissions", "*"),
            (() => Call(4, 4, [2], [0, 1], gradient: four), "gradients.Emissions", "*overlaps*"),
            (() => Loss.Crf<double>(2).Decode(
                new() { Emissions = new double[4], Transitions = four, InputLengths = [2] }, new int[1]),
                "inputLengths", "*"),
            (() => Loss.Crf<double>(0), "classes", "*"),
            (() => Loss.Crf<double>(50_000), "classes", "*"),
        })
        {
            call.Should().Throw<ArgumentException>().WithMessage(message).Which.ParamName.Should().Be(parameter);
        }

        into.Should().OnlyContain(slope => slope == 7);

        void Call(
            int emissions,
            int transitions,
            int[] lengths,
            int[] labels,
            double[]? start = null,
            double[]? weights = null,
            double[]? gradient = null) => Loss.Crf<double>(2).ValueAndGradient(
            new()
            {
                Emissions = new double[emissions],
                Transitions = four.AsSpan(0, transitions),
                Start = start,
                InputLengths = lengths,
                Labels = labels,
            },
            new() { Emissions = gradient ?? into },
            weights);
    }

    private static double LogSum(params double[] numbers)
    {
        double largest = numbers.Max();
        return double.IsInfinity(largest) ? largest : largest + Math.Log(numbers.Sum(x => Math.Exp(x - largest)));
    }

    private sealed class Gradients(Sample of)
    {
        public double[] Emissions { get; } = new double[of.Emissions.Length];

        public double[] Transitions { get; } = new double[of.Transitions.Length];

        public double[] Start { get; } = new double[of.Classes];

        public double[] End { get; } = new double[of.Classes];

        public IEnumerable<double> All => [.. Emissions, .. Transitions, .. Start, .. End];

        public TaggedSequenceGradients<double> Batch =>
            new() { Emissions = Emissions, Transitions = Transitions, Start = Start, End = End };
    }

    private sealed record Sample
    {
        public required int Classes { get; init; }

        public required double[] Emissions { get; init; }

        public required double[] Transitions { get; init; }

        public required double[] Ends { get; init; }

        public required int[] InputLengths { get; init; }

        public required int[] Labels { get; init; }

        public required double[] Weights { get; init; }

        public TaggedSequences<double> Batch => new()
        {
            Emissions = Emissions,
            Transitions = Transitions,
            Start = Ends,
            End = Ends,
            InputLengths = InputLengths,
            Labels = Labels,
        };

        public static Sample Random(int seed, int classes, int frames, bool hasEnds)
        {
            Random random = new(seed);
            double[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => 4 * random.NextDouble() - 2)];
            int[] lengths = [frames, .. Enumerable.Range(0, 2).Select(_ => random.Next(1, frames + 1))];
            return new()
            {
                Classes = classes,
                Emissions = Numbers(3 * frames * classes),
                Transitions = Numbers(classes * classes),
                Ends = hasEnds ? Numbers(classes) : [],
                InputLengths = lengths,
                Labels = [.. Enumerable.Range(0, lengths.Sum()).Select(_ => random.Next(classes))],
                Weights = [.. Enumerable.Range(0, 3).Select(_ => 0.5 + random.NextDouble())],
            };
        }

        /// <summary>The loss of a sequence by listing all its taggings; adds the weighted gradients.</summary>
        public double ByDefinition(int n, Gradients slopes)
        {
            int[] own = Labels.AsSpan(InputLengths[..n].Sum(), InputLengths[n]).ToArray();
            double all = LogSum([.. Taggings(n).Select(tags => Score(n, tags))]);
            foreach (int[] tags in Taggings(n))
            {
                Add(tags, Weights[n] * Math.Exp(Score(n, tags) - all));
            }

            Add(own, -Weights[n]);
            return all - Score(n, own);

            void Add(int[] tags, double share)
            {
                slopes.Start[tags[0]] += share;
                slopes.End[tags[^1]] += share;
                for (int t = 0; t < tags.Length; t++)
                {
                    slopes.Emissions[n * Emissions.Length / 3 + t * Classes + tags[t]] += share;
                    if (t > 0)
                    {
                        slopes.Transitions[tags[t - 1] * Classes + tags[t]] += share;
                    }
                }
            }
        }

        public int[] Best(int n) => Taggings(n).MaxBy(tags => Score(n, tags))!;

        private IEnumerable<int[]> Taggings(int n)
        {
            int[] frames = [.. Enumerable.Range(0, InputLengths[n])];
            return Enumerable.Range(0, (int)Math.Pow(Classes, frames.Length)).Select(
                code => Array.ConvertAll(frames, t => code / (int)Math.Pow(Classes, t) % Classes));
        }

        private double Score(int n, int[] tags) => (Ends.Length > 0 ? Ends[tags[0]] + Ends[tags[^1]] : 0)
            + tags.Select((tag, t) => Emissions[n * Emissions.Length / 3 + t * Classes + tag]
                + (t > 0 ? Transitions[tags[t - 1] * Classes + tag] : 0)).Sum();
    }

    [Fact]
    public void Gradients_may_be_left_out()
    {
        double[] emissions = [0.3, -1, 0.25, 2, 1, -0.5, 0.75, 0.1];
        double[] transitions = [0.2, -0.4, 1, 0.5];
        CrfLoss<double> loss = Loss.Crf<double>(2);
        double[][] all = Outputs(_ => true);
        Cost cost = Run(all);
        for (int asked = 1; asked < 15; asked++)
        {
            double[][] some = Outputs(k => (asked >> k & 1) == 1);
            Run(some).Should().Be(cost);
            for (int k = 0; k < some.Length; k++)
            {
                some[k].Should().Equal(some[k].Length > 0 ? all[k] : [], $"{asked}");
            }
        }

        double[][] Outputs(Func<int, bool> isAsked) =>
            [.. ((int[])[8, 4, 2, 2]).Select((length, k) => new double[isAsked(k) ? length : 0])];

        Cost Run(double[][] gradients) => loss.ValueAndGradient(
            new()
            {
                Emissions = emissions,
                Transitions = transitions,
                Start = [0.1, -0.2],
                End = [0.4, 0],
                InputLengths = [2, 1],
                Labels = [0, 1, 1],
            },
            new()
            {
                Emissions = gradients[0],
                Transitions = gradients[1],
                Start = gradients[2],
                End = gradients[3],
            });
    }
}
