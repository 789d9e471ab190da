using System.Numerics;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SinglePairedComparisonTests : PairedComparisonTests<float>;

public sealed class DoublePairedComparisonTests : PairedComparisonTests<double>
{
    [Fact]
    public void Models_that_are_equal_are_told_apart_as_seldom_as_it_says()
    {
        Random random = new(21);
        const int Samples = 4000;
        (int missed, int signs, int seen) = (0, 0, 0);
        for (int sample = 0; sample < Samples; sample++)
        {
            // Both have the same hard examples: by themselves their costs vary ten times as much as the difference.
            double[] hard = [.. Enumerable.Range(0, 40).Select(_ => 10 * random.NextDouble())];
            double[] baseline = [.. hard.Select(h => h + DoubleMeanEstimateTests.Normal(random))];
            double[] candidate = [.. hard.Select(h => h + DoubleMeanEstimateTests.Normal(random))];
            PairedComparison equal = new();
            equal.Add<double>(baseline, candidate);
            missed += equal.Difference.Interval().Contains(0) ? 0 : 1;
            signs += equal.SignTest.PValue < 0.05 ? 1 : 0;
            PairedComparison better = new();
            better.Add<double>(baseline, [.. candidate.Select(loss => loss - 0.8)]);
            seen += better.Difference.Interval().High < 0 ? 1 : 0;
        }

        ((double)missed / Samples).Should().BeApproximately(0.05, 4 * Math.Sqrt(0.05 * 0.95 / Samples));
        ((double)signs / Samples).Should().BeInRange(0.02, 0.055, "an exact test of whole numbers says 5 % or less");
        ((double)seen / Samples).Should().BeGreaterThan(0.9);
    }

    [Fact]
    public void Bootstrap_intervals_cover_about_as_often_as_they_say()
    {
        Random random = new(22);
        int covered = 0;
        for (int sample = 0; sample < 600; sample++)
        {
            double[] numbers = [.. Enumerable.Range(0, 100).Select(_ => -Math.Log(1 - random.NextDouble()))];
            ConfidenceInterval interval = Bootstrap.OfMean<double>(numbers, default, 0.9, resamples: 400, seed: sample);
            covered += interval.Contains(1) ? 1 : 0;
        }

        (covered / 600.0).Should().BeInRange(0.85, 0.93);
    }
}

/// <summary>Differences, their errors and their signs are those of plain sums over all examples.</summary>
public abstract class PairedComparisonTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    [Fact]
    public void Any_batching_gives_the_plain_difference()
    {
        Prop.ForAll<int, PositiveInt, bool>((seed, size, weighted) =>
        {
            Random random = new(seed);
            int length = 2 + 13 * size.Get % 1300;
            T[] a = Draw(length, () => random.Next(20) / 4.0);
            T[] b = Draw(length, () => random.Next(20) / 4.0);
            T[] w = weighted ? Draw(length, () => random.Next(3)) : [];
            if (weighted)
            {
                w[0] = w[^1] = T.One;
            }

            PairedComparison whole = new();
            whole.Add<T>(a, b, w);
            PairedComparison batches = new();
            PairedComparison merged = new();
            PairedComparison read = new();
            for (int start = 0, part; start < length; start += part)
            {
                part = random.Next(1, length - start + 1);
                PairedComparison one = new();
                foreach (PairedComparison each in (PairedComparison[])[batches, one])
                {
                    ReadOnlySpan<T> used = weighted ? w.AsSpan(start, part) : default;
                    each.Add<T>(a.AsSpan(start, part), b.AsSpan(start, part), used);
                }

                merged.Merge(one);
                read.Merge(JsonSerializer.Deserialize<PairedComparisonState>(JsonSerializer.Serialize(one.State)));
            }

            double[] d = [.. a.Zip(b, (x, y) => double.CreateTruncating(y) - double.CreateTruncating(x))];
            double[] weights =
                [.. Enumerable.Range(0, length).Select(i => weighted ? double.CreateTruncating(w[i]) : 1)];
            double total = weights.Sum();
            double mean = d.Zip(weights, (x, v) => x * v).Sum() / total;
            double spread = d.Zip(weights, (x, v) => v * v * (x - mean) * (x - mean)).Sum();
            double error = Math.Sqrt(spread / (total * total - weights.Sum(v => v * v)));
            foreach (PairedComparison comparison in (PairedComparison[])[whole, batches, merged, read])
            {
                comparison.Count.Should().Be(length);
                comparison.Difference.Mean.Should().BeApproximately(mean, 1e-12);
                comparison.Difference.StandardError.Should().BeApproximately(error, 1e-11 * error);
                comparison.Baseline.Mean.Should().BeApproximately(
                    a.Zip(weights, (x, v) => double.CreateTruncating(x) * v).Sum() / total, 1e-12);
                (comparison.Candidate.Mean - comparison.Baseline.Mean).Should().BeApproximately(mean, 1e-12);
                SignTest signs = comparison.SignTest;
                (signs.Better, signs.Worse, signs.Ties).Should().Be((
                    Count(x => x < 0), Count(x => x > 0), Count(x => x == 0)));
                signs.PValue.Should().BeApproximately(TwoSided(signs.Better, signs.Worse), 1e-11);
            }

            long Count(Func<double, bool> isSuch) => d.Zip(weights).Count(e => e.Second > 0 && isSuch(e.First));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(5, 0, 0.0625)]
    [InlineData(3, 3, 1)]
    [InlineData(9, 1, 0.021484375)]
    [InlineData(2, 8, 0.109375)]
    public void Sign_tests_are_those_of_tables(int better, int worse, double expected)
    {
        PairedComparison comparison = new();
        comparison.Add<T>(Draw(better, () => 2), Draw(better, () => 1));
        comparison.Add<T>(Draw(worse, () => 1), Draw(worse, () => 1.5));
        comparison.Add<T>(Draw(4, () => 1), Draw(4, () => 1));
        comparison.SignTest.Ties.Should().Be(4);
        comparison.SignTest.PValue.Should().BeApproximately(expected, 1e-14);
    }

    [Fact]
    public void Metrics_losses_and_business_costs_are_compared()
    {
        T[] baseline = Numbers(0.2, -0.4, 1.5, -2, 0.3);
        T[] candidate = Numbers(1.2, -0.9, 0.5, -2, -0.3);
        T[] targets = Numbers(1, 0, 0, 0, 1);
        T[] weights = Numbers(1, 2, 1, 1, 3);
        foreach (IMetric<T, T> metric in (IMetric<T, T>[])
            [Loss.BinaryCrossEntropyLogits<T>(), new DecisionCosts(1, 10).AtThreshold<T>(0)])
        {
            T[] first = new T[5];
            T[] second = new T[5];
            metric.PerExample(baseline, targets, first);
            metric.PerExample(candidate, targets, second);
            PairedComparison expected = new();
            expected.Add<T>(first, second, weights);
            PairedComparison comparison = new();
            comparison.Add(metric, baseline, candidate, targets, weights);
            comparison.State.Should().Be(expected.State);
            comparison.Baseline.Mean.Should().BeApproximately(
                metric.Value(baseline, targets, weights).Mean, Samples.Close<T>());
        }

        // −1 + 10·0, and 0.2 − ... the costs by hand: a false alarm at 1.5 and 0.5, a miss at −0.3.
        PairedComparison business = new();
        business.Add(new DecisionCosts(1, 10).AtThreshold<T>(0), baseline, candidate, targets);
        business.Difference.Mean.Should().Be(10.0 / 5);
        (business.SignTest.Better, business.SignTest.Worse, business.SignTest.Ties).Should().Be((0L, 1L, 4L));
    }

    [Fact]
    public void Rows_are_compared_unless_labels_are_ignored()
    {
        CategoricalLoss<T> loss = Loss.SoftmaxCrossEntropy<T>(3);
        T[] a = Numbers(1, 2, 3, 0, 0, 1);
        T[] b = Numbers(1, 2, 5, 0, 2, 1);
        PairedComparison comparison = new();
        comparison.Add(loss, a, b, [2, 1]);
        comparison.Count.Should().Be(2);
        comparison.SignTest.Better.Should().Be(2);
        ((Action)(() => comparison.Add(loss, a, b, [2, -100]))).Should().Throw<ArgumentException>()
            .WithMessage("'metric' leaves out 1 of 2 examples*");
        ((Action)(() => comparison.Add(loss, a, b.AsSpan(1), [2, 1]))).Should().Throw<ArgumentException>()
            .WithMessage("'candidate' has 5 entries, but 'baseline' has 6*");
        comparison.Count.Should().Be(2);
    }

    [Fact]
    public void What_is_huge_or_hidden_or_missing_is_what_it_is()
    {
        PairedComparison comparison = new();
        comparison.Difference.Mean.Should().Be(double.NaN);
        comparison.SignTest.Should().Be(new SignTest(0, 0, 0, 1));
        comparison.Add<T>([T.NaN, T.One], [T.One, T.NaN], [T.Zero, T.Zero]);
        comparison.Count.Should().Be(2);
        comparison.SignTest.PValue.Should().Be(1);
        comparison.Add<T>(Numbers(1e20, 1e20), Numbers(-1e20, 1e20));
        comparison.Difference.Mean.Should().BeApproximately(-1e20, 1e14);
        comparison.Difference.StandardError.Should().BeApproximately(1e20, 1e14);
        comparison.Add<T>([T.NaN, T.One], [T.One, T.One]);
        comparison.Difference.Mean.Should().Be(double.NaN);
        comparison.SignTest.PValue.Should().Be(double.NaN);
        comparison.Reset();
        comparison.Count.Should().Be(0);
        comparison.State.Should().Be(new PairedComparison().State);
    }

    [Fact]
    public void Mistakes_are_named_and_add_nothing()
    {
        PairedComparison comparison = new();
        Refused("'candidate' has 1 entries, but 'baseline' has 2*", () => comparison.Add<T>([T.One, T.One], [T.One]));
        Refused("'weights' has 1 entries, but 'baseline' has 2*",
            () => comparison.Add<T>([T.One, T.One], [T.One, T.One], [T.One]));
        Refused("weights[1] is -1: must be*", () => comparison.Add<T>([T.One, T.One], [T.One, T.One], [T.One, -T.One]));
        Refused("'other' is*counts must be at least 0*", () => comparison.Merge(comparison.State with { Worse = -1 }));
        Refused("'state' is*", () => comparison.Merge(comparison.State with { Difference = new() { Count = -5 } }));
        comparison.Count.Should().Be(0);

        static void Refused(string message, Action call) =>
            call.Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public void Bootstrap_intervals_are_those_of_plain_resampling()
    {
        Random random = new(9);
        T[] numbers = Draw(60, () => random.NextDouble() * random.NextDouble());
        T[] weights = Draw(60, () => random.Next(3));
        foreach (T[] used in (T[][])[[], weights])
        {
            ConfidenceInterval interval = Bootstrap.OfMean<T>(numbers, used, 0.9, 3000, seed: 5);
            interval.Should().Be(Bootstrap.OfMean<T>(numbers, used, 0.9, 3000, seed: 5), "the seed says it all");
            interval.Should().NotBe(Bootstrap.OfMean<T>(numbers, used, 0.9, 3000, seed: 6));

            // Another generator: the ends agree but for the chance of 3000 samples.
            List<double> means = [];
            int[] counted = [.. Enumerable.Range(0, 60).Where(i => used.Length == 0 || used[i] > T.Zero)];
            for (int sample = 0; sample < 20_000; sample++)
            {
                (double sum, double weight) = (0, 0);
                for (int k = 0; k < counted.Length; k++)
                {
                    int i = counted[random.Next(counted.Length)];
                    double w = used.Length == 0 ? 1 : double.CreateTruncating(used[i]);
                    sum += w * double.CreateTruncating(numbers[i]);
                    weight += w;
                }

                means.Add(sum / weight);
            }

            means.Sort();
            double error = MeanEstimate.Of<T>(numbers, used).StandardError;
            interval.Low.Should().BeApproximately(means[1000], 0.12 * error);
            interval.High.Should().BeApproximately(means[19_000], 0.12 * error);
        }
    }

    [Fact]
    public void Bootstrap_takes_any_size_and_names_mistakes()
    {
        T[] numbers = Numbers(1, 2, 3, 4);
        ConfidenceInterval interval = Bootstrap.OfMean<T>(numbers);
        int exponent = typeof(T) == typeof(float) ? 120 : 1000;
        ConfidenceInterval scaled = Bootstrap.OfMean<T>([.. numbers.Select(x => T.ScaleB(x, exponent))]);
        scaled.Low.Should().Be(Math.ScaleB(interval.Low, exponent));
        Bootstrap.OfMean<T>([T.NaN, .. numbers], [T.Zero, T.One, T.One, T.One, T.One]).Should().Be(interval);
        Bootstrap.OfMean<T>([T.NaN, .. numbers]).Low.Should().Be(double.NaN);
        Bootstrap.OfMean<T>([]).Low.Should().Be(double.NaN);
        ((Action)(() => Bootstrap.OfMean<T>(numbers, [T.One]))).Should().Throw<ArgumentException>()
            .WithMessage("'weights' has 1 entries, but 'numbers' has 4*");
        ((Action)(() => Bootstrap.OfMean<T>(numbers, default, 0))).Should().Throw<ArgumentException>()
            .WithMessage("'confidence' must be strictly between*");
        ((Action)(() => Bootstrap.OfMean<T>(numbers, default, 0.9, 10))).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        T[] losses = Draw(1000, () => 1);
        PairedComparison comparison = new();
        IMetric<T, T> metric = Loss.SquaredError<T>();
        Allocations.Of(() =>
        {
            comparison.Add<T>(losses, losses, losses);
            comparison.Add(metric, losses, losses, losses);
        }).Should().Be(0);
    }

    private static double TwoSided(long better, long worse)
    {
        int n = (int)(better + worse);
        BigInteger ways = BigInteger.One;
        BigInteger sum = BigInteger.Zero;
        for (int k = 0; k <= Math.Min(better, worse); k++)
        {
            sum += ways;
            ways = ways * (n - k) / (k + 1);
        }

        return Math.Min(1, Math.Exp(BigInteger.Log(2 * sum) - n * Math.Log(2)));
    }

    private static T[] Draw(int length, Func<double> next) =>
        [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(next()))];

    private static T[] Numbers(params double[] numbers) => [.. numbers.Select(T.CreateTruncating)];
}
