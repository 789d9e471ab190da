using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleMinedPairsTests : MinedPairsTests<float>;

public sealed class DoubleMinedPairsTests : MinedPairsTests<double>;

/// <summary>The pairs that multi-similarity's mining leaves, against the rule of the paper.</summary>
public abstract class MinedPairsTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Dimension = 3;

    [Theory]
    [InlineData(0.1, 40, 0)]
    [InlineData(0, 40, 0)]
    [InlineData(-0.2, 40, 0)]
    [InlineData(0.1, 40, 25)]
    [InlineData(0.1, 1, 0)]
    [InlineData(0.1, 0, 0)]
    [InlineData(0.05, 1100, 0)]
    public void Are_those_of_the_rule(double epsilon, int rows, int references)
    {
        (T[] embeddings, int[] labels) = Batch(rows, seed: 1);
        (T[] others, int[] ofOthers) = Batch(references, seed: 2);
        PairIndices found = Loss.MultiSimilarity<T>(Dimension, miningEpsilon: epsilon).InParallel(2).MinedPairs(new()
        {
            Embeddings = embeddings,
            Labels = labels,
            References = others,
            ReferenceLabels = ofOthers,
        });
        List<(int, int, int)> expected = [];
        (T[] columns, int[] columnLabels) = references > 0 ? (others, ofOthers) : (embeddings, labels);
        for (int i = 0; i < rows; i++)
        {
            int[] all = [.. Enumerable.Range(0, columnLabels.Length)];
            double[] cosines = Array.ConvertAll(all, j => Cosine(embeddings, i, columns, j));
            bool[] isOther = Array.ConvertAll(all, j => references > 0 || j != i);
            bool[] isPositive = [.. columnLabels.Select(label => label == labels[i])];
            double nearest = cosines.Where((_, j) => !isPositive[j]).DefaultIfEmpty(double.NegativeInfinity).Max();
            double farthest = cosines.Where((_, j) => isPositive[j] && isOther[j])
                .DefaultIfEmpty(double.PositiveInfinity).Min();
            expected.AddRange(all
                .Where(j => isOther[j]
                    && (isPositive[j] ? cosines[j] - epsilon < nearest : cosines[j] + epsilon > farthest))
                .Select(j => (i, j, isPositive[j] ? 1 : 0)));
        }

        (int, int, int)[] pairs =
        [
            .. Enumerable.Range(0, found.First.Length)
                .Select(k => (found.First.Span[k], found.Second.Span[k], found.Labels.Span[k])),
        ];

        // Rounding may decide otherwise where a similarity is just at the bound.
        pairs.Except(expected).Concat(expected.Except(pairs)).Count().Should().BeLessThanOrEqualTo(pairs.Length / 1000);
        pairs.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        (pairs.Length > 0).Should().Be(rows > 1);
    }

    [Fact]
    public void Go_into_a_loss_of_indexed_pairs()
    {
        (T[] embeddings, int[] labels) = Batch(30, seed: 3);
        PairIndices pairs = Loss.MultiSimilarity<T>(Dimension, miningEpsilon: 0.1)
            .MinedPairs(new() { Embeddings = embeddings, Labels = labels });
        Cost cost = Loss.Contrastive<T>(Dimension).OfIndexedPairs().Value(new()
        {
            Embeddings = embeddings,
            First = pairs.First.Span,
            Second = pairs.Second.Span,
            Labels = pairs.Labels.Span,
        });
        cost.Count.Should().Be(pairs.First.Length).And.BePositive();
        pairs.Labels.ToArray().Should().Contain(0).And.Contain(1);
    }

    [Fact]
    public void Need_an_epsilon_and_a_batch()
    {
        T[] row = [T.One, T.One, T.One];
        ((Action)(() => Loss.MultiSimilarity<T>(Dimension).MinedPairs(new() { Embeddings = row, Labels = [1] })))
            .Should().Throw<InvalidOperationException>().WithMessage("'MultiSimilarity(*mines no pairs*miningEpsilon*");
        ((Action)(() => Loss.MultiSimilarity<T>(Dimension, miningEpsilon: 0)
            .MinedPairs(new() { Embeddings = row, Labels = [1, 2] })))
            .Should().Throw<ArgumentException>().WithMessage("'labels' has 2 entries*");
    }

    private static (T[] Embeddings, int[] Labels) Batch(int rows, int seed)
    {
        Random random = new(seed);
        return (
            [.. Enumerable.Range(0, rows * Dimension).Select(_ => T.CreateTruncating(random.NextDouble() - 0.5))],
            [.. Enumerable.Range(0, rows).Select(_ => random.Next(-1, 3))]);
    }

    private static double Cosine(T[] rows, int row, T[] columns, int column)
    {
        double[] left = [.. rows[(row * Dimension)..((row + 1) * Dimension)].Select(Samples.ToDouble)];
        double[] right = [.. columns[(column * Dimension)..((column + 1) * Dimension)].Select(Samples.ToDouble)];
        double Product(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
        return Product(left, right) / Math.Sqrt(Product(left, left) * Product(right, right));
    }
}
