using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleIndexedLossTests : IndexedLossTests<float>;

public sealed class DoubleIndexedLossTests : IndexedLossTests<double>;

/// <summary>Pairs and triplets of rows of one array, and those that are found in a batch.</summary>
public abstract class IndexedLossTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Dimension = 6;
    private const int Rows = 20;

    private static readonly double s_close = 100 * Samples.Close<T>();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300)]
    public void Triplets_cost_what_they_cost_as_rows_and_gradients_add_up(int count)
    {
        (T[] rows, _) = Batch();
        int[][] indices = [.. Enumerable.Range(1, 3).Select(seed => Indices(count, seed))];
        T[] weights = [.. Enumerable.Range(0, count).Select(k => T.CreateTruncating(k % 3 * 0.5))];
        TripletLoss<T> loss = Loss.Triplet<T>(Dimension, swap: true);
        T[][] parts = [.. indices.Select(index => new T[index.Length * Dimension])];
        T[] expectedLosses = new T[count];
        Triplets<T> triplets = new()
        {
            Anchors = Gather(rows, indices[0]),
            Positives = Gather(rows, indices[1]),
            Negatives = Gather(rows, indices[2]),
        };
        TripletGradients<T> gradients = new() { Anchors = parts[0], Positives = parts[1], Negatives = parts[2] };
        Cost expected = loss.ValueAndGradient(triplets, gradients, out TripletCount expectedCount, weights);
        loss.PerExample(triplets, expectedLosses, weights);

        T[] gradient = [.. Enumerable.Repeat(T.One, rows.Length)];
        T[] losses = new T[count];
        IndexedTriplets<T> indexed = new()
        {
            Embeddings = rows,
            Anchors = indices[0],
            Positives = indices[1],
            Negatives = indices[2],
        };
        IndexedTripletLoss<T> ofIndices = loss.OfIndexedTriplets();
        ofIndices.ValueAndGradient(indexed, new() { Embeddings = gradient }, out TripletCount found, weights)
            .Should().Be(expected);
        found.Should().Be(expectedCount);
        ofIndices.PerExample(indexed, losses, weights).Should().Be(loss.Value(triplets, weights));
        losses.Should().Equal(expectedLosses);
        ofIndices.Losses(indexed).Should().Be(count);
        ShouldBeClose(gradient, Scattered(indices, parts));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    public void Pairs_cost_what_they_cost_as_rows_and_gradients_add_up(int count)
    {
        (T[] rows, _) = Batch();
        int[][] indices = [Indices(count, 4), Indices(count, 5)];
        int[] labels = [.. Enumerable.Range(0, count).Select(k => k % 2)];
        T[] targets = [.. labels.Select(label => T.CreateTruncating(label * 0.5))];
        foreach (PairLoss<T> loss in (PairLoss<T>[])
            [Loss.Contrastive<T>(Dimension, 3), Loss.CosineRegression<T>(Dimension)])
        {
            bool hasLabels = loss.ToString().StartsWith("Contrastive", StringComparison.Ordinal);
            T[][] parts = [.. indices.Select(index => new T[index.Length * Dimension])];
            Pairs<T> pairs = new()
            {
                First = Gather(rows, indices[0]),
                Second = Gather(rows, indices[1]),
                Labels = hasLabels ? labels : [],
                Targets = hasLabels ? [] : targets,
            };
            Cost expected = loss.ValueAndGradient(pairs, new() { First = parts[0], Second = parts[1] });
            T[] gradient = new T[rows.Length];
            IndexedPairs<T> indexed = new()
            {
                Embeddings = rows,
                First = indices[0],
                Second = indices[1],
                Labels = pairs.Labels,
                Targets = pairs.Targets,
            };
            loss.OfIndexedPairs().ValueAndGradient(indexed, new() { Embeddings = gradient }).Should().Be(expected);
            ShouldBeClose(gradient, Scattered(indices, parts));
        }
    }

    [Fact]
    public void Parts_and_threads_change_no_bit()
    {
        // More than are copied at a time.
        const int Count = 100_000;
        (T[] rows, _) = Batch();
        IndexedTripletLoss<T> loss = Loss.Triplet<T>(Dimension).OfIndexedTriplets();
        int[][] indices = [.. Enumerable.Range(1, 3).Select(seed => Indices(Count, seed))];
        IndexedTriplets<T> indexed = new()
        {
            Embeddings = rows,
            Anchors = indices[0],
            Positives = indices[1],
            Negatives = indices[2],
        };
        T[] expected = new T[rows.Length];
        T[] gradient = new T[rows.Length];
        Cost cost = loss.ValueAndGradient(indexed, new() { Embeddings = expected });
        loss.InParallel(3).ValueAndGradient(indexed, new() { Embeddings = gradient }).Should().Be(cost);
        gradient.Should().Equal(expected);
        double sum = 0;
        for (int start = 0; start < Count; start += 10_000)
        {
            Range part = start..(start + 10_000);
            sum += loss.Value(indexed with
            {
                Anchors = indices[0][part],
                Positives = indices[1][part],
                Negatives = indices[2][part],
            }).Sum;
        }

        cost.Sum.Should().BeApproximately(sum, s_close * sum);
    }

    [Fact]
    public void What_has_no_weight_has_no_gradient_whatever_it_holds()
    {
        T[] rows = [T.NaN, T.Zero, T.One, T.CreateTruncating(1.5)];
        T[] gradient = [T.One, T.One, T.One, T.One];
        IndexedTripletLoss<T> loss = Loss.Triplet<T>(1).OfIndexedTriplets();
        loss.ValueAndGradient(
            new() { Embeddings = rows, Anchors = [0, 1], Positives = [2, 2], Negatives = [3, 3] },
            new() { Embeddings = gradient },
            [T.Zero, T.One]).Sum.Should().Be(0.5);
        gradient.Should().Equal(T.Zero, T.Zero, T.One, -T.One);
    }

    [Fact]
    public void Rows_that_are_not_there_are_refused()
    {
        (T[] rows, _) = Batch();
        T[] gradient = [.. Enumerable.Repeat(T.One, rows.Length)];
        IndexedTripletLoss<T> loss = Loss.Triplet<T>(Dimension).OfIndexedTriplets();
        foreach (int wrong in (int[])[-1, Rows])
        {
            loss.Invoking(each => each.ValueAndGradient(
                new() { Embeddings = rows, Anchors = [0, 1], Positives = [1, wrong], Negatives = [2, 2] },
                new() { Embeddings = gradient }))
                .Should().Throw<ArgumentOutOfRangeException>()
                .WithMessage($"positives?1? is {wrong}, but 'embeddings' has {Rows} rows.*")
                .WithParameterName("positives");
        }

        loss.Invoking(each => each.Value(new() { Embeddings = [], Anchors = [0], Positives = [0], Negatives = [0] }))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("anchors");
        loss.Invoking(each => each.Value(new() { Embeddings = rows, Anchors = [0], Positives = [0], Negatives = [] }))
            .Should().Throw<ArgumentException>().WithParameterName("negatives");
        loss.Invoking(each => each.ValueAndGradient(
            new() { Embeddings = rows, Anchors = [0], Positives = [0], Negatives = [0] },
            new() { Embeddings = rows })).Should().Throw<ArgumentException>().WithParameterName("gradients.Embeddings");
        Loss.Contrastive<T>(Dimension).OfIndexedPairs().Invoking(each => each.Value(
            new() { Embeddings = rows, First = [0], Second = [1], Labels = [3] }))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("labels");
        gradient.Distinct().Should().Equal(T.One);
    }

    [Theory]
    [InlineData(TripletMining.All)]
    [InlineData(TripletMining.Hardest)]
    [InlineData(TripletMining.SemiHard)]
    public void Triplets_that_are_found_cost_what_the_mined_loss_does(TripletMining mining)
    {
        (T[] rows, int[] labels) = Batch();
        MinedLoss<T> mined = Loss.BatchTripletFromMarginFormula<T, MarginHinge>(
            new(0.75), Dimension, mining, EmbeddingDistance.SquaredEuclidean);
        Labelled<T> batch = new() { Embeddings = rows, Labels = labels };
        T[] expected = new T[rows.Length];
        Cost cost = mined.ValueAndGradient(
            batch, new() { Embeddings = expected }, out TripletCount count, reduction: Reduction.Sum);
        TripletIndices all = mined.Triplets(batch);
        TripletIndices active = mined.Triplets(batch, activeOnly: true);
        all.Anchors.Length.Should().Be((int)count.Total);
        active.Anchors.Length.Should().Be((int)count.Active);
        IndexedTripletLoss<T> loss = Loss.TripletSquared<T>(Dimension, 0.75).OfIndexedTriplets();
        foreach (TripletIndices triplets in (TripletIndices[])[all, active])
        {
            T[] gradient = new T[rows.Length];
            loss.ValueAndGradient(
                new()
                {
                    Embeddings = rows,
                    Anchors = triplets.Anchors.Span,
                    Positives = triplets.Positives.Span,
                    Negatives = triplets.Negatives.Span,
                },
                new() { Embeddings = gradient },
                reduction: Reduction.Sum).Sum.Should().BeApproximately(cost.Sum, s_close * cost.Sum);
            ShouldBeClose(gradient, [.. expected.Select(Samples.ToDouble)]);
        }
    }

    [Fact]
    public void Positives_and_negatives_of_references_are_references()
    {
        TripletIndices found = Loss.BatchHardTriplet<T>(1).Triplets(new()
        {
            Embeddings = [T.Zero, T.One],
            Labels = [7, 8],
            References = [T.One, T.One + T.One, -T.One],
            ReferenceLabels = [7, 7, 9],
        });
        found.Anchors.ToArray().Should().Equal(0);
        found.Positives.ToArray().Should().Equal(1);
        found.Negatives.ToArray().Should().Equal(2);
    }

    [Fact]
    public void Losses_of_pairs_find_no_triplets()
    {
        (T[] rows, int[] labels) = Batch();
        Loss.BatchContrastive<T>(Dimension)
            .Invoking(loss => loss.Triplets(new() { Embeddings = rows, Labels = labels }))
            .Should().Throw<InvalidOperationException>().WithMessage("*no loss of triplets*");
    }

    private static (T[] Rows, int[] Labels) Batch()
    {
        EmbeddingSample<T> sample = EmbeddingSamples.Anywhere<T>(
            EmbeddingCatalogue.Get("BatchAllTriplet").Loss<T>(Dimension), Rows, Dimension);
        return (sample.Inputs[0], sample.Labels);
    }

    private static int[] Indices(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(Rows))];
    }

    private static T[] Gather(T[] rows, int[] indices) =>
        [.. indices.SelectMany(index => rows.AsSpan(index * Dimension, Dimension).ToArray())];

    private static double[] Scattered(int[][] indices, T[][] parts)
    {
        double[] sums = new double[Rows * Dimension];
        for (int side = 0; side < parts.Length; side++)
        {
            for (int k = 0; k < parts[side].Length; k++)
            {
                sums[indices[side][k / Dimension] * Dimension + k % Dimension] += Samples.ToDouble(parts[side][k]);
            }
        }

        return sums;
    }

    private static void ShouldBeClose(T[] actual, double[] expected)
    {
        for (int k = 0; k < expected.Length; k++)
        {
            Samples.ToDouble(actual[k]).Should().BeApproximately(expected[k], s_close * (1 + expected.Max(Math.Abs)));
        }
    }
}
