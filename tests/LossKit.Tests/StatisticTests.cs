using FsCheck;
using FsCheck.Fluent;

namespace LossKit.Tests;

/// <summary>Weighted means and quantiles.</summary>
public sealed class StatisticTests
{
    [Fact]
    public void Integral_weights_are_repetitions()
    {
        Prop.ForAll<int, PositiveInt>((seed, size) =>
        {
            Random random = new(seed);
            int length = 1 + size.Get % 20;
            double[] numbers = [.. Enumerable.Range(0, length).Select(_ => random.Next(10) / 4.0)];
            double[] weights = [1, .. Enumerable.Range(1, length - 1).Select(_ => (double)random.Next(4))];
            double[] repeated =
                [.. numbers.Zip(weights).SelectMany(pair => Enumerable.Repeat(pair.First, (int)pair.Second))];
            double q = (1 + random.Next(15)) / 16.0;
            return Statistic.Mean.Of<double>(numbers, weights) == repeated.Sum() / repeated.Length
                && Statistic.Quantile(q).Of<double>(numbers, weights) == Statistic.Quantile(q).Of<double>(repeated)
                && Statistic.Quantile(q).Of<double>(repeated) == Definition(repeated, q);
        }).QuickCheckThrowOnFailure();

        // numpy's "averaged_inverted_cdf".
        static double Definition(double[] numbers, double q)
        {
            double[] sorted = [.. numbers.Order()];
            double rank = q * sorted.Length;
            int above = (int)Math.Floor(rank);
            return rank == above ? (sorted[above - 1] + sorted[above]) / 2 : sorted[above];
        }
    }

    [Fact]
    public void The_median_of_an_even_count_is_in_the_middle()
    {
        Statistic.Median.Of<float>([5, 1, 2, 100]).Should().Be(3.5);
        Statistic.Median.Of<float>([5, 1, 100]).Should().Be(5);
        Statistic.Median.ToString().Should().Be("median");
        Statistic.Quantile(0.9).Name.Should().Be("quantile 0.9");
    }

    [Fact]
    public void NaN_and_nothing_have_no_statistic()
    {
        foreach (Statistic statistic in new[] { Statistic.Mean, Statistic.Median, Statistic.Quantile(0.2) })
        {
            statistic.Of<double>([]).Should().Be(double.NaN);
            statistic.Of<double>([1, 2], [0, 0]).Should().Be(double.NaN);
            statistic.Of<double>([1, double.NaN, 2]).Should().Be(double.NaN);
            ((Action)(() => statistic.Of<double>([1, 2], [1]))).Should().Throw<ArgumentException>()
                .Which.ParamName.Should().Be("weights");
            ((Action)(() => statistic.Of<double>([1, 2], [1, double.NaN]))).Should().Throw<ArgumentException>()
                .WithMessage("weights[1] is NaN*");
        }

        ((Action)(() => Statistic.Quantile(1))).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Infinities_are_numbers_of_a_quantile() =>
        Statistic.Median.Of<double>([double.NegativeInfinity, 1, double.PositiveInfinity]).Should().Be(1);
}
