using System.Numerics;
using System.Text.Json;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleTemperatureScalingTests : TemperatureScalingTests<float>;

public sealed class DoubleTemperatureScalingTests : TemperatureScalingTests<double>;

/// <summary>The temperature is where the slope of a plain cross-entropy changes its sign.</summary>
public abstract class TemperatureScalingTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_logits_it_has_the_least_cross_entropy(bool weighted)
    {
        Random random = new(1);
        T[] logits = Draw(300, () => 6 * random.NextDouble() - 2);
        T[] targets = [.. logits.Select(z => Target(z))];
        T[] weights = weighted ? Draw(300, () => random.Next(3)) : [];
        double fitted = TemperatureScaling.Fit<T>(logits, targets, weights).Temperature;
        Zero(fitted, t =>
        {
            double sum = 0;
            for (int i = 0; i < 300; i++)
            {
                double z = ToDouble(logits[i]);
                double w = weighted ? ToDouble(weights[i]) : 1;
                sum += w * z * (1 / (1 + Math.Exp(-z / t)) - ToDouble(targets[i]));
            }

            return sum;
        });

        T Target(T z) => T.CreateTruncating(random.Next(9) == 0
            ? 0.25
            : random.NextDouble() < 1 / (1 + Math.Exp(-ToDouble(z) / 2.5)) ? 1.0 : 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_rows_it_has_the_least_cross_entropy(bool weighted)
    {
        Random random = new(2);
        const int Rows = 200;
        T[] logits = Draw(4 * Rows, () => 3 * DoubleMeanEstimateTests.Normal(random));
        logits[1] = T.NegativeInfinity;
        int[] labels =
            [.. Enumerable.Range(0, Rows).Select(r => Sample(logits.AsSpan(4 * r, 4).ToArray(), 1.7, random))];
        T[] weights = weighted ? Draw(Rows, () => random.Next(3)) : [];
        double fitted = TemperatureScaling.Fit<T>(logits, labels, 4, weights).Temperature;
        fitted.Should().BeInRange(1.2, 2.4);
        Zero(fitted, t =>
        {
            double sum = 0;
            for (int row = 0; row < Rows; row++)
            {
                double[] z = [.. logits.AsSpan(4 * row, 4).ToArray().Select(ToDouble)];
                double[] e = [.. z.Select(x => Math.Exp(x / t))];
                double mean = z.Zip(e, (a, b) => b == 0 ? 0 : a * b).Sum() / e.Sum();
                sum += (weighted ? ToDouble(weights[row]) : 1) * (mean - z[labels[row]]);
            }

            return sum;
        });
    }

    [Fact]
    public void It_finds_the_temperature_that_examples_were_made_with()
    {
        Random random = new(3);
        T[] logits = Draw(40_000, () => 8 * DoubleMeanEstimateTests.Normal(random));
        T[] targets =
            [.. logits.Select(z => random.NextDouble() < 1 / (1 + Math.Exp(-ToDouble(z) / 4)) ? T.One : T.Zero)];
        TemperatureScaling.Fit<T>(logits, targets).Temperature.Should().BeApproximately(4, 0.15);
    }

    [Fact]
    public void Logits_and_weights_of_any_size_do()
    {
        T[] logits = Numbers(2, 1, -1, -3, 0.5);
        T[] targets = Numbers(1, 0, 0, 0, 1);
        double fitted = TemperatureScaling.Fit<T>(logits, targets).Temperature;
        int[] exponents = typeof(T) == typeof(float) ? [-100, 66, 120] : [-900, 66, 1000];
        foreach (int exponent in exponents)
        {
            T[] scaled = [.. logits.Select(z => T.ScaleB(z, exponent))];
            T[] weights = [.. logits.Select(_ => T.ScaleB(T.One, exponent))];
            double temperature = TemperatureScaling.Fit<T>(scaled, targets, weights).Temperature;
            Math.ScaleB(temperature, -exponent).Should().BeApproximately(fitted, 1e-12 * fitted);
        }

        // Two classes' logits are one, by their difference.
        T[] rows = [.. logits.SelectMany(z => new[] { T.Zero, z })];
        TemperatureScaling.Fit<T>(rows, [1, 0, 0, 0, 1], 2).Temperature.Should()
            .BeApproximately(fitted, 1e-12 * fitted);
    }

    [Fact]
    public void What_has_no_weight_is_hidden()
    {
        T[] logits = Numbers(2, 1, -1, -3, 0.5, double.NaN);
        T[] targets = Numbers(1, 0, 0, 0, 1, double.NaN);
        T[] weights = Numbers(1, 1, 1, 1, 1, 0);
        TemperatureScaling.Fit<T>(logits, targets, weights).Should()
            .Be(TemperatureScaling.Fit<T>(logits.AsSpan(..5), targets.AsSpan(..5)));
    }

    [Fact]
    public void Logits_are_divided()
    {
        TemperatureScaling scaling = new(4);
        T[] logits = Numbers(-8, 0, 1, double.PositiveInfinity);
        T[] scaled = new T[4];
        scaling.Apply<T>(logits, scaled);
        scaled.Should().Equal(Numbers(-2, 0, 0.25, double.PositiveInfinity));
        scaling.Apply<T>(logits, logits);
        logits.Should().Equal(scaled);
        JsonSerializer.Deserialize<TemperatureScaling>(JsonSerializer.Serialize(scaling)).Should().Be(scaling);
        ((Action)(() => scaling.Apply<T>(logits, scaled.AsSpan(1)))).Should().Throw<ArgumentException>()
            .WithMessage("'scaled' has 3 entries, but 'logits' has 4*");
        ((Action)(() => scaling.Apply<T>(logits.AsSpan(1), logits.AsSpan(0, 3)))).Should().Throw<ArgumentException>()
            .WithMessage("'scaled' overlaps 'logits'*");
    }

    [Fact]
    public void Mistakes_and_what_has_no_temperature_are_named()
    {
        T half = T.CreateTruncating(0.5);
        Refused("'logits' has no example with a weight*", () => TemperatureScaling.Fit<T>([], []));
        Refused("'logits' has no example with a weight*", () => TemperatureScaling.Fit<T>([half], [half], [T.Zero]));
        Refused("'logits' are right of every example*",
            () => TemperatureScaling.Fit<T>([half, -half], [T.One, T.Zero]));
        Refused("'logits' are right of every example*", () => TemperatureScaling.Fit<T>([half, T.Zero], [0], 2));
        Refused("'logits' are no better than chance*", () => TemperatureScaling.Fit<T>([half, -half], [T.Zero, T.One]));
        Refused("'logits' are no better than chance*",
            () => TemperatureScaling.Fit<T>([T.Zero, T.Zero], [T.Zero, T.One]));
        Refused("'targets' has 1 entries, but 'logits' has 2*", () => TemperatureScaling.Fit<T>([half, half], [half]));
        Refused("targets[0] is 2: must be a number in [0, 1]*", () => TemperatureScaling.Fit<T>([half], Numbers(2)));
        Refused("logits[1] is NaN: must be a finite number*",
            () => TemperatureScaling.Fit<T>([half, T.NaN], [half, half]));
        Refused("'logits' masks the label of row 0*",
            () => TemperatureScaling.Fit<T>([T.NegativeInfinity, half], [0], 2));
        Refused("labels[0] is -1: must be a class from 0 to 1*",
            () => TemperatureScaling.Fit<T>([half, half], [-1], 2));
        Refused("weights[0] is NaN: must be*", () => TemperatureScaling.Fit<T>([half], [half], [T.NaN]));
        foreach (double temperature in (double[])[0, -1, double.NaN, double.PositiveInfinity])
        {
            Refused("'temperature' must be positive and finite*", () => new TemperatureScaling(temperature));
        }

        static void Refused(string message, Func<TemperatureScaling> call) =>
            ((Action)(() => call())).Should().Throw<ArgumentException>().WithMessage(message);
    }

    /// <summary>The slope in T is negative just above and positive just below: the cross-entropy is least
    /// between.</summary>
    private static void Zero(double temperature, Func<double, double> slopeInInverse)
    {
        slopeInInverse(temperature * (1 + 1e-10)).Should().BeLessThan(0);
        slopeInInverse(temperature * (1 - 1e-10)).Should().BeGreaterThan(0);
    }

    private static int Sample(T[] logits, double temperature, Random random)
    {
        double[] e = [.. logits.Select(z => Math.Exp(ToDouble(z) / temperature))];
        double left = random.NextDouble() * e.Sum();
        int label = 0;
        while (label < e.Length - 1 && (left -= e[label]) > 0)
        {
            label++;
        }

        return label;
    }

    private static double ToDouble(T number) => double.CreateTruncating(number);

    private static T[] Draw(int length, Func<double> next) =>
        [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(next()))];

    private static T[] Numbers(params double[] numbers) => [.. numbers.Select(T.CreateTruncating)];
}
