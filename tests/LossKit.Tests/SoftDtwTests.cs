using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>Soft-DTW against the sum over every alignment there is.</summary>
[Trait("Category", "Kernels")]
public sealed class SoftDtwTests
{
    [Fact]
    public void Agrees_with_the_sum_over_all_alignments()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            Random random = new(seed);
            int dimension = 1 + seed % 3;
            double gamma = Math.Pow(10, seed % 4 - 2);
            int[] firstLengths = [1 + seed % 5, 3, 1];
            int[] secondLengths = [1 + seed / 5 % 6, 3, 4];
            double[] first = Numbers(random, firstLengths.Sum() * dimension);
            double[] second = Numbers(random, secondLengths.Sum() * dimension);
            double[] weights = [0.5, 1.5, 0.75];
            double[] ofFirst = new double[first.Length];
            double[] ofSecond = new double[second.Length];
            double[] losses = new double[3];
            SoftDtwLoss<double> loss = Loss.SoftDtw<double>(dimension, gamma);
            SeriesPairs<double> batch = new()
            {
                First = first,
                Second = second,
                FirstLengths = firstLengths,
                SecondLengths = secondLengths,
            };
            loss.ValueAndGradient(batch, new() { First = ofFirst, Second = ofSecond }, weights, Reduction.Sum);
            loss.PerExample(batch, losses);
            double[] firstSlopes = new double[first.Length];
            double[] secondSlopes = new double[second.Length];
            for (int k = 0, i = 0, j = 0; k < 3; i += firstLengths[k], j += secondLengths[k], k++)
            {
                int a = i * dimension;
                int b = j * dimension;
                double expected = ByDefinition(
                    first.AsSpan(a, firstLengths[k] * dimension).ToArray(),
                    second.AsSpan(b, secondLengths[k] * dimension).ToArray(),
                    dimension,
                    gamma,
                    weights[k],
                    firstSlopes.AsSpan(a),
                    secondSlopes.AsSpan(b));
                losses[k].Should().BeApproximately(expected, 1e-12 * Math.Max(1, Math.Abs(expected)));
            }

            ofFirst.Should().Equal(firstSlopes, (left, right) => Math.Abs(left - right) < 1e-10);
            ofSecond.Should().Equal(secondSlopes, (left, right) => Math.Abs(left - right) < 1e-10);

            // The gradient of one series alone is the same.
            double[] alone = new double[second.Length];
            loss.ValueAndGradient(batch, new() { Second = alone }, weights, Reduction.Sum);
            alone.Should().Equal(ofSecond);
        }
    }

    [Theory]
    [InlineData(70, 41, 2, 0.3)]
    [InlineData(17, 90, 1, 5)]
    public void Agrees_with_logarithms_at_length(int rows, int columns, int dimension, double gamma)
    {
        Random random = new(rows);
        float[] first = Array.ConvertAll(Numbers(random, rows * dimension), x => (float)x);
        float[] second = Array.ConvertAll(Numbers(random, columns * dimension), x => (float)x);
        double Cost(int i, int j) => Enumerable.Range(0, dimension).Sum(
            k => Math.Pow((double)first[i * dimension + k] - second[j * dimension + k], 2));
        double[,] r = new double[rows + 1, columns + 1];
        double[,] e = new double[rows + 2, columns + 2];
        for (int i = 0; i <= rows; i++)
        {
            for (int j = 0; j <= columns; j++)
            {
                r[i, j] = i == 0 && j == 0 ? 0 : i == 0 || j == 0 ? double.PositiveInfinity
                    : Cost(i - 1, j - 1) + SoftMin(gamma, r[i - 1, j], r[i, j - 1], r[i - 1, j - 1]);
            }
        }

        e[rows, columns] = 1;
        for (int i = rows; i > 0; i--)
        {
            for (int j = columns; j > 0; j--)
            {
                foreach ((int down, int right) in new[] { (1, 0), (0, 1), (1, 1) })
                {
                    if (i + down <= rows && j + right <= columns)
                    {
                        e[i, j] += e[i + down, j + right] * Math.Exp(
                            (r[i + down, j + right] - r[i, j] - Cost(i + down - 1, j + right - 1)) / gamma);
                    }
                }
            }
        }

        float[] ofFirst = new float[first.Length];
        Loss.SoftDtw<float>(dimension, gamma).ValueAndGradient(
            new() { First = first, Second = second, FirstLengths = [rows], SecondLengths = [columns] },
            new() { First = ofFirst })
            .Sum.Should().BeApproximately(r[rows, columns], 1e-11 * Math.Abs(r[rows, columns]));
        for (int i = 0; i < ofFirst.Length; i++)
        {
            double slope = Enumerable.Range(0, columns).Sum(
                j => e[i / dimension + 1, j + 1] * 2 * (first[i] - second[j * dimension + i % dimension]));
            ofFirst[i].Should().BeApproximately((float)slope, 1e-6f * (1 + Math.Abs((float)slope)));
        }
    }

    [Theory]
    [InlineData(1e4)]
    [InlineData(1e20)]
    public void Points_may_be_of_any_size(double size)
    {
        // All alignments put together points that are apart by the size, and some do so once.
        float[] ofFirst = new float[2];
        float[] ofSecond = new float[2];
        Cost cost = Loss.SoftDtw<float>().ValueAndGradient(
            new() { First = [0, (float)size], Second = [0, 0], FirstLengths = [2], SecondLengths = [2] },
            new() { First = ofFirst, Second = ofSecond });
        cost.Sum.Should().BeApproximately(size * size, 1e-6 * size * size);
        ofFirst[1].Should().BeApproximately((float)(2 * size), (float)(1e-6 * size));
        ofSecond[1].Should().BeApproximately((float)(-2 * size), (float)(1e-6 * size));
    }

    [Fact]
    public void A_NaN_stays_in_its_pair_and_weights_of_0_hide_it()
    {
        double[] first = [1, 2, double.NaN, 4, 5];
        double[] second = [1, 2, 3, 4, 5, 6];
        double[] ofFirst = new double[5];
        double[] ofSecond = new double[6];
        double[] losses = new double[3];
        Run(default).Mean.Should().Be(double.NaN);
        ofFirst.Select(double.IsNaN).Should().Equal([false, false, true, true, false]);
        ofSecond.Select(double.IsNaN).Should().Equal([false, true, true, false, false, false]);
        Loss.SoftDtw<double>().PerExample(Batch(), losses);
        losses.Select(double.IsNaN).Should().Equal([false, true, false]);
        double.IsFinite(Run([1, 0, 1]).Mean).Should().BeTrue();
        ofFirst[2..4].Concat(ofSecond[1..3]).Should().OnlyContain(slope => slope == 0);
        Run([0, 0, 0]).Mean.Should().Be(double.NaN);
        ofFirst.Concat(ofSecond).Should().OnlyContain(slope => slope == 0);

        Cost Run(ReadOnlySpan<double> weights) => Loss.SoftDtw<double>().ValueAndGradient(
            Batch(), new() { First = ofFirst, Second = ofSecond }, weights);

        SeriesPairs<double> Batch() => new()
        {
            First = first,
            Second = second,
            FirstLengths = [2, 2, 1],
            SecondLengths = [1, 2, 3],
        };
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    public void Weights_that_have_no_mean_leave_nothing_as_it_was(double weight)
    {
        double[] ofFirst = [7, 7];
        double[] ofSecond = [7, 7, 7];
        Loss.SoftDtw<double>().ValueAndGradient(
            new() { First = [1, 2], Second = [1, 2, 4], FirstLengths = [1, 1], SecondLengths = [2, 1] },
            new() { First = ofFirst, Second = ofSecond },
            [weight, 0]);
        ofFirst.Should().Equal(double.NaN, 0);
        ofSecond.Should().Equal(double.NaN, double.NaN, 0);
    }

    [Fact]
    public void Nothing_aligns_with_no_points_but_no_points()
    {
        double[] losses = new double[3];
        double[] ofFirst = [7, 7];
        SeriesPairs<double> batch = new()
        {
            First = new double[2],
            Second = new double[1],
            FirstLengths = [0, 2, 0],
            SecondLengths = [0, 0, 1],
        };
        Loss.SoftDtw<double>().PerExample(batch, losses);
        losses.Should().Equal([0, double.PositiveInfinity, double.PositiveInfinity]);
        Loss.SoftDtw<double>().ValueAndGradient(batch, new() { First = ofFirst });
        ofFirst.Should().Equal([0, 0]);
        double.IsNaN(Loss.SoftDtw<double>().Value(
            new() { First = [], Second = [], FirstLengths = [], SecondLengths = [] }).Mean).Should().BeTrue();
    }

    [Fact]
    public void Threads_change_no_bit_and_calls_allocate_nothing()
    {
        Random random = new(3);
        int[] lengths = [.. Enumerable.Range(0, 40).Select(_ => random.Next(20, 100))];
        int[] others = [.. Enumerable.Range(0, 40).Select(_ => random.Next(20, 100))];
        double[] first = Numbers(random, 2 * lengths.Sum());
        double[] second = Numbers(random, 2 * others.Sum());
        double[] ofFirst = new double[first.Length];
        double[] ofSecond = new double[second.Length];
        SoftDtwLoss<double> loss = Loss.SoftDtw<double>(2);
        Cost cost = Run(loss);
        double[] expected = [.. ofFirst, .. ofSecond];
        Run(loss.InParallel(3)).Should().Be(cost);
        ofFirst.Concat(ofSecond).Should().Equal(expected);
        Allocations.Of(() => Run(loss)).Should().Be(0);

        Cost Run(SoftDtwLoss<double> loss) => loss.ValueAndGradient(
            new() { First = first, Second = second, FirstLengths = lengths, SecondLengths = others },
            new() { First = ofFirst, Second = ofSecond });
    }

    [Fact]
    public void Nothing_is_written_before_everything_is_checked()
    {
        double[] into = [7, 7, 7, 7];
        double[] points = new double[4];
        foreach ((Action call, string parameter) in new (Action, string)[]
        {
            (() => Call(3, [2], [2]), "first"),
            (() => Call(4, [3], [2]), "firstLengths"),
            (() => Call(4, [2], [1]), "secondLengths"),
            (() => Call(4, [2], [1, 1]), "secondLengths"),
            (() => Call(4, [-1, 3], [1, 1]), "firstLengths"),
            (() => Call(4, [2], [2], [1, 2]), "weights"),
            (() => Call(4, [2], [2], gradient: into[..2]), "gradients.First"),
            (() => Call(4, [2], [2], gradient: points), "gradients.First"),
            (() => Loss.SoftDtw<double>(0), "dimension"),
            (() => Loss.SoftDtw<double>(1, 0), "gamma"),
        })
        {
            call.Should().Throw<ArgumentException>().Which.ParamName.Should().Be(parameter);
        }

        into.Should().OnlyContain(slope => slope == 7);

        void Call(int length, int[] firsts, int[] seconds, double[]? weights = null, double[]? gradient = null) =>
            Loss.SoftDtw<double>(2).ValueAndGradient(
                new()
                {
                    First = points.AsSpan(0, length),
                    Second = points,
                    FirstLengths = firsts,
                    SecondLengths = seconds,
                },
                new() { First = gradient ?? into },
                weights);
    }

    private static double[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => 4 * random.NextDouble() - 2)];

    private static double SoftMin(double gamma, params double[] numbers)
    {
        double least = numbers.Min();
        return double.IsInfinity(least)
            ? least
            : least - gamma * Math.Log(numbers.Sum(x => Math.Exp((least - x) / gamma)));
    }

    private static double ByDefinition(
        double[] first,
        double[] second,
        int dimension,
        double gamma,
        double weight,
        Span<double> firstSlopes,
        Span<double> secondSlopes)
    {
        int rows = first.Length / dimension;
        int columns = second.Length / dimension;
        List<(double Cost, (int I, int J)[] Cells)> all = [];
        Walk(0, 0, 0, []);
        double least = all.Min(path => path.Cost);
        double sum = all.Sum(path => Math.Exp((least - path.Cost) / gamma));
        foreach ((double cost, (int I, int J)[] cells) in all)
        {
            double share = weight * Math.Exp((least - cost) / gamma) / sum;
            foreach ((int i, int j) in cells)
            {
                for (int k = 0; k < dimension; k++)
                {
                    double slope = share * 2 * (first[i * dimension + k] - second[j * dimension + k]);
                    firstSlopes[i * dimension + k] += slope;
                    secondSlopes[j * dimension + k] -= slope;
                }
            }
        }

        return least - gamma * Math.Log(sum);

        void Walk(int i, int j, double cost, (int I, int J)[] cells)
        {
            if (i >= rows || j >= columns)
            {
                return;
            }

            cells = [.. cells, (i, j)];
            cost += Enumerable.Range(0, dimension).Sum(
                k => Math.Pow(first[i * dimension + k] - second[j * dimension + k], 2));
            if (i == rows - 1 && j == columns - 1)
            {
                all.Add((cost, cells));
                return;
            }

            Walk(i + 1, j, cost, cells);
            Walk(i, j + 1, cost, cells);
            Walk(i + 1, j + 1, cost, cells);
        }
    }
}
