using System.Runtime.CompilerServices;

namespace LossKit.Tests;

/// <summary>Batches too large for a matrix of all rows with all, which are compared block by block.</summary>
[Trait("Category", "Kernels")]
public sealed class ScoreBlockTests
{
    private const int Dimension = 2;

    /// <summary>A dimension from which on the same rows, with zeros appended, are compared all at once.</summary>
    private const int Wide = 80;

    // Some end in the middle of a block, some of its lanes; blocks of the last reach over both views.
    [Theory]
    [InlineData(1_040)]
    [InlineData(1_153)]
    public void Blocks_agree_with_all_at_once(int rows)
    {
        double[] narrow = Rows(rows, 5);
        double[] wide = Widen(narrow);
        int[] labels = [.. Enumerable.Range(0, rows).Select(row => row * 7919 % (rows / 4))];
        double[] weights = [.. Enumerable.Range(0, rows).Select(row => row % 5 == 0 ? 0 : 1 + row % 3)];
        Agree(Loss.SupervisedContrastive<double>(Dimension), Loss.SupervisedContrastive<double>(Wide));
        Agree(Loss.MultiSimilarity<double>(Dimension), Loss.MultiSimilarity<double>(Wide));
        Agree(Loss.Circle<double>(Dimension, gamma: 8), Loss.Circle<double>(Wide, gamma: 8));
        Agree(Loss.BatchContrastive<double>(Dimension), Loss.BatchContrastive<double>(Wide));
        Agree(Loss.BatchHardTriplet<double>(Dimension), Loss.BatchHardTriplet<double>(Wide));
        Agree(Loss.BatchAllTriplet<double>(Dimension), Loss.BatchAllTriplet<double>(Wide));
        Agree(Loss.SemiHardTriplet<double>(Dimension), Loss.SemiHardTriplet<double>(Wide));

        void Agree(LabelledLoss<double> blocks, LabelledLoss<double> whole)
        {
            double[] gradient = new double[narrow.Length];
            double[] expected = new double[wide.Length];
            Labelled<double> narrowBatch = new() { Embeddings = narrow, Labels = labels };
            double[] losses = new double[blocks.Losses(narrowBatch)];
            double[] expectedLosses = new double[losses.Length];
            Labelled<double> wideBatch = new() { Embeddings = wide, Labels = labels };
            Cost cost = blocks.ValueAndGradient(narrowBatch, new() { Embeddings = gradient }, weights);
            cost.Mean.Should().BeApproximately(
                whole.ValueAndGradient(wideBatch, new() { Embeddings = expected }, weights).Mean, 1e-13);
            blocks.PerExample(narrowBatch, losses, weights).Should().Be(cost);
            whole.PerExample(wideBatch, expectedLosses, weights);
            Near(losses, expectedLosses);
            Near(gradient, Narrow(expected));
        }
    }

    [Theory]
    [InlineData(520)]
    [InlineData(577)]
    public void Two_views_agree_too(int items)
    {
        double[] first = Rows(items, 1);
        double[] second = Rows(items, 2);
        double[] ofFirst = new double[first.Length];
        double[] ofSecond = new double[first.Length];
        double[] wideFirst = new double[items * Wide];
        double[] wideSecond = new double[items * Wide];
        Cost cost = Loss.NtXent<double>(Dimension).ValueAndGradient(
            new() { First = first, Second = second }, new() { First = ofFirst, Second = ofSecond });
        Cost expected = Loss.NtXent<double>(Wide).ValueAndGradient(
            new() { First = Widen(first), Second = Widen(second) },
            new() { First = wideFirst, Second = wideSecond });
        cost.Mean.Should().BeApproximately(expected.Mean, 1e-13);
        Near(ofFirst, Narrow(wideFirst));
        Near(ofSecond, Narrow(wideSecond));
    }

    [Theory]
    [InlineData(640)]
    [InlineData(683)]
    [InlineData(1_100)]
    public void Queries_meet_all_keys(int items)
    {
        double[] queries = Rows(items, 3);
        double[] keys = Rows(items, 4);
        double[] weights = [.. Enumerable.Range(0, items).Select(row => row % 7 == 3 ? 0 : 1 + row % 2)];
        queries[3 * Dimension] = double.NaN;
        double[] ofQueries = new double[queries.Length];
        double[] ofKeys = new double[keys.Length];
        Loss.InfoNce<double>(Dimension, 0.5, normalize: false).ValueAndGradient(
            new() { First = queries, Second = keys },
            new() { First = ofQueries, Second = ofKeys },
            weights,
            Reduction.Sum);
        double[] expectedOfQueries = new double[queries.Length];
        double[] expectedOfKeys = new double[keys.Length];
        for (int row = 0; row < items; row++)
        {
            double[] exponentials = [.. Enumerable.Range(0, items).Select(key => Math.Exp(
                2 * (queries[2 * row] * keys[2 * key] + queries[2 * row + 1] * keys[2 * key + 1])))];
            double total = exponentials.Sum();
            for (int key = 0; key < items && weights[row] > 0; key++)
            {
                double slope = 2 * weights[row] * (exponentials[key] / total - (key == row ? 1 : 0));
                for (int k = 0; k < Dimension; k++)
                {
                    expectedOfQueries[2 * row + k] += slope * keys[2 * key + k];
                    expectedOfKeys[2 * key + k] += slope * queries[2 * row + k];
                }
            }
        }

        Near(ofQueries, expectedOfQueries);
        Near(ofKeys, expectedOfKeys);
    }

    [Fact]
    public void Supervised_contrast_is_what_a_group_formula_makes_of_it()
    {
        // Three rows of each label, so that each has two partners.
        const int Count = 60;
        double[] rows = Rows(Count, 6);
        int[] labels = [.. Enumerable.Range(0, Count).Select(row => row % 20)];
        double[] gradient = new double[rows.Length];
        double[] expected = new double[rows.Length];
        Cost cost = Loss.FromInBatchFormula<double, TwoPartners, LogSumExpFold, SumFold>(default, Dimension)
            .ValueAndGradient(new() { Embeddings = rows, Labels = labels }, new() { Embeddings = gradient });
        cost.Mean.Should().BeApproximately(
            Loss.SupervisedContrastive<double>(Dimension).ValueAndGradient(
                new() { Embeddings = rows, Labels = labels }, new() { Embeddings = expected }).Mean,
            1e-13);
        Near(gradient, expected);
    }

    private static double[] Rows(int rows, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, rows * Dimension).Select(_ => random.NextDouble() - 0.5)];
    }

    private static double[] Widen(double[] rows) =>
        [.. rows.Chunk(Dimension).SelectMany(row => (double[])[.. row, .. new double[Wide - Dimension]])];

    private static double[] Narrow(double[] rows) => [.. rows.Chunk(Wide).SelectMany(row => row[..Dimension])];

    private static void Near(double[] actual, double[] expected)
    {
        actual.Length.Should().Be(expected.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(actual[i] - expected[i]) <= 1e-12 * (1 + Math.Abs(expected[i]))))
            {
                Assert.Fail($"Number {i} is {actual[i]}, not {expected[i]}.");
            }
        }
    }

    /// <summary>The supervised contrastive loss at a temperature of 0.1, for two partners a row.</summary>
    private readonly struct TwoPartners : IGroupFormula<LogSumExpFold, SumFold>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane>
        {
            TLane scaled = 10.0 * score;
            TLane others = TLane.SelectGreater(TLane.Abs(target - 0.5), 0.25, scaled, double.NegativeInfinity);
            return new(others, TLane.SelectGreater(target, 0.75, 0.5 * scaled, 0.0));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> => first - second;
    }
}
