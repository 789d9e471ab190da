using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>What is particular to losses of triplets, given or mined.</summary>
public sealed class TripletLossTests
{
    private const int Dimension = 6;
    private const int Rows = 20;

    [Fact]
    public void A_negative_nearer_to_the_positive_is_swapped_in()
    {
        // Anchor 0, positive 3, negative 5: 5 from the anchor, 2 from the positive.
        double[][] gradients = [new double[1], new double[1], new double[1]];
        Triplets<double> triplet = new() { Anchors = [0], Positives = [3], Negatives = [5] };
        Loss.Triplet<double>(1, swap: false).Value(triplet).Sum.Should().Be(0);
        Cost cost = Loss.Triplet<double>(1, swap: true).ValueAndGradient(
            triplet, Of(gradients));
        cost.Sum.Should().Be(1 + 3 - 2);
        gradients.Select(gradient => gradient[0]).Should().Equal(-1, 2, -1);
    }

    [Fact]
    public void Equally_far_negatives_are_not_swapped()
    {
        // The negative lies in the middle.
        double[][] gradients = [new double[1], new double[1], new double[1]];
        Loss.Triplet<double>(1, swap: true).ValueAndGradient(
            new() { Anchors = [0], Positives = [4], Negatives = [2] }, Of(gradients));
        gradients.Select(gradient => gradient[0]).Should().Equal(0, 1, -1);
    }

    [Fact]
    public void Triplets_have_no_gradient_at_the_kink()
    {
        double[][] gradients = [new double[2], new double[2], new double[2]];
        Cost cost = Loss.Triplet<double>(1).ValueAndGradient(
            new() { Anchors = [0, 0], Positives = [1, 1], Negatives = [2, 1.5] },
            Of(gradients),
            out TripletCount triplets);
        cost.Sum.Should().Be(0.5);
        triplets.Should().Be(new TripletCount(2, 1));
        gradients.SelectMany(gradient => gradient).Should().Equal(0, 0, 0, 0.5, 0, -0.5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(70)]
    public void Given_triplets_are_counted(int rows)
    {
        EmbeddingInstance instance = EmbeddingCatalogue.Get("Triplet");
        EmbeddingSample<float> sample = EmbeddingSamples.OnGrid<float>(instance.Single(3), rows, 3);
        EmbeddingReference expected = EmbeddingReference.Of(instance.Definition, sample.To<double>());
        Count(sample).Should().Be(new TripletCount(expected.Triplets, expected.Active));
        Count(sample with { Weights = [] }).Should().Be(new TripletCount(expected.Triplets, expected.Active));
    }

    [Fact]
    public void Triplets_without_weight_are_counted_like_mined_ones()
    {
        EmbeddingSample<float> sample = EmbeddingSamples.OnGrid<float>(
            EmbeddingCatalogue.Get("Triplet").Single(3), 30, 3);
        TripletCount weighted = Count(sample);
        weighted.Active.Should().BePositive();
        Count(sample with { Weights = new float[30] }).Should().Be(weighted);
    }

    [Theory]
    [InlineData("BatchHardTriplet with negative margin")]
    [InlineData("BatchAllTriplet")]
    [InlineData("BatchAllTriplet of active ones")]
    [InlineData("SemiHardTriplet")]
    public void Mined_triplets_are_counted_whatever_their_weight(string name)
    {
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        EmbeddingSample<double> sample = EmbeddingSamples.OnGrid<double>(instance.Double(3), Rows, 3);
        EmbeddingReference expected = EmbeddingReference.Of(instance.Definition, sample);
        MinedLoss<double> loss = name switch
        {
            "BatchHardTriplet with negative margin" => Loss.BatchHardTriplet<double>(3, -2),
            "BatchAllTriplet" => Loss.BatchAllTriplet<double>(3, 0.5),
            "BatchAllTriplet of active ones" => Loss.BatchAllTriplet<double>(3, 0.5, activeOnly: true),
            _ => Loss.SemiHardTriplet<double>(3, 0.75),
        };
        foreach (double[] weights in new[] { [], sample.Weights, new double[Rows] })
        {
            loss.ValueAndGradient(
                new() { Embeddings = sample.Inputs[0], Labels = sample.Labels },
                new() { Embeddings = new double[Rows * 3] },
                out TripletCount triplets,
                weights);
            triplets.Should().Be(new TripletCount(expected.Triplets, expected.Active));
            triplets.Active.Should().BeInRange(1, triplets.Total - 1);
        }
    }

    [Theory]
    [InlineData("BatchContrastive")]
    [InlineData("MarginBased")]
    [InlineData("SnrContrastive")]
    [InlineData("LiftedStructure")]
    [InlineData("TupletMargin")]
    [InlineData("FastAp")]
    public void Mined_pairs_are_counted_whatever_their_weight(string name)
    {
        MinedLoss<double> loss = name switch
        {
            "BatchContrastive" => Loss.BatchContrastive<double>(3),
            "MarginBased" => Loss.MarginBased<double>(3),
            "SnrContrastive" => Loss.SnrContrastive<double>(3),
            "LiftedStructure" => Loss.LiftedStructure<double>(3, -1.5),
            "TupletMargin" => Loss.TupletMargin<double>(3),
            _ => Loss.FastAp<double>(3),
        };
        EmbeddingSample<double> sample = EmbeddingSamples.OnGrid<double>(
            EmbeddingCatalogue.Get("BatchAllTriplet").Double(3), Rows, 3);
        double[] boundary = name == "MarginBased" ? [1.5] : [];
        Labelled<double> batch = new()
        {
            Embeddings = sample.Inputs[0],
            Labels = sample.Labels,
            Boundaries = boundary,
        };
        double[] losses = new double[loss.Losses(batch)];
        loss.PerExample(batch, losses);
        int active = losses.Count(number => number > 0);
        foreach (double[] weights in new[] { [], sample.Weights, new double[Rows] })
        {
            loss.ValueAndGradient(
                batch, new() { Embeddings = new double[Rows * 3] }, out TripletCount pairs, weights);
            pairs.Should().Be(new TripletCount(losses.Length, active));
            pairs.Active.Should().BeInRange(1, losses.Length - (name is "FastAp" or "TupletMargin" ? 0 : 1));
        }
    }

    [Theory]
    [InlineData(EmbeddingDistance.Manhattan)]
    [InlineData(EmbeddingDistance.Chebyshev)]
    [InlineData((EmbeddingDistance)9)]
    public void Batches_are_compared_by_distances_that_products_make(EmbeddingDistance distance)
    {
        Func<object>[] factories =
        [
            () => Loss.BatchContrastive<float>(2, distance: distance),
            () => Loss.BatchHardTriplet<float>(2, distance: distance),
            () => Loss.SemiHardTriplet<float>(2, distance: distance),
            () => Loss.LiftedStructure<float>(2, distance: distance),
            () => Loss.MarginBased<float>(2, distance: distance),
        ];
        foreach (Func<object> factory in factories)
        {
            factory.Should().Throw<ArgumentOutOfRangeException>().WithParameterName(nameof(distance))
                .WithMessage("*Euclidean, SquaredEuclidean or Cosine*");
        }
    }

    [Fact]
    public void Counts_add_up()
    {
        (new TripletCount(10, 3) + new TripletCount(6, 1)).Should().Be(new TripletCount(16, 4));
        TripletCount.Add(new(1, 1), default).Should().Be(new TripletCount(1, 1));
        new TripletCount(16, 4).ActiveShare.Should().Be(0.25);
        default(TripletCount).ActiveShare.Should().Be(double.NaN);
    }

    [Fact]
    public void All_triplets_of_a_batch_cost_what_they_cost_one_by_one()
    {
        MinedLoss<double> loss = Loss.BatchAllTriplet<double>(Dimension);
        (double[] rows, int[] labels) = Batch();
        (int A, int P, int N)[] triplets =
        [
            .. from a in Enumerable.Range(0, Rows)
            from p in Enumerable.Range(0, Rows).Where(p => p != a && labels[p] == labels[a])
            from n in Enumerable.Range(0, Rows).Where(n => labels[n] != labels[a])
            select (a, p, n),
        ];
        Labelled<double> batch = new() { Embeddings = rows, Labels = labels };
        double[] losses = new double[loss.Losses(batch)];
        double[] expected = new double[triplets.Length];
        loss.PerExample(batch, losses);
        Loss.Triplet<double>(Dimension).PerExample(
            new()
            {
                Anchors = Gather(rows, triplets.Select(triplet => triplet.A)),
                Positives = Gather(rows, triplets.Select(triplet => triplet.P)),
                Negatives = Gather(rows, triplets.Select(triplet => triplet.N)),
            },
            expected);
        expected.Should().Contain(0).And.Contain(number => number > 0);
        ShouldBeClose(losses, expected);
    }

    [Fact]
    public void All_pairs_of_a_batch_cost_what_they_cost_one_by_one()
    {
        (double[] rows, int[] labels) = Batch();
        (int Left, int Right)[] pairs =
        [
            .. from left in Enumerable.Range(0, Rows)
            from right in Enumerable.Range(0, Rows).Where(right => right != left)
            select (left, right),
        ];
        double[] losses = new double[pairs.Length];
        double[] expected = new double[pairs.Length];
        Loss.BatchContrastive<double>(Dimension, 2).PerExample(
            new() { Embeddings = rows, Labels = labels }, losses);
        Loss.Contrastive<double>(Dimension, 2).PerExample(
            new()
            {
                First = Gather(rows, pairs.Select(pair => pair.Left)),
                Second = Gather(rows, pairs.Select(pair => pair.Right)),
                Labels = [.. pairs.Select(pair => labels[pair.Left] == labels[pair.Right] ? 1 : 0)],
            },
            expected);
        ShouldBeClose(losses, expected);
    }

    [Fact]
    public void Semi_hard_negatives_are_those_just_beyond_the_positive()
    {
        // The anchor at 0 has its positive at 2, and negatives at 1, −3 and 4: −3 is the nearest beyond.
        double[] losses = new double[2];
        double[] gradient = new double[5];
        MinedLoss<double> loss = Loss.SemiHardTriplet<double>(1, margin: 6);
        Labelled<double> batch = new() { Embeddings = [0, 2, 1, -3, 4], Labels = [1, 1, 2, 3, 4] };
        loss.Losses(batch).Should().Be(2);
        loss.PerExample(batch, losses, [1, 0, 5, 5, 5]);
        losses[0].Should().Be(6 + 4 - 9);
        loss.ValueAndGradient(batch, new() { Embeddings = gradient }, [1, 0, 5, 5, 5]);
        gradient.Should().Equal(-4 - 6, 4, 0, 6, 0);
    }

    [Fact]
    public void Without_a_semi_hard_negative_the_farthest_is_taken()
    {
        double[] losses = new double[2];
        Loss.SemiHardTriplet<double>(1).PerExample(new() { Embeddings = [0, 5, 1, -3], Labels = [1, 1, 2, 3] }, losses);
        losses[0].Should().Be(1 + 25 - 9);
    }

    [Fact]
    public void Of_equally_hard_rows_the_first_is_taken()
    {
        // To the anchor at 0, both positives and both negatives are equally far.
        double[] gradient = new double[5];
        double[] weights = [1, 0, 0, 0, 0];
        Loss.BatchHardTriplet<double>(1).ValueAndGradient(
            new() { Embeddings = [0, -2, 2, 1, -1], Labels = [7, 7, 7, 8, 9] },
            new() { Embeddings = gradient },
            weights);
        gradient.Should().Equal(1 + 1, -1, 0, -1, 0);
        Loss.SemiHardTriplet<double>(1, margin: 4).ValueAndGradient(
            new() { Embeddings = [0, 1, 1, -2, 2], Labels = [7, 7, 7, 8, 9] },
            new() { Embeddings = gradient },
            weights);
        gradient.Should().Equal((-2 - 2 - 4 - 4) / 2, 1, 1, 8 / 2, 0);
    }

    [Fact]
    public void Nothing_active_leaves_no_mean_and_no_gradient()
    {
        double[] gradient = [1, 1, 1, 1];
        Cost cost = Loss.BatchAllTriplet<double>(1, margin: 1, activeOnly: true).ValueAndGradient(
            new() { Embeddings = [0, 1, 10, 11], Labels = [1, 1, 2, 2] },
            new() { Embeddings = gradient },
            out TripletCount triplets);
        (cost.Sum, cost.Weight, cost.Count).Should().Be((0, 0, 0));
        cost.Mean.Should().Be(double.NaN);
        gradient.Should().Equal(0, 0, 0, 0);
        triplets.Should().Be(new TripletCount(8, 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NaN_spoils_the_gradients_of_its_triplet_also_where_the_positive_is_the_anchor(bool swap)
    {
        double[][] gradients = [new double[2], new double[2], new double[2]];
        foreach (double nan in new[] { double.NaN, -double.NaN })
        {
            Loss.Triplet<double>(2, swap: swap).ValueAndGradient(
                new() { Anchors = [1, 2], Positives = [1, 2], Negatives = [nan, 0] }, Of(gradients)).Sum
                .Should().Be(double.NaN);
            gradients.SelectMany(gradient => gradient).Should().OnlyContain(x => double.IsNaN(x));
        }
    }

    private static TripletGradients<T> Of<T>(T[][] gradients) where T : unmanaged =>
        new() { Anchors = gradients[0], Positives = gradients[1], Negatives = gradients[2] };

    private static TripletCount Count(EmbeddingSample<float> sample)
    {
        float[][] gradients = [.. sample.Inputs.Select(input => new float[input.Length])];
        Loss.Triplet<float>(3, 0.5).ValueAndGradient(
            new() { Anchors = sample.Inputs[0], Positives = sample.Inputs[1], Negatives = sample.Inputs[2] },
            Of(gradients),
            out TripletCount triplets,
            sample.Weights);
        return triplets;
    }

    private static (double[] Rows, int[] Labels) Batch()
    {
        EmbeddingSample<double> sample = EmbeddingSamples.Anywhere<double>(
            EmbeddingCatalogue.Get("BatchAllTriplet").Double(Dimension), Rows, Dimension);
        return (sample.Inputs[0], sample.Labels);
    }

    private static double[] Gather(double[] rows, IEnumerable<int> indices) =>
        [.. indices.SelectMany(index => rows.AsSpan(index * Dimension, Dimension).ToArray())];

    private static void ShouldBeClose(double[] actual, double[] expected) =>
        actual.Should().Equal(expected, (left, right) => Math.Abs(left - right) <= 1e-13);
}
