using System.Numerics;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleIsotonicRegressionTests : IsotonicRegressionTests<float>;

public sealed class DoubleIsotonicRegressionTests : IsotonicRegressionTests<double>;

/// <summary>The fit is the largest of means from before to the smallest of means to after.</summary>
public abstract class IsotonicRegressionTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    [Fact]
    public void It_is_the_one_of_least_squared_error()
    {
        Prop.ForAll<int, PositiveInt, bool>((seed, size, weighted) =>
        {
            Random random = new(seed);
            int length = 1 + size.Get % 40;
            T[] scores = Draw(length, () => random.Next(15) / 3.0 - 2);
            T[] targets = Draw(length, () => random.Next(2) == 0 ? random.Next(2) : random.NextDouble());
            T[] weights = weighted ? Draw(length, () => 1 + random.Next(3)) : [];
            IsotonicRegression linear = IsotonicRegression.Fit<T>(scores, targets, weights);
            IsotonicRegression step = IsotonicRegression.Fit<T>(scores, targets, weights, IsotonicInterpolation.Step);
            foreach ((double score, double value) in Oracle(scores, targets, weights))
            {
                linear.Apply(score).Should().BeApproximately(value, 1e-13);
                step.Apply(score).Should().BeApproximately(value, 1e-13);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Between_scores_it_is_a_line_or_a_step()
    {
        // scikit-learn 1.5: IsotonicRegression(out_of_bounds="clip").fit([1, 2, 3, 4, 6], [0, 1, 0, 1, 1]).
        T[] scores = Numbers(6, 1, 3, 2, 4);
        T[] targets = Numbers(1, 0, 0, 1, 1);
        IsotonicRegression linear = IsotonicRegression.Fit<T>(scores, targets);
        linear.Scores.Should().Equal(1, 2, 3, 4, 6);
        linear.Values.Should().Equal(0, 0.5, 0.5, 1, 1);
        T[] at = Numbers(-5, 1, 1.5, 2.5, 3.25, 5, 9, double.NegativeInfinity, double.PositiveInfinity, double.NaN);
        T[] values = new T[at.Length];
        linear.Apply<T>(at, values);
        values.Should().Equal(Numbers(0, 0, 0.25, 0.5, 0.625, 1, 1, 0, 1, double.NaN));

        IsotonicRegression step = IsotonicRegression.Fit<T>(scores, targets, default, IsotonicInterpolation.Step);
        step.Scores.Should().Equal(1, 2, 4);
        step.Apply<T>(at, at);
        at.Should().Equal(Numbers(0, 0, 0, 0.5, 0.5, 1, 1, 0, 1, double.NaN));
    }

    [Fact]
    public void It_never_falls_and_calibrates()
    {
        Random random = new(4);
        T[] scores = Draw(4000, () => 10 * random.NextDouble() - 5);
        T[] targets = [.. scores.Select(z => random.NextDouble() < Math.Pow(Sigmoid(z), 3) ? T.One : T.Zero)];
        IsotonicRegression fitted = IsotonicRegression.Fit<T>(scores, targets);
        T[] values = new T[4000];
        T[] sorted = [.. scores.Order()];
        fitted.Apply<T>(sorted, values);
        values.Should().BeInAscendingOrder();
        (values[0] >= T.Zero && values[^1] <= T.One).Should().BeTrue();
        fitted.Apply<T>(scores, values);
        Error(values).Should().BeLessThan(1e-6, "the fit is right on average wherever it is constant");
        Error([.. scores.Select(z => T.CreateTruncating(Sigmoid(z)))]).Should().BeGreaterThan(0.05);

        static double Sigmoid(T z) => 1 / (1 + Math.Exp(-double.CreateTruncating(z)));

        double Error(T[] probabilities)
        {
            CalibrationAggregator aggregator = new(10);
            aggregator.AddProbabilities<T>(probabilities, targets);
            return aggregator.Table().ExpectedCalibrationError;
        }
    }

    [Fact]
    public void It_is_fast_where_all_is_pooled()
    {
        T[] scores = Draw(200_000, new Func<Func<double>>(() => { double at = 0; return () => at++; })());
        T[] targets = [.. scores.Select(score => -score)];
        IsotonicRegression fitted = IsotonicRegression.Fit<T>(scores, targets);
        fitted.Scores.Should().HaveCount(2);
        fitted.Values[0].Should().BeApproximately(-99_999.5, 1e-6);
    }

    [Fact]
    public void Numbers_and_weights_of_any_size_do()
    {
        foreach (double unit in typeof(T) == typeof(float) ? (double[])[1e-30, 1e20, 1e37] : [1e-290, 1e20, 1e305])
        {
            T[] targets = Numbers(unit, 4 * unit, 2 * unit, -unit, 9 * unit);
            T[] weights = Numbers(unit, unit, unit, unit, unit);
            IsotonicRegression fitted = IsotonicRegression.Fit<T>(Numbers(1, 2, 3, 4, 5), targets, weights);
            fitted.Values[0].Should().BeApproximately(unit, 1e-6 * unit);
            fitted.Values[1].Should().BeApproximately(5 * unit / 3, 1e-6 * unit);
            fitted.Values[^1].Should().BeApproximately(9 * unit, 1e-6 * unit);
        }

        double far = typeof(T) == typeof(float) ? float.MaxValue : double.MaxValue;
        IsotonicRegression.Fit<T>(Numbers(-far, far), Numbers(0, 1)).Apply(0).Should().Be(0.5);
    }

    [Fact]
    public void What_has_no_weight_is_hidden()
    {
        IsotonicRegression fitted = IsotonicRegression.Fit<T>(
            [T.NaN, .. Numbers(1, 2)], [T.PositiveInfinity, .. Numbers(3, 4)], Numbers(0, 1, 1));
        fitted.Scores.Should().Equal(1, 2);
        fitted.Values.Should().Equal(3, 4);
    }

    [Fact]
    public void It_is_read_back()
    {
        IsotonicRegression fitted = IsotonicRegression.Fit<T>(
            Numbers(1, 2, 3), Numbers(0, 0.1, 0.7), default, IsotonicInterpolation.Step);
        IsotonicRegression read = JsonSerializer.Deserialize<IsotonicRegression>(JsonSerializer.Serialize(fitted))!;
        read.Scores.Should().Equal(fitted.Scores);
        read.Values.Should().Equal(fitted.Values);
        read.Interpolation.Should().Be(IsotonicInterpolation.Step);
    }

    [Fact]
    public void Mistakes_are_named()
    {
        T one = T.One;
        Refused("'scores' has no example with a weight*", () => IsotonicRegression.Fit<T>([], []));
        Refused("'scores' has no example with a weight*", () => IsotonicRegression.Fit<T>([one], [one], [T.Zero]));
        Refused("'targets' has 2 entries, but 'scores' has 1*", () => IsotonicRegression.Fit<T>([one], [one, one]));
        Refused("scores[0] is NaN: must be a finite number*", () => IsotonicRegression.Fit<T>([T.NaN], [one]));
        Refused("targets[1] is Infinity: must be*",
            () => IsotonicRegression.Fit<T>([one, one], [one, T.PositiveInfinity]));
        Refused("weights[0] is -1: must be*", () => IsotonicRegression.Fit<T>([one], [one], [-one]));
        Refused("*Expected Linear or Step*",
            () => IsotonicRegression.Fit<T>([one], [one], default, (IsotonicInterpolation)5));
        Refused("'scores' is empty*", () => new([], []));
        Refused("'values' has 1 entries, but 'scores' has 2*", () => new([1, 2], [1]));
        Refused("scores[1] is 1: must be above the one before, 1*", () => new([1, 1], [1, 2]));
        Refused("values[1] is 1: must be at least the one before, 2*", () => new([1, 2], [2, 1]));
        Refused("values[0] is NaN: must be a finite number*", () => new([1], [double.NaN]));
        T[] buffer = Numbers(1, 2, 3);
        Refused("'values' overlaps 'scores'*", () =>
        {
            IsotonicRegression fitted = new([1], [1]);
            fitted.Apply<T>(buffer.AsSpan(1), buffer.AsSpan(0, 2));
            return fitted;
        });

        static void Refused(string message, Func<IsotonicRegression> call) =>
            ((Action)(() => call())).Should().Throw<ArgumentException>().WithMessage(message);
    }

    /// <summary>max over starts up to a score of min over ends from it on of the weighted mean between.</summary>
    private static IEnumerable<(double Score, double Value)> Oracle(T[] scores, T[] targets, T[] weights)
    {
        (double S, double W, double Y)[] groups =
        [
            .. Enumerable.Range(0, scores.Length)
                .Select(i => (S: double.CreateTruncating(scores[i]), Y: double.CreateTruncating(targets[i]),
                    W: weights.Length == 0 ? 1 : double.CreateTruncating(weights[i])))
                .GroupBy(e => e.S).OrderBy(g => g.Key)
                .Select(g => (g.Key, g.Sum(e => e.W), g.Sum(e => e.W * e.Y))),
        ];
        for (int i = 0; i < groups.Length; i++)
        {
            double value = Enumerable.Range(0, i + 1).Max(from => Enumerable.Range(i, groups.Length - i).Min(to =>
                groups[from..(to + 1)].Sum(g => g.Y) / groups[from..(to + 1)].Sum(g => g.W)));
            yield return (groups[i].S, value);
        }
    }

    private static T[] Draw(int length, Func<double> next) =>
        [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(next()))];

    private static T[] Numbers(params double[] numbers) => [.. numbers.Select(T.CreateTruncating)];
}
