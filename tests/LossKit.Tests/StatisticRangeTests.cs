using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace LossKit.Tests;

public sealed class SingleStatisticRangeTests : StatisticRangeTests<float>;

public sealed class DoubleStatisticRangeTests : StatisticRangeTests<double>;

/// <summary>Statistics do not depend on how weights are rounded, nor on their unit.</summary>
public abstract class StatisticRangeTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    [Theory]
    [InlineData("0.1")]
    [InlineData("0.3")]
    [InlineData("0.7")]
    [InlineData("0.3333333333333333333333333333")]
    [InlineData("1e-30")]
    [InlineData("1e30")]
    [InlineData("1.1")]
    public void Equal_weights_are_as_good_as_none(string weight)
    {
        for (int length = 1; length <= 60; length++)
        {
            T[] numbers = [.. Enumerable.Range(1, length).Select(i => T.CreateTruncating(i))];
            T[] weights = [.. numbers.Select(_ => T.Parse(weight, CultureInfo.InvariantCulture))];
            foreach (double q in new[] { 0.5, 0.1, 0.2, 0.3, 0.7, 0.9, 1.0 / 3, 2.0 / 3, 0.05, 0.95, 1.0 / 7 })
            {
                Statistic quantile = Statistic.Quantile(q);
                quantile.Of<T>(numbers, weights).Should().Be(quantile.Of<T>(numbers), "{0} of {1}", q, length);
            }
        }

        Statistic.Median.Of<T>(
            [.. Enumerable.Range(1, 10).Select(i => T.CreateTruncating(i))],
            [.. Enumerable.Repeat(T.Parse(weight, CultureInfo.InvariantCulture), 10)]).Should().Be(5.5);
    }

    /// <summary>By whole numbers, of which the weights and the quantile are tenths.</summary>
    [Fact]
    public void Decimal_weights_are_those_that_are_written()
    {
        Prop.ForAll<int>(seed =>
        {
            Random random = new(seed);
            int length = random.Next(1, 12);
            int[] tenths = [.. Enumerable.Range(0, length).Select(i => random.Next(i == 0 ? 1 : 0, 12))];
            T[] numbers = [.. Enumerable.Range(0, length).Select(i => T.CreateTruncating(10 * i))];
            T[] weights = [.. tenths.Select(tenth => T.Parse(
                (tenth / 10m).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))];
            int q = random.Next(1, 10);
            return Statistic.Quantile(q / 10.0).Of<T>(numbers, weights) == Definition(tenths, q);
        }).QuickCheckThrowOnFailure();

        static double Definition(int[] weights, int q)
        {
            int share = q * weights.Sum();
            int below = 0;
            for (int i = 0; ; i++)
            {
                below += weights[i];
                if (10 * below > share)
                {
                    return 10 * i;
                }

                if (10 * below == share)
                {
                    int next = i + 1;
                    while (weights[next] == 0)
                    {
                        next++;
                    }

                    while (weights[i] == 0)
                    {
                        i--;
                    }

                    return 5 * (i + next);
                }
            }
        }
    }

    [Fact]
    public void A_million_equal_weights_have_their_exact_median()
    {
        T[] numbers = [.. Enumerable.Range(0, 1_000_001).Select(i => T.CreateTruncating(i))];
        T[] weights = [.. numbers.Select(_ => T.CreateTruncating(0.1))];
        Statistic.Median.Of<T>(numbers, weights).Should().Be(500_000);
        Statistic.Median.Of<T>(numbers.AsSpan(1), weights.AsSpan(1)).Should().Be(500_000.5);
        Statistic.Median.Of<T>(numbers).Should().Be(500_000);
    }

    [Fact]
    public void Weights_of_0_hide_anything()
    {
        T nan = T.NaN;
        T[] numbers = [nan, T.One, T.PositiveInfinity, T.CreateTruncating(4), T.NegativeInfinity];
        T[] weights = [T.Zero, T.One, T.Zero, T.One, T.Zero];
        Statistic.Median.Of<T>(numbers, weights).Should().Be(2.5);
        Statistic.Mean.Of<T>(numbers, weights).Should().Be(2.5);
        Statistic.Quantile(0.1).Of<T>(numbers, weights).Should().Be(1);
        Statistic.Median.Of<T>([nan, T.One], [T.Epsilon, T.One]).Should().Be(double.NaN);
        Statistic.Mean.Of<T>([nan, T.One], [T.Epsilon, T.One]).Should().Be(double.NaN);
    }

    [Fact]
    public void The_largest_and_the_smallest_weights_count_as_any_others()
    {
        foreach (T unit in new[] { T.ScaleB(T.One, T.ILogB(T.BitDecrement(T.PositiveInfinity)) - 1), T.Epsilon })
        {
            T[] numbers = [T.One, T.CreateTruncating(3), T.CreateTruncating(8), T.CreateTruncating(9)];
            T[] weights = [unit, T.CreateTruncating(3) * unit, unit, unit];
            Statistic.Median.Of<T>(numbers, weights).Should().Be(3);
            Statistic.Quantile(2.0 / 3).Of<T>(numbers, weights).Should().Be(5.5);
            Statistic.Quantile(0.7).Of<T>(numbers, weights).Should().Be(8);
            Statistic.Mean.Of<T>(numbers, weights).Should().BeApproximately(27.0 / 6, 1e-15);
        }
    }

    [Fact]
    public void Numbers_at_the_end_of_the_range_have_a_mean_and_a_median()
    {
        T max = T.BitDecrement(T.PositiveInfinity);
        double number = double.CreateTruncating(max);
        Statistic.Mean.Of<T>([max, max]).Should().Be(number);
        Statistic.Mean.Of<T>([max, -max, max], [max, max, max]).Should().BeApproximately(number / 3, 1e-15 * number);
        Statistic.Mean.Of<T>([max, max], [T.Epsilon, T.Epsilon]).Should().Be(number);
        Statistic.Mean.Of<T>([T.Epsilon, T.Epsilon], [T.Epsilon, T.Epsilon]).Should().Be(double.CreateTruncating(T.Epsilon));
        Statistic.Median.Of<T>([max, max]).Should().Be(number);
        Statistic.Median.Of<T>([-max, max]).Should().Be(0);
        Statistic.Median.Of<T>([T.NegativeInfinity, T.One]).Should().Be(double.NegativeInfinity);
        Statistic.Median.Of<T>([T.PositiveInfinity, T.PositiveInfinity]).Should().Be(double.PositiveInfinity);
        Statistic.Median.Of<T>([T.Epsilon, T.Epsilon]).Should().Be(double.CreateTruncating(T.Epsilon));
    }
}
