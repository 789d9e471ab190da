using System.Numerics;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleMeanEstimateTests : MeanEstimateTests<float>;

public sealed class DoubleMeanEstimateTests : MeanEstimateTests<double>
{
    [Fact]
    public void Numbers_and_weights_of_any_size_have_an_error()
    {
        double[] numbers = [1, 2, 4, 8];
        double[] weights = [1, 3, 1, 2];
        MeanEstimate plain = MeanEstimate.Of<double>(numbers, weights);
        foreach (double unit in (double[])[Math.ScaleB(1, -900), Math.ScaleB(1, 900)])
        {
            foreach (double unitOfWeights in (double[])[Math.ScaleB(1, -900), 1, Math.ScaleB(1, 900)])
            {
                MeanEstimate scaled = MeanEstimate.Of<double>(
                    [.. numbers.Select(x => unit * x)], [.. weights.Select(w => unitOfWeights * w)]);
                scaled.Mean.Should().Be(unit * plain.Mean);
                scaled.StandardError.Should().Be(unit * plain.StandardError);
                scaled.EffectiveCount.Should().Be(plain.EffectiveCount);
                (scaled + default(MeanEstimate)).Should().Be(scaled);

                // Beside what is 2^900 times as much, nothing is left of what is little.
                MeanEstimate both = MeanEstimate.Of<double>([.. numbers.Select(x => 2e280 * x)]) + scaled;
                both.Count.Should().Be(8);
                double.IsFinite(both.StandardError).Should().BeTrue();
            }
        }
    }

    [Fact]
    public void What_is_far_from_0_keeps_its_digits()
    {
        Random random = new(1);
        double[] near = [.. Enumerable.Range(0, 5000).Select(_ => random.Next(100) / 128.0)];
        double[] far = [.. near.Select(x => x + 1e10)];
        MeanEstimate expected = MeanEstimate.Of<double>(near);
        MeanEstimate estimate = MeanEstimate.Of<double>(far);
        estimate.Mean.Should().BeApproximately(1e10 + expected.Mean, 2e-6);
        estimate.StandardError.Should().BeApproximately(expected.StandardError, 1e-7 * expected.StandardError);
    }

    [Fact]
    public void Intervals_cover_as_often_as_they_say()
    {
        Random random = new(7);
        const int Samples = 20_000;
        foreach ((int n, double confidence) in ((int, double)[])[(3, 0.95), (5, 0.8), (12, 0.95)])
        {
            int covered = 0;
            for (int sample = 0; sample < Samples; sample++)
            {
                double[] numbers = [.. Enumerable.Range(0, n).Select(_ => 3 + 2 * Normal(random))];
                covered += MeanEstimate.Of<double>(numbers).Interval(confidence).Contains(3) ? 1 : 0;
            }

            // Four standard deviations of the share; with normal quantiles, three numbers would have 82 %.
            double slack = 4 * Math.Sqrt(confidence * (1 - confidence) / Samples);
            ((double)covered / Samples).Should().BeApproximately(confidence, slack, $"n = {n}");
        }
    }

    [Fact]
    public void Weighted_intervals_cover_about_as_often_as_they_say()
    {
        Random random = new(8);
        const int Samples = 4000;
        int covered = 0;
        for (int sample = 0; sample < Samples; sample++)
        {
            double[] numbers = [.. Enumerable.Range(0, 60).Select(_ => Normal(random))];
            double[] weights = [.. Enumerable.Range(0, 60).Select(i => 1.0 + i % 5)];
            covered += MeanEstimate.Of<double>(numbers, weights).Interval().Contains(0) ? 1 : 0;
        }

        ((double)covered / Samples).Should().BeInRange(0.93, 0.965);
    }

    internal static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

/// <summary>Means and their errors are those of plain sums, however the numbers are cut.</summary>
public abstract class MeanEstimateTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    [Fact]
    public void Any_batching_gives_the_error_of_plain_sums()
    {
        Prop.ForAll<int, PositiveInt, bool>((seed, size, weighted) =>
        {
            Random random = new(seed);
            int length = 2 + 17 * size.Get % 1500;
            T[] numbers = Draw(length, () => 5 + 3 * random.NextDouble());
            T[] weights = weighted ? Draw(length, () => random.Next(4) / 4.0) : [];
            if (weighted)
            {
                weights[0] = weights[^1] = T.One;
            }

            MeanEstimate whole = MeanEstimate.Of<T>(numbers, weights);
            MeanEstimate parts = default;
            for (int start = 0, part; start < length; start += part)
            {
                part = random.Next(1, length - start + 1);
                parts += MeanEstimate.Of<T>(
                    numbers.AsSpan(start, part), weighted ? weights.AsSpan(start, part) : default);
            }

            (double mean, double error, double effective) = Plain(numbers, weights);
            foreach (MeanEstimate estimate in (MeanEstimate[])[whole, parts, new(parts.State), Read(parts)])
            {
                estimate.Count.Should().Be(length);
                estimate.Mean.Should().BeApproximately(mean, 1e-13);
                estimate.StandardError.Should().BeApproximately(error, 1e-11 * error);
                estimate.EffectiveCount.Should().BeApproximately(effective, 1e-12 * effective);
            }
        }).QuickCheckThrowOnFailure();

        static MeanEstimate Read(MeanEstimate estimate)
        {
            MeanEstimate read = JsonSerializer.Deserialize<MeanEstimate>(JsonSerializer.Serialize(estimate));
            read.Should().Be(estimate);
            return read;
        }
    }

    [Fact]
    public void Equal_weights_have_the_usual_error()
    {
        T[] numbers = [.. new[] { 2, 4, 4, 4, 5, 5, 7, 9.0 }.Select(T.CreateTruncating)];
        T[] weights = [.. numbers.Select(_ => T.CreateTruncating(3))];
        double expected = Math.Sqrt(32.0 / 7 / 8);
        foreach (T[] used in (T[][])[[], weights])
        {
            MeanEstimate estimate = MeanEstimate.Of<T>(numbers, used);
            estimate.Mean.Should().Be(5);
            estimate.StandardError.Should().BeApproximately(expected, 1e-15);
            estimate.EffectiveCount.Should().Be(8);
            ConfidenceInterval interval = estimate.Interval();
            interval.High.Should().BeApproximately(5 + 2.3646242515927849 * expected, 1e-13, "t of 7 degrees");
            interval.Low.Should().BeApproximately(5 - 2.3646242515927849 * expected, 1e-13);
        }
    }

    [Fact]
    public void Without_two_numbers_there_is_no_error()
    {
        MeanEstimate none = MeanEstimate.Of<T>([]);
        none.Mean.Should().Be(double.NaN);
        none.Interval().Contains(0).Should().BeFalse();
        MeanEstimate hidden = MeanEstimate.Of<T>([T.NaN, T.PositiveInfinity], [T.Zero, T.Zero]);
        hidden.Count.Should().Be(2);
        hidden.Mean.Should().Be(double.NaN);
        T little = T.CreateTruncating(0.1);
        MeanEstimate one = MeanEstimate.Of<T>([T.CreateTruncating(3), T.NaN], [little, T.Zero]) + hidden;
        one.Mean.Should().BeApproximately(3, 1e-15);
        one.StandardError.Should().Be(double.NaN);
        one.Interval().Low.Should().Be(double.NaN);
        one.Count.Should().Be(4);
    }

    [Fact]
    public void Equal_numbers_are_certain()
    {
        T number = T.CreateTruncating(1e20);
        MeanEstimate estimate = MeanEstimate.Of<T>([number, number, number]) + MeanEstimate.Of<T>([number, number]);
        double exact = double.CreateTruncating(number);
        estimate.Interval().Should().Be(new ConfidenceInterval(exact, exact, 0.95));
        MeanEstimate zeros = MeanEstimate.Of<T>([T.Zero, T.Zero]);
        zeros.StandardError.Should().Be(0);
    }

    [Fact]
    public void NaN_and_infinities_that_count_are_seen()
    {
        foreach (T number in (T[])[T.NaN, T.PositiveInfinity])
        {
            MeanEstimate estimate = MeanEstimate.Of<T>([T.One, number]) + MeanEstimate.Of<T>([T.One]);
            double.IsFinite(estimate.Mean).Should().BeFalse();
            estimate.StandardError.Should().Be(double.NaN);
            JsonSerializer.Deserialize<MeanEstimate>(JsonSerializer.Serialize(estimate)).Should().Be(estimate);
        }
    }

    [Fact]
    public void Mistakes_are_named()
    {
        T[] two = [T.One, T.One];
        ((Action)(() => MeanEstimate.Of<T>(two, [T.One]))).Should().Throw<ArgumentException>()
            .WithMessage("'weights' has 1 entries, but 'numbers' has 2*");
        ((Action)(() => MeanEstimate.Of<T>(two, [T.One, -T.One]))).Should().Throw<ArgumentException>()
            .WithMessage("weights[1] is -1: must be a finite number of at least 0*");
        ((Action)(() => MeanEstimate.Of<T>(two).Interval(1))).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("'confidence' must be strictly between 0 and 1*");
        ((Action)(() => _ = new MeanEstimate(new MeanState { Count = -1 }))).Should().Throw<ArgumentException>()
            .WithMessage("'state' is MeanState*");
        MeanEstimate full = new(MeanEstimate.Of<T>(two).State with { Count = long.MaxValue });
        ((Action)(() => _ = full + full)).Should().Throw<OverflowException>();
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        T[] numbers = Draw(2000, () => 1);
        Allocations.Of(() => MeanEstimate.Of<T>(numbers, numbers)).Should().Be(0);
    }

    private static (double Mean, double Error, double Effective) Plain(T[] numbers, T[] weights)
    {
        double[] x = [.. numbers.Select(double.CreateTruncating)];
        double[] w = weights.Length == 0 ? [.. x.Select(_ => 1.0)] : [.. weights.Select(double.CreateTruncating)];
        double total = w.Sum();
        double mean = x.Zip(w, (a, b) => a * b).Sum() / total;
        double squares = w.Sum(b => b * b);
        double spread = x.Zip(w, (a, b) => b * b * (a - mean) * (a - mean)).Sum();
        double effective = total * total / squares;
        return (mean, Math.Sqrt(spread / (total * total) * effective / (effective - 1)), effective);
    }

    private static T[] Draw(int length, Func<double> next) =>
        [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(next()))];
}
