using System.Numerics;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleCalibrationTests : CalibrationTests<float>;

public sealed class DoubleCalibrationTests : CalibrationTests<double>
{
    [Fact]
    public void Wilson_intervals_cover_as_often_as_they_say()
    {
        Random random = new(11);
        const int Samples = 4000;
        foreach (double rate in (double[])[0.1, 0.5, 0.93])
        {
            int covered = 0;
            for (int sample = 0; sample < Samples; sample++)
            {
                CalibrationAggregator aggregator = new(bins: 1);
                double[] targets = [.. Enumerable.Range(0, 80).Select(_ => random.NextDouble() < rate ? 1.0 : 0)];
                aggregator.AddProbabilities<double>([.. targets.Select(_ => rate)], targets);
                covered += aggregator.Table().Bins[0].Interval.Contains(rate) ? 1 : 0;
            }

            ((double)covered / Samples).Should().BeInRange(0.93, 0.975, $"rate {rate}");
        }
    }

    [Fact]
    public void Bins_end_where_they_say()
    {
        // Products are rounded up to 15 of 22, and down from it.
        for (int bins = 1; bins < 60; bins++)
        {
            double[] ends = [.. Enumerable.Range(0, bins).Select(i => (double)i / bins)];
            double[] below = [.. Enumerable.Range(1, bins).Select(i => Math.BitDecrement((double)i / bins))];
            CalibrationAggregator aggregator = new(bins);
            aggregator.AddProbabilities<double>([.. ends, .. below], new double[2 * bins]);
            aggregator.Table().Bins.Should().OnlyContain(bin => bin.Count == 2, $"of {bins} bins");
        }
    }

    [Fact]
    public void Exact_probabilities_are_calibrated_and_those_that_are_too_sure_are_not()
    {
        Random random = new(12);
        CalibrationAggregator exact = new();
        CalibrationAggregator sure = new();
        for (int batch = 0; batch < 40; batch++)
        {
            double[] logits = [.. Enumerable.Range(0, 500).Select(_ => 2 * DoubleMeanEstimateTests.Normal(random))];
            double[] targets = [.. logits.Select(z => random.NextDouble() < 1 / (1 + Math.Exp(-z)) ? 1.0 : 0)];
            exact.AddLogits<double>(logits, targets);
            sure.AddLogits<double>([.. logits.Select(z => 3 * z)], targets);
        }

        ReliabilityTable table = exact.Table(confidence: 0.999);
        table.ExpectedCalibrationError.Should().BeLessThan(0.02);
        table.Bins.Should().OnlyContain(bin => bin.Interval.Contains(bin.MeanPrediction));
        sure.Table().ExpectedCalibrationError.Should().BeGreaterThan(0.08);
        sure.Brier.Interval(0.999).Low.Should().BeGreaterThan(exact.Brier.Interval(0.999).High);
    }

    [Theory]
    [InlineData(1, 100, 0.05)]
    [InlineData(1, 100, 0.1)]
    [InlineData(5, 1_000, 0.1)]
    [InlineData(10, 500, 0.05)]
    [InlineData(15, 500, 0.03)]
    public void Intervals_of_the_calibration_error_hold_it_as_often_as_they_say(int bins, int count, double error)
    {
        double[] said = [.. Enumerable.Range(0, bins).Select(bin => (bin + 0.5) / bins)];
        double[] rates = [.. said.Select(p => p < 0.5 ? p + error : p - error)];
        Random random = new(13);
        const int Trials = 300;
        int held = 0;
        int reachedZero = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            held += IntervalOf(rates).Contains(error) ? 1 : 0;
            reachedZero += IntervalOf(said).Low == 0 ? 1 : 0;
        }

        // Close to exact of one bin, and cautious of many.
        (held / (double)Trials).Should().BeInRange(0.85, bins == 1 ? 0.97 : 1, "intervals were of 90 %");
        (reachedZero / (double)Trials).Should().BeGreaterThan(0.85, "exact probabilities have no error to be sure of");

        ConfidenceInterval IntervalOf(double[] shares)
        {
            int[] drawn = [.. Enumerable.Range(0, count).Select(i => i % bins)];
            CalibrationAggregator aggregator = new(bins);
            aggregator.AddProbabilities<double>(
                [.. drawn.Select(bin => said[bin])],
                [.. drawn.Select(bin => random.NextDouble() < shares[bin] ? 1.0 : 0)]);
            ReliabilityTable table = aggregator.Table();
            ConfidenceInterval interval = table.CalibrationErrorInterval(confidence: 0.9, resamples: 400, seed: 1);
            interval.Contains(table.ExpectedCalibrationError).Should().BeTrue();
            interval.High.Should().BeLessThan(error + 0.3);
            return interval;
        }
    }

    [Fact]
    public void Intervals_of_the_calibration_error_are_cautious_where_chance_hides_it()
    {
        CalibrationAggregator even = new(bins: 10);
        even.AddProbabilities<double>([0.5, 0.5], [1, 0]);
        even.Table().CalibrationErrorInterval().High.Should().BeGreaterThan(0.3);
        CalibrationAggregator one = new(bins: 10);
        one.AddProbabilities<double>([0.02, 0.01, 0.03, 0.02], [1, 1, 1, 1]);
        one.Table().CalibrationErrorInterval().High.Should().Be(1);
    }

    [Fact]
    public void Intervals_of_the_calibration_error_refuse_what_is_out_of_range()
    {
        ReliabilityTable table = new CalibrationAggregator(bins: 3).Table();
        table.CalibrationErrorInterval().Low.Should().Be(double.NaN);
        ((Action)(() => table.CalibrationErrorInterval(confidence: 1))).Should().Throw<ArgumentException>()
            .WithMessage("*confidence*");
        ((Action)(() => table.CalibrationErrorInterval(resamples: 99))).Should().Throw<ArgumentException>()
            .WithMessage("*resamples*");
    }
}

/// <summary>Tables are those that plain grouping makes of all examples, however they are cut into batches.</summary>
public abstract class CalibrationTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    [Fact]
    public void Bins_of_equal_width_are_those_of_plain_grouping()
    {
        Prop.ForAll<int, PositiveInt, bool>((seed, size, weighted) =>
        {
            Random random = new(seed);
            int length = 7 * size.Get % 900;
            int count = 1 + Math.Abs(seed % 20);

            // Many of them at the ends of bins.
            T[] p = Draw(
                length, () => random.Next(3) == 0 ? random.Next(count + 1) / (double)count : random.NextDouble());
            T[] y = Draw(length, () => random.Next(5) == 0 ? random.NextDouble() : random.Next(2));
            T[] w = weighted ? Draw(length, () => random.Next(3) / 2.0) : [];
            foreach (CalibrationAggregator aggregator in Ways(count, CalibrationBins.EqualWidth, p, y, w, random))
            {
                Compare(aggregator.Table(0.9), p, y, w, Enumerable.Range(0, count)
                    .Select(i => ((double)i / count, (i + 1.0) / count, i == count - 1)).ToArray());
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Bins_of_equal_counts_have_equal_counts()
    {
        Random random = new(3);
        T[] p = Draw(1000, () => Math.Pow(random.NextDouble(), 6));
        T[] y = Draw(1000, () => random.Next(2));
        foreach (CalibrationAggregator aggregator in Ways(8, CalibrationBins.EqualCount, p, y, [], random))
        {
            ReliabilityTable table = aggregator.Table(0.9);
            table.Bins.Should().HaveCount(8);
            table.Bins.Should().OnlyContain(bin => bin.Count == 125);
            Compare(table, p, y, [], [.. table.Bins.Select(bin => (bin.Low, bin.High, true))]);
        }
    }

    [Fact]
    public void Equal_predictions_share_a_bin()
    {
        T half = T.CreateTruncating(0.5);
        CalibrationAggregator aggregator = new(4, CalibrationBins.EqualCount);
        aggregator.AddProbabilities<T>(
            [half, half, T.Zero, half, half, half, T.One, half],
            [T.One, T.One, T.Zero, T.Zero, T.One, T.Zero, T.One, T.One],
            [T.One, T.One, T.One, T.One, T.One, T.One, T.One, T.Zero]);
        ReliabilityTable table = aggregator.Table();
        table.Bins.Select(bin => (bin.Low, bin.High, bin.Count)).Should().Equal((0, 0, 1), (0.5, 0.5, 5), (1, 1, 1));
        table.Bins[1].ObservedRate.Should().BeApproximately(0.6, 1e-15);
        aggregator.Brier.Count.Should().Be(8);
    }

    [Fact]
    public void Numbers_of_a_table_by_hand()
    {
        CalibrationAggregator aggregator = new(bins: 2);
        T[] p = Numbers(0.25, 0.25, 0.25, 0.25, 0.75, 0.75, 1, 0.5);
        T[] y = Numbers(0, 0, 1, 1, 1, 1, 1, 0);
        aggregator.AddProbabilities<T>(p, y);
        ReliabilityTable table = aggregator.Table();
        table.Bins.Select(bin => bin.Count).Should().Equal([4, 4], "½ belongs to the upper bin, as 1 does");
        table.Bins[0].Gap.Should().Be(0.25);
        table.Bins[1].Gap.Should().Be(0);
        table.ExpectedCalibrationError.Should().Be(0.125);
        table.MaximumCalibrationError.Should().Be(0.25);
        table.ObservedRate.Should().Be(0.625);
        table.Reliability.Should().Be(0.25 * 0.25 / 2);
        table.Resolution.Should().BeApproximately(0.125 * 0.125, 1e-16);
        table.Uncertainty.Should().Be(0.625 * 0.375);
        table.Brier.Mean.Should().Be((2 * 0.0625 + 2 * 0.5625 + 2 * 0.0625 + 0 + 0.25) / 8);

        // Wilson's interval of half of n is ½ ± ½z/√(n + z²).
        double half = 0.5 * 1.9599639845400542 / Math.Sqrt(4 + 1.9599639845400542 * 1.9599639845400542);
        table.Bins[0].Interval.Low.Should().BeApproximately(0.5 - half, 1e-15);
        table.Bins[0].Interval.High.Should().BeApproximately(0.5 + half, 1e-15);
        table.ToString().Should().StartWith("expected calibration error 0.1250, maximum 0.2500, Brier score 0.2031 ± ")
            .And.Contain("0.500 to 1.000: 4 examples, predicted 0.7500, observed 0.7500");
    }

    [Fact]
    public void Murphy_adds_up_where_predictions_are_equal_within_bins()
    {
        Random random = new(5);
        T[] p = Draw(2000, () => (2 * random.Next(10) + 1) / 20.0);
        T[] y = Draw(2000, () => random.Next(2));
        CalibrationAggregator aggregator = new(bins: 10);
        aggregator.AddProbabilities<T>(p, y);
        ReliabilityTable table = aggregator.Table();
        (table.Reliability - table.Resolution + table.Uncertainty).Should().BeApproximately(table.Brier.Mean, 1e-13);
    }

    [Fact]
    public void Logits_are_the_probabilities_of_their_sigmoid()
    {
        T[] logits = Numbers(-1e20, -3, -0.1, 0, 2, 1e20);
        T[] targets = Numbers(0, 0, 1, 1, 0, 1);
        CalibrationAggregator aggregator = new(bins: 5);
        aggregator.AddLogits<T>(logits, targets);
        double[] p = [.. logits.Select(z => 1 / (1 + Math.Exp(-double.CreateTruncating(z))))];
        ReliabilityTable table = aggregator.Table();
        table.Brier.Mean.Should().BeApproximately(
            p.Zip(targets, (a, b) => Math.Pow(a - double.CreateTruncating(b), 2)).Average(), 1e-14);
        table.Bins.Select(bin => bin.Count).Should().Equal(2, 0, 2, 0, 2);
        table.Bins[1].ObservedRate.Should().Be(double.NaN);
        table.Bins[1].Interval.Low.Should().Be(double.NaN);
    }

    [Fact]
    public void Of_rows_the_highest_class_counts()
    {
        T[] logits = Numbers(
            1, 3, 2, 0, 0, 0, 5, -1, double.NegativeInfinity, -1e20, 0, 1e20, double.NaN, double.NaN, double.NaN);
        int[] labels = [1, 2, 1, 2, 77];
        T[] weights = Numbers(1, 1, 2, 1, 0);
        CalibrationAggregator fromLogits = new(bins: 4);
        fromLogits.AddTopLogits<T>(logits, labels, 3, weights);
        double[] top =
        [
            Math.Exp(3) / (Math.Exp(1) + Math.Exp(3) + Math.Exp(2)),
            1.0 / 3,
            Math.Exp(5) / (Math.Exp(5) + Math.Exp(-1)),
            1,
        ];
        double[] isRight = [1, 0, 0, 1];
        double[] w = [1, 1, 2, 1];
        double brier = Enumerable.Range(0, 4).Sum(i => w[i] * Math.Pow(top[i] - isRight[i], 2)) / 5;
        fromLogits.Brier.Mean.Should().BeApproximately(brier, 1e-14);
        ReliabilityTable table = fromLogits.Table();
        table.Bins.Select(bin => bin.Count).Should().Equal(0, 1, 1, 2);
        table.Bins[3].ObservedRate.Should().BeApproximately(1.0 / 3, 1e-15);
        table.Bins[3].EffectiveCount.Should().BeApproximately(9.0 / 5, 1e-14);

        T[] probabilities = new T[12];
        for (int row = 0; row < 4; row++)
        {
            double[] z = [.. logits.AsSpan(3 * row, 3).ToArray().Select(double.CreateTruncating)];
            double[] e = [.. z.Select(each => Math.Exp(each - z.Max()))];
            for (int k = 0; k < 3; k++)
            {
                probabilities[3 * row + k] = T.CreateTruncating(e[k] / e.Sum());
            }
        }

        CalibrationAggregator fromProbabilities = new(bins: 4);
        fromProbabilities.AddTopProbabilities<T>(probabilities, labels.AsSpan(0, 4), 3, weights.AsSpan(0, 4));
        fromProbabilities.Brier.Mean.Should().BeApproximately(brier, Samples.Close<T>());
    }

    [Fact]
    public void What_has_no_weight_is_hidden()
    {
        CalibrationAggregator aggregator = new(bins: 3);
        aggregator.AddProbabilities<T>([T.NaN, T.CreateTruncating(0.9)], [T.NaN, T.One], [T.Zero, T.One]);
        aggregator.AddLogits<T>([T.PositiveInfinity], [T.CreateTruncating(7)], [T.Zero]);
        aggregator.AddProbabilities<T>([], []);
        ReliabilityTable table = aggregator.Table();
        table.Bins.Sum(bin => bin.Count).Should().Be(1);
        table.Brier.Count.Should().Be(3);
        table.ExpectedCalibrationError.Should().BeApproximately(0.1, 1e-7);
        aggregator.Reset();
        aggregator.Table().ExpectedCalibrationError.Should().Be(double.NaN);
        aggregator.Table().MaximumCalibrationError.Should().Be(double.NaN);
        aggregator.Brier.Should().Be(default(MeanEstimate));
    }

    [Fact]
    public void Mistakes_are_named_and_add_nothing()
    {
        CalibrationAggregator aggregator = new(bins: 3);
        T half = T.CreateTruncating(0.5);
        T two = T.CreateTruncating(2);
        Refused("'targets' has 1 entries, but 'probabilities' has 2*",
            a => a.AddProbabilities<T>([half, half], [T.One]));
        Refused("'weights' has 1 entries, but 'logits' has 2*",
            a => a.AddLogits<T>([half, half], [half, half], [half]));
        Refused("probabilities[1] is 2: must be a number in [0, 1]*",
            a => a.AddProbabilities<T>([half, two], [half, half]));
        Refused("probabilities[1] is NaN: must be*", a => a.AddProbabilities<T>([half, T.NaN], [half, half]));
        Refused("targets[0] is 2: must be a number in [0, 1]*", a => a.AddLogits<T>([half], [two]));
        Refused("logits[0] is Infinity: must be a finite number*", a => a.AddLogits<T>([T.PositiveInfinity], [half]));
        Refused("weights[0] is -1: must be*", a => a.AddLogits<T>([half], [half], [-T.One]));
        Refused("'probabilities' has 3 entries, which is no multiple*",
            a => a.AddTopProbabilities<T>([half, half, half], [0], 2));
        Refused("'labels' has 2 entries, but*1 rows*", a => a.AddTopLogits<T>([half, half], [0, 1], 2));
        Refused("labels[1] is 2: must be a class from 0 to 1*",
            a => a.AddTopLogits<T>([half, half, half, half], [0, 2], 2));
        Refused("logits[3], of row 1, is NaN*", a => a.AddTopLogits<T>([half, half, half, T.NaN], [0, 1], 2));
        Refused("'logits' has only -Infinity in row 0*",
            a => a.AddTopLogits<T>([T.NegativeInfinity, T.NegativeInfinity], [0], 2));
        Refused("'classes' must be positive*", a => a.AddTopLogits<T>([half], [0], 0));
        Refused("'other' has 4 bins of EqualWidth, this one 3*", a => a.Merge(new CalibrationAggregator(4)));
        Refused("'other' has 3 bins of EqualCount, this one 3 of EqualWidth*",
            a => a.Merge(new CalibrationAggregator(3, CalibrationBins.EqualCount)));
        Refused("'other' has the sums of 0 bins: must have 3*", a => a.Merge(a.State with { Bins = [] }));
        Refused("'other' has the example*", a => a.Merge(a.State with { Examples = [new(2, 0, 1)] }));
        Refused("*'confidence' must be strictly between*", a => a.Table(1));
        ((Action)(() => _ = new CalibrationAggregator(0))).Should().Throw<ArgumentOutOfRangeException>();
        ((Action)(() => _ = new CalibrationAggregator(5, (CalibrationBins)7))).Should()
            .Throw<ArgumentOutOfRangeException>();

        void Refused(string message, Action<CalibrationAggregator> call)
        {
            ((Action)(() => call(aggregator))).Should().Throw<ArgumentException>().WithMessage(message);
            aggregator.Brier.Count.Should().Be(0);
            aggregator.Table().Bins.Should().OnlyContain(bin => bin.Count == 0);
        }
    }

    [Fact]
    public void Bins_of_equal_width_allocate_nothing()
    {
        T[] p = Draw(600, () => 0.3);
        CalibrationAggregator aggregator = new();
        Allocations.Of(() =>
        {
            aggregator.AddProbabilities<T>(p, p, p);
            aggregator.AddLogits<T>(p, p);
        }).Should().Be(0);
    }

    /// <summary>All at once, in batches, in parts that are merged, and by way of JSON.</summary>
    private static IEnumerable<CalibrationAggregator> Ways(
        int bins, CalibrationBins rule, T[] p, T[] y, T[] w, Random random)
    {
        CalibrationAggregator whole = new(bins, rule);
        whole.AddProbabilities<T>(p, y, w);
        yield return whole;
        CalibrationAggregator batches = new(bins, rule);
        CalibrationAggregator merged = new(bins, rule);
        CalibrationAggregator read = new(bins, rule);
        for (int start = 0, part; start < p.Length; start += part)
        {
            part = random.Next(1, p.Length - start + 1);
            ReadOnlySpan<T> weights = w.Length == 0 ? default : w.AsSpan(start, part);
            batches.AddProbabilities(p.AsSpan(start, part), y.AsSpan(start, part), weights);
            CalibrationAggregator one = new(bins, rule);
            one.AddProbabilities(p.AsSpan(start, part), y.AsSpan(start, part), weights);
            merged.Merge(one);
            read.Merge(JsonSerializer.Deserialize<CalibrationState>(JsonSerializer.Serialize(one.State))!);
        }

        yield return batches;
        yield return merged;
        yield return read;
    }

    /// <summary>The table of plain sums; the last of a bin's ends says whether its upper one belongs to it.</summary>
    private static void Compare(
        ReliabilityTable table, T[] p, T[] y, T[] w, (double Low, double High, bool Closed)[] bins)
    {
        (double P, double Y, double W)[] all =
        [
            .. Enumerable.Range(0, p.Length).Select(i => (
                double.CreateTruncating(p[i]),
                double.CreateTruncating(y[i]),
                w.Length == 0 ? 1 : double.CreateTruncating(w[i]))).Where(example => example.Item3 > 0),
        ];
        double total = all.Sum(example => example.W);
        table.Bins.Should().HaveCount(bins.Length);
        (double expected, double maximum) = (0, double.NaN);
        for (int i = 0; i < bins.Length; i++)
        {
            (double low, double high, bool closed) = bins[i];
            ReliabilityBin bin = table.Bins[i];
            (double P, double Y, double W)[] inside =
                [.. all.Where(e => e.P >= low && (e.P < high || (closed && e.P == high)))];
            bin.Count.Should().Be(inside.Length);
            (bin.Low, bin.High).Should().Be((low, high));
            if (inside.Length == 0)
            {
                continue;
            }

            double weight = inside.Sum(e => e.W);
            double rate = inside.Sum(e => e.W * e.Y) / weight;
            double said = inside.Sum(e => e.W * e.P) / weight;
            double n = weight * weight / inside.Sum(e => e.W * e.W);
            bin.Weight.Should().BeApproximately(weight, 1e-12 * weight);
            bin.ObservedRate.Should().BeApproximately(rate, 1e-13);
            bin.MeanPrediction.Should().BeApproximately(said, 1e-13);
            bin.EffectiveCount.Should().BeApproximately(n, 1e-11 * n);

            // Wilson's ends are where the rate is z standard deviations of a true one away.
            foreach (double end in (double[])[bin.Interval.Low, bin.Interval.High])
            {
                Math.Pow(rate - end, 2).Should().BeApproximately(
                    1.6448536269514727 * 1.6448536269514727 * end * (1 - end) / n, 1e-12);
            }

            bin.Interval.Low.Should().BeInRange(0, rate + 1e-15);
            bin.Interval.High.Should().BeInRange(rate - 1e-15, 1);
            expected += weight / total * Math.Abs(rate - said);
            maximum = double.IsNaN(maximum) ? Math.Abs(rate - said) : Math.Max(maximum, Math.Abs(rate - said));
        }

        if (all.Length == 0)
        {
            table.ExpectedCalibrationError.Should().Be(double.NaN);
            return;
        }

        table.ExpectedCalibrationError.Should().BeApproximately(expected, 1e-12);
        table.MaximumCalibrationError.Should().BeApproximately(maximum, 1e-12);
        table.Brier.Mean.Should().BeApproximately(all.Sum(e => e.W * Math.Pow(e.P - e.Y, 2)) / total, 1e-12);
    }

    private static T[] Draw(int length, Func<double> next) =>
        [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(next()))];

    private static T[] Numbers(params double[] numbers) => [.. numbers.Select(T.CreateTruncating)];
}
