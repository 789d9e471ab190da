using System.Numerics;

namespace LossKit.Tests;

/// <summary>Losses of scores and thresholds against their definitions.</summary>
[Trait("Category", "Kernels")]
public sealed class OrdinalLossTests
{
    private const int Examples = 37;

    public static TheoryData<string, int> Losses
    {
        get
        {
            TheoryData<string, int> losses = [];
            foreach (string name in (string[])["logistic", "normal", "extreme", "all"])
            {
                losses.Add(name, 2);
                losses.Add(name, 5);
                losses.Add(name, 200);
            }

            return losses;
        }
    }

    /// <summary>Values by mpmath at 60 digits.</summary>
    [Fact]
    public void Far_out_in_the_tail_of_a_normal_no_digits_are_lost()
    {
        Check<double>(1e-10);
        Check<float>(2e-4);

        static void Check<T>(double tolerance) where T : unmanaged, IFloatingPointIeee754<T>
        {
            foreach (double[] known in (double[][])
            [
                [101, 0.25, 5080.81292922649834, 100.759923603605844, 1.12440783730877359e-9, -100.759923604730251],
                [150, 0.015625, 11253.6867775852742, 149.989383146638975, 15.9241854668169215, -165.913568613455897],
                [5000, 0.0009765625, 12500004.5609240669, 4999.99921598292513, 38.1675444874144107, -5038.16676047033954],
                [1e5, 1, 4999900012.931854, 99999.0000100001, 0, -99999.0000100001],
                [1e20, 1, Number(T.CreateTruncating(1e20) * T.CreateTruncating(5e19)), 1e20, 0, -1e20],
            ])
            {
                T[] ofScore = new T[1];
                T[] ofThresholds = new T[2];
                Cost cost = Loss.CumulativeLink<T>(3, SurvivalDistribution.Normal).ValueAndGradient(
                    new()
                    {
                        Scores = [T.CreateTruncating(known[0])],
                        Thresholds = [T.Zero, T.CreateTruncating(known[1])],
                        Labels = [1],
                    },
                    new() { Scores = ofScore, Thresholds = ofThresholds });
                double[] actual = [cost.Sum, Number(ofScore[0]), Number(ofThresholds[0]), Number(ofThresholds[1])];
                actual.Should().Equal(
                    known[2..],
                    (left, right) => left == right || Math.Abs(left - right) < tolerance * (1 + Math.Abs(right)),
                    $"{known[0]}");
            }
        }

        static double Number<T>(T number) where T : unmanaged, IFloatingPointIeee754<T> => double.CreateTruncating(number);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Agrees_with_the_definition(string name, int classes)
    {
        Sample sample = new(classes, size: 1);
        double[] losses = new double[Examples];
        double[] ofScores = new double[Examples];
        double[] ofThresholds = new double[classes - 1];
        OrdinalLoss<double> loss = Of<double>(name, classes);
        Cost cost = loss.PerExample(sample.Batch, losses, sample.Weights);
        loss.ValueAndGradient(
            sample.Batch, new() { Scores = ofScores, Thresholds = ofThresholds }, sample.Weights, Reduction.Sum)
            .Should().Be(cost);
        loss.Value(sample.Batch, sample.Weights).Should().Be(cost);
        losses.Should().Equal(
            sample.Scores.Select((x, i) => Definition(name, x, sample.Thresholds, sample.Labels[i])),
            (left, right) => Math.Abs(left - right) < 1e-8 * (1 + right));
        cost.Count.Should().Be(Examples);
        cost.Weight.Should().BeApproximately(sample.Weights.Sum(), 1e-12);
        cost.Sum.Should().BeApproximately(Total(), 1e-8 * (1 + cost.Sum));
        for (int i = 0; i < Examples; i++)
        {
            ofScores[i].Should().BeApproximately(Slope(sample.Scores, i), 1e-6, $"score {i}");
        }

        for (int k = 0; k < classes - 1; k += 1 + classes / 9)
        {
            double scale = 1 + Math.Abs(ofThresholds[k]);
            ofThresholds[k].Should().BeApproximately(Slope(sample.Thresholds, k), 1e-6 * scale, $"threshold {k}");
        }

        // One gradient alone.
        double[] again = new double[Examples];
        loss.ValueAndGradient(sample.Batch, new() { Scores = again }, sample.Weights, Reduction.Sum);
        again.Should().Equal(ofScores);
        again = new double[classes - 1];
        loss.ValueAndGradient(sample.Batch, new() { Thresholds = again }, sample.Weights, Reduction.Sum);
        again.Should().Equal(ofThresholds);

        double Total() => sample.Scores.Select(
            (x, i) => sample.Weights[i] * Definition(name, x, sample.Thresholds, sample.Labels[i])).Sum();

        double Slope(double[] numbers, int at)
        {
            double step = classes > 100 ? 1e-4 : 1e-3;
            double kept = numbers[at];
            double At(int steps)
            {
                numbers[at] = kept + steps * step;
                double total = Total();
                numbers[at] = kept;
                return total;
            }

            return (8 * (At(1) - At(-1)) - (At(2) - At(-2))) / (12 * step);
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Singles_agree_with_doubles_however_far_out(string name, int classes)
    {
        // Squares and exponentials leave what float can hold.
        foreach (double size in name is "logistic" or "all" ? (double[])[1, 200, 2e4] : [1, 10])
        {
            Sample sample = new(classes, size);
            float[] scores = Array.ConvertAll(sample.Scores, x => (float)x);
            float[] thresholds = Array.ConvertAll(sample.Thresholds, x => (float)x);
            float[] singles = new float[Examples];
            float[] singleScores = new float[Examples];
            float[] singleThresholds = new float[classes - 1];
            double[] losses = new double[Examples];
            double[] ofScores = new double[Examples];
            double[] ofThresholds = new double[classes - 1];
            OrdinalScores<float> batch = new() { Scores = scores, Thresholds = thresholds, Labels = sample.Labels };
            Of<float>(name, classes).PerExample(batch, singles);
            Of<float>(name, classes).ValueAndGradient(
                batch, new() { Scores = singleScores, Thresholds = singleThresholds });
            Of<double>(name, classes).PerExample(sample.Batch, losses);
            Of<double>(name, classes).ValueAndGradient(
                sample.Batch, new() { Scores = ofScores, Thresholds = ofThresholds });

            // Far out what is between two of many thresholds is a small difference of large logarithms.
            double tolerance = name == "normal" && size > 1 ? 1e-4 : 5e-6;
            Check(singles, losses, tolerance);
            Check(singleScores, ofScores, tolerance);
            Check(singleThresholds, ofThresholds, tolerance);
        }

        static void Check(float[] singles, double[] doubles, double tolerance)
        {
            double scale = Math.Max(1, doubles.Max(Math.Abs));
            singles.Should().Equal(doubles, (single, wide) => Math.Abs(single - wide) < tolerance * scale);
        }
    }

    [Fact]
    public void A_score_however_far_from_its_interval_has_a_loss()
    {
        foreach (double far in (double[])[1e4, 1e20])
        {
            Exact<double>(far);
            Exact<float>((float)far);
        }

        static void Exact<T>(T far) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
        {
            T[] losses = new T[4];
            T[] ofScores = new T[4];
            T[] ofThresholds = new T[2];
            OrdinalScores<T> batch = new()
            {
                Scores = [far, -far, far, -far],
                Thresholds = [T.CreateTruncating(-1), T.One],
                Labels = [0, 2, 1, 0],
            };
            Loss.CumulativeLink<T>(3).PerExample(batch, losses);
            Loss.CumulativeLink<T>(3).ValueAndGradient(
                batch, new() { Scores = ofScores, Thresholds = ofThresholds }, reduction: Reduction.Sum);
            ofScores.Should().Equal(T.One, -T.One, T.One, T.Zero);
            T inside = T.CreateTruncating(1 / (Math.Exp(2) - 1));
            losses[3].Should().Be(T.Zero);
            double.CreateTruncating(losses[0] / far).Should().BeApproximately(1, 2e-4);
            double.CreateTruncating(losses[2] / far).Should().BeApproximately(1, 2e-4);
            double.CreateTruncating(ofThresholds[0] - inside + T.One).Should().BeApproximately(0, 1e-6);
            double.CreateTruncating(ofThresholds[1] + inside).Should().BeApproximately(0, 1e-6);
            Loss.AllThreshold<T>(3).PerExample(batch, losses);
            losses[3].Should().Be(T.Zero);
            double.CreateTruncating(losses[0] / far).Should().BeApproximately(2, 2e-4);
            Loss.AllThreshold<T>(3).ValueAndGradient(
                batch, new() { Scores = ofScores, Thresholds = ofThresholds }, reduction: Reduction.Sum);
            ofScores.Should().Equal(T.CreateTruncating(2), T.CreateTruncating(-2), T.One, T.Zero);
            ofThresholds.Should().Equal(T.Zero, -T.One);
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void What_is_ignored_or_has_no_weight_counts_nowhere(string name, int classes)
    {
        Sample sample = new(classes, size: 1);
        OrdinalLoss<double> loss = Of<double>(name, classes);
        double[] losses = new double[Examples];
        double[] ofScores = new double[Examples];
        double[] ofThresholds = new double[classes - 1];
        double[] expected = new double[classes - 1];
        double[] weights = [.. sample.Weights.Select((weight, i) => i == 5 ? 0 : weight)];
        Cost clean = loss.ValueAndGradient(sample.Batch, new() { Thresholds = expected }, weights);
        sample.Scores[5] = double.NaN;
        loss.ValueAndGradient(sample.Batch, new() { Scores = ofScores, Thresholds = ofThresholds }, weights)
            .Should().Be(clean);
        ofScores[5].Should().Be(0);
        ofThresholds.Should().Equal(expected);
        double.IsNaN(loss.ValueAndGradient(sample.Batch, new() { Scores = ofScores }).Mean).Should().BeTrue();
        ofScores.Select(double.IsNaN).Should().Equal(Enumerable.Range(0, Examples).Select(i => i == 5));

        sample.Labels[5] = -100;
        Cost ignored = loss.ValueAndGradient(
            sample.Batch, new() { Scores = ofScores, Thresholds = ofThresholds }, sample.Weights);
        (ignored.Weight, ignored.Count).Should().Be((clean.Weight, Examples - 1));
        ignored.Sum.Should().BeApproximately(clean.Sum, 1e-12 * clean.Sum);
        loss.PerExample(sample.Batch, losses, sample.Weights).Should().Be(ignored);
        (losses[5], ofScores[5]).Should().Be((0, 0));
        ofThresholds.Should().Equal(expected, (left, right) => Math.Abs(left - right) < 1e-12 * (1 + Math.Abs(right)));
        loss.Checked().Value(sample.Batch, sample.Weights).Should().Be(ignored);

        Cost none = loss.ValueAndGradient(
            sample.Batch, new() { Scores = ofScores, Thresholds = ofThresholds }, new double[Examples]);
        (none.Mean, none.Sum).Should().Be((double.NaN, 0));
        ofScores.Concat(ofThresholds).Should().OnlyContain(slope => slope == 0);
        ofThresholds.AsSpan().Fill(1);
        OrdinalScores<double> empty = new() { Scores = [], Thresholds = sample.Thresholds, Labels = [] };
        Cost of = loss.ValueAndGradient(empty, new() { Thresholds = ofThresholds });
        (of.Sum, of.Count).Should().Be((0, 0));
        ofThresholds.Should().OnlyContain(slope => slope == 0);
    }

    [Fact]
    public void Blocks_of_examples_are_one_batch()
    {
        double[] scores = [.. Enumerable.Range(0, 20_000).Select(i => Math.Sin(i) * 3)];
        int[] labels = [.. Enumerable.Range(0, scores.Length).Select(i => i % 3)];
        foreach (OrdinalLoss<double> loss in (OrdinalLoss<double>[])
            [Loss.CumulativeLink<double>(3), Loss.AllThreshold<double>(3)])
        {
            double[] whole = new double[scores.Length];
            double[] losses = new double[scores.Length];
            double[] ofThresholds = new double[2];
            double[] ofParts = new double[2];
            OrdinalScores<double> batch = new() { Scores = scores, Thresholds = [-1, 1], Labels = labels };
            loss.PerExample(batch, losses);
            loss.ValueAndGradient(
                batch, new() { Scores = whole, Thresholds = ofThresholds }, reduction: Reduction.Sum);
            for (int start = 0; start < scores.Length; start += 500)
            {
                double[] some = new double[500];
                double[] slopes = new double[500];
                double[] part = new double[2];
                OrdinalScores<double> few = new()
                {
                    Scores = scores.AsSpan(start, 500),
                    Thresholds = [-1, 1],
                    Labels = labels.AsSpan(start, 500),
                };
                loss.PerExample(few, some);
                loss.ValueAndGradient(few, new() { Scores = slopes, Thresholds = part }, reduction: Reduction.Sum);
                losses.AsSpan(start, 500).ToArray().Should().Equal(some);
                whole.AsSpan(start, 500).ToArray().Should().Equal(slopes);
                ofParts[0] += part[0];
                ofParts[1] += part[1];
            }

            ofThresholds.Should().Equal(ofParts, (left, right) => Math.Abs(left - right) < 1e-9);
        }
    }

    [Fact]
    public void What_cannot_be_is_told()
    {
        OrdinalLoss<double> loss = Loss.CumulativeLink<double>(3);
        (loss.Classes, loss.IgnoreIndex).Should().Be((3, -100));
        Refused("*'classes' must be between 2*", () => Loss.CumulativeLink<double>(1));
        Refused("*'classes' must be between 2*", () => Loss.AllThreshold<double>(1));
        Refused("'thresholds' has 1*", () => loss.Value(new() { Scores = [1], Thresholds = [1], Labels = [0] }));
        Refused("'labels' has 2*", () => loss.Value(new() { Scores = [1], Thresholds = [1, 2], Labels = [0, 1] }));
        Refused("*row 0 is 3*", () => loss.Value(new() { Scores = [1], Thresholds = [1, 2], Labels = [3] }));
        Refused("'weights' has*", () => loss.Value(new() { Scores = [1], Thresholds = [1, 2], Labels = [0] }, [1, 2]));
        Refused(
            "thresholds[1] is 0*",
            () => loss.Checked().Value(new() { Scores = [1], Thresholds = [1, 0], Labels = [0] }));
        Refused(
            "scores[0] is NaN*",
            () => loss.Checked().Value(new() { Scores = [double.NaN], Thresholds = [0, 1], Labels = [0] }));
        double[] same = [1, 2];
        Refused("*", () => loss.ValueAndGradient(
            new() { Scores = [1], Thresholds = same, Labels = [0] }, new() { Thresholds = same }));
        Loss.AllThreshold<double>(3).Checked().Value(new() { Scores = [1], Thresholds = [1, 0], Labels = [0] })
            .Mean.Should().BePositive();
        loss.Value(new() { Scores = [1], Thresholds = [1, 1], Labels = [1] }).Mean.Should().Be(double.PositiveInfinity);

        static void Refused(string message, Action call) =>
            call.Should().Throw<ArgumentException>().WithMessage(message);
    }

    private static OrdinalLoss<T> Of<T>(string name, int classes)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> => name switch
        {
            "logistic" => Loss.CumulativeLink<T>(classes),
            "normal" => Loss.CumulativeLink<T>(classes, SurvivalDistribution.Normal),
            "extreme" => Loss.CumulativeLink<T>(classes, SurvivalDistribution.Extreme),
            _ => Loss.AllThreshold<T>(classes),
        };

    private static double Definition(string name, double score, double[] thresholds, int label)
    {
        if (name == "all")
        {
            return thresholds
                .Select((threshold, k) => Softplus(label > k ? threshold - score : score - threshold)).Sum();
        }

        double below = label == 0 ? double.NegativeInfinity : thresholds[label - 1] - score;
        double above = label == thresholds.Length ? double.PositiveInfinity : thresholds[label] - score;

        // Both tails, of which the smaller ones are taken.
        return -Math.Log(
            above + below > 0 ? Tail(name, below, isUpper: true) - Tail(name, above, isUpper: true)
            : Tail(name, above, isUpper: false) - Tail(name, below, isUpper: false));
    }

    private static double Tail(string name, double z, bool isUpper) => name switch
    {
        "logistic" => 1 / (1 + Math.Exp(isUpper ? z : -z)),
        "normal" => NormalTail(isUpper ? z : -z),
        _ => isUpper ? Math.Exp(-Math.Exp(z)) : -Expm1(-Math.Exp(z)),
    };

    /// <summary>1 − Φ(z): Simpson's rule on its density, which is nothing beyond 12.</summary>
    private static double NormalTail(double z)
    {
        if (z < 0)
        {
            return 1 - NormalTail(-z);
        }

        const int Steps = 2000;
        double step = (12 - Math.Min(z, 12)) / Steps;
        double sum = 0;
        for (int i = 0; i <= Steps; i++)
        {
            double x = z + i * step;
            sum += (i is 0 or Steps ? 1 : i % 2 == 0 ? 2 : 4) * Math.Exp(-0.5 * x * x);
        }

        return sum * step / 3 / Math.Sqrt(2 * Math.PI);
    }

    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    private static double Expm1(double x) => Math.Abs(x) > 1e-5 ? Math.Exp(x) - 1 : x * (1 + 0.5 * x * (1 + x / 3));

    /// <summary>Scores around rising thresholds, which float can hold.</summary>
    private sealed class Sample
    {
        public Sample(int classes, double size)
        {
            Random random = new(classes);
            double width = 6.0 / classes;
            Thresholds =
            [
                .. Enumerable.Range(1, classes - 1)
                    .Select(k => (double)(float)(k * width - 3 + 0.3 * width * random.NextDouble())),
            ];
            Scores =
            [
                .. Enumerable.Range(0, Examples)
                    .Select(_ => (double)(float)(size * (4 * random.NextDouble() - 2))),
            ];
            Labels = [.. Enumerable.Range(0, Examples).Select(i => i == 0 ? classes - 1 : random.Next(classes))];
            Weights = [.. Enumerable.Range(0, Examples).Select(_ => 0.1 + random.NextDouble())];
        }

        public double[] Scores { get; }

        public double[] Thresholds { get; }

        public int[] Labels { get; }

        public double[] Weights { get; }

        public OrdinalScores<double> Batch => new() { Scores = Scores, Thresholds = Thresholds, Labels = Labels };
    }
}
