using System.Numerics;
using LossKit.Internals;

namespace LossKit.Tests;

/// <summary>Tails and quantiles are those of mpmath 1.3 (40 digits) and of exact sums.</summary>
public sealed class DistributionsTests
{
    [Theory]
    [InlineData(0.4, 0.2533471031357998)]
    [InlineData(0.05, 1.6448536269514727)]
    [InlineData(0.025, 1.9599639845400542)]
    [InlineData(0.005, 2.5758293035489008)]
    [InlineData(1e-6, 4.7534243088228989)]
    [InlineData(1e-15, 7.9413453261709968)]
    public void Normal_quantiles_are_exact(double tail, double expected) =>
        Distributions.NormalQuantile(tail).Should().BeApproximately(expected, 2e-15 * expected);

    [Theory]
    [InlineData(0.025, 0.5, 164.55767348048853)]
    [InlineData(0.0005, 0.5, 411396.46252617139)]
    [InlineData(0.4, 0.5, 0.39797542678479069)]
    [InlineData(0.025, 1, 12.706204736174705)]
    [InlineData(0.0005, 1, 636.61924876871962)]
    [InlineData(0.4, 1, 0.32491969623290633)]
    [InlineData(0.025, 2, 4.3026527297494639)]
    [InlineData(0.0005, 2, 31.599054576443621)]
    [InlineData(0.025, 3.7, 2.8675207071911895)]
    [InlineData(0.0005, 3.7, 9.474240137124373)]
    [InlineData(0.025, 10, 2.2281388519862747)]
    [InlineData(0.0005, 10, 4.5868938587026359)]
    [InlineData(0.4, 10, 0.26018482949208024)]
    [InlineData(0.025, 29, 2.0452296421327043)]
    [InlineData(0.0005, 29, 3.6594050194663329)]
    [InlineData(0.025, 1000, 1.9623390808264085)]
    [InlineData(0.0005, 1000, 3.3002826484239129)]
    [InlineData(0.4, 1000, 0.25341451583949876)]
    [InlineData(0.025, 4999.5, 1.9604385991792671)]
    [InlineData(0.025, 5000.5, 1.9604385042432446)]
    [InlineData(0.025, 999999, 1.9599663568164793)]
    [InlineData(0.0005, 999999, 3.2905364612584209)]
    [InlineData(0.025, 1000001, 1.9599663568117348)]
    [InlineData(0.0005, 1000001, 3.2905364612389614)]
    [InlineData(0.4, 1e9, 0.25334710320320183)]
    public void Student_quantiles_are_exact(double tail, double degrees, double expected) =>
        Distributions.StudentQuantile(tail, degrees).Should().BeApproximately(expected, 1e-13 * expected);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Without_degrees_of_freedom_there_is_no_quantile(double degrees) =>
        Distributions.StudentQuantile(0.025, degrees).Should().Be(double.NaN);

    [Fact]
    public void Tails_of_fair_tosses_are_exact_sums()
    {
        foreach (int tosses in (int[])[1, 2, 3, 7, 20, 61, 500, 3000])
        {
            BigInteger ways = BigInteger.One;
            BigInteger sum = BigInteger.Zero;
            for (int heads = 0; heads <= tosses; heads++)
            {
                sum += ways;
                ways = ways * (tosses - heads) / (heads + 1);
                double expected = Math.Exp(BigInteger.Log(sum) - tosses * Math.Log(2));
                double tail = Distributions.FairTail(heads, tosses);
                if (expected > 1e-280)
                {
                    tail.Should().BeApproximately(expected, 1e-12 * expected, $"{heads} of {tosses}");
                }
            }
        }

        Distributions.FairTail(0, 0).Should().Be(1);

        // By symmetry, half of what is not in the middle.
        Distributions.FairTail(499_999, 999_999).Should().BeApproximately(0.5, 1e-12);
    }
}
