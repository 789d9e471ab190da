using System.Numerics;

namespace LossKit.Tests;

public sealed class SingleHostileCombinationTests : HostileCombinationTests<float>;

public sealed class DoubleHostileCombinationTests : HostileCombinationTests<double>;

/// <summary>
/// Empty, huge, missing and ill-fitting inputs of losses that are made of other losses or of several inputs.
/// </summary>
public abstract class HostileCombinationTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static double Allowed => typeof(T) == typeof(float) ? 1e-5 : 1e-12;

    private static T Huge => T.CreateTruncating(1e20);

    [Fact]
    public void Indexed_pairs_and_triplets_take_huge_rows_and_a_row_with_itself()
    {
        T[] rows = [Huge, -Huge, -Huge, Huge, T.Zero, T.Zero];
        T[] gradient = new T[6];
        IndexedTripletLoss<T> triplets = Loss.Triplet<T>(2, margin: 1).OfIndexedTriplets();
        Cost cost = triplets.ValueAndGradient(
            new() { Embeddings = rows, Anchors = [0, 2, 2], Positives = [1, 2, 0], Negatives = [0, 2, 1] },
            new() { Embeddings = gradient },
            reduction: Reduction.Sum);

        // 2·√2·1e20 of the first, which has itself as negative; of the others the margin alone.
        cost.Sum.Should().BeApproximately(2 * Math.Sqrt(2) * 1e20, 1e-5 * 1e20);
        gradient.Should().AllSatisfy(x => T.IsFinite(x).Should().BeTrue());
        IndexedPairLoss<T> pairs = Loss.LinearContrastive<T>(2, 0.5, 2).OfIndexedPairs();
        cost = pairs.ValueAndGradient(
            new() { Embeddings = rows, First = [0, 1, 2, 2], Second = [0, 1, 2, 2], Labels = [0, 0, 1, 0] },
            new() { Embeddings = gradient },
            [T.One, T.Zero, T.One, T.One],
            Reduction.Sum);
        (cost.Sum, cost.Weight, cost.Count).Should().Be((4, 3, 4));
        gradient.Should().AllBeEquivalentTo(T.Zero);
        pairs.ValueAndGradient(
            new() { Embeddings = rows, First = [], Second = [], Labels = [] }, new() { Embeddings = gradient })
            .Count.Should().Be(0);
        Refused("labels", "*2*", () => Loss.Contrastive<T>(2).OfIndexedPairs().Value(
            new() { Embeddings = rows, First = [0], Second = [1], Labels = [0, 1] }));
        Refused("second", "second?0? is 3, but 'embeddings' has 3 rows.*", () => pairs.Value(
            new() { Embeddings = rows, First = [0], Second = [3], Labels = [0] }));
        Refused("embeddings", "*5 entries*", () => triplets.Value(
            new() { Embeddings = rows.AsSpan(1), Anchors = [0], Positives = [0], Negatives = [0] }));
    }

    [Fact]
    public void Sums_of_tuple_and_group_losses_hide_what_has_no_weight()
    {
        TupleLoss<T> tuples = Loss.NormalNll<T>().Scaled(2).Plus(Loss.LaplaceNll<T>()).Scaled(0.5);
        int columns = tuples.Predictions;
        T[] predictions = [.. Enumerable.Repeat(T.NaN, columns), .. Enumerable.Repeat(T.One, columns)];
        T[] targets = [T.PositiveInfinity, T.One];
        T[] gradient = [.. predictions];
        Cost cost = tuples.ValueAndGradient(predictions, targets, gradient, [T.Zero, T.One], Reduction.Sum);
        double.IsFinite(cost.Sum).Should().BeTrue();
        gradient[..columns].Should().AllBeEquivalentTo(T.Zero);
        tuples.ValueAndGradient(predictions, targets, predictions, [T.Zero, T.One], Reduction.Sum).Should().Be(cost);
        predictions.Should().Equal(gradient);
        T[] losses = new T[2];
        tuples.PerExample([.. Enumerable.Repeat(T.One, 2 * columns)], [T.NaN, T.One], losses);
        losses.Select(T.IsNaN).Should().Equal(true, false);
        double.IsNaN(tuples.Value([], []).Mean).Should().BeTrue();
        tuples.Invoking(loss => loss.Value(new T[columns], new T[2])).Should().Throw<ArgumentException>()
            .WithParameterName("targets");
        Refused("other", "*Shape*expected*", () => Loss.NormalNll<T>().Plus(Loss.BoxGiou<T>()));

        GroupedLoss<T> groups = Loss.SoftDice<T>(1, 1).Scaled(2).Plus(Loss.SoftDice<T>(1, 2)).Scaled(0.25);
        T[] scores = [T.NaN, T.Zero, T.One, T.Zero];
        T[] slopes = new T[4];
        Cost ofGroups = groups.ValueAndGradient(
            scores, [T.One, T.Zero, T.One, T.Zero], Groups.OfWidth(2), slopes, [T.Zero, T.One], Reduction.Sum);
        double.IsFinite(ofGroups.Sum).Should().BeTrue();
        slopes[..2].Should().AllBeEquivalentTo(T.Zero);
    }

    /// <summary>
    /// Classes of weight 0 in one part of a sum have a loss in the other, and so have those that smoothing shares with.
    /// </summary>
    [Fact]
    public void A_linear_layer_under_a_sum_leaves_out_no_row_that_counts()
    {
        T[] hidden = [T.One, T.CreateTruncating(-0.5), T.CreateTruncating(0.25), T.One];
        T[] prototypes = [T.One, T.Zero, T.Zero, T.One, T.One, T.One];
        int[] labels = [0, 2];
        T[] logits =
        [
            T.One, T.CreateTruncating(-0.5), T.CreateTruncating(0.5), T.CreateTruncating(0.25), T.One, T.CreateTruncating(1.25),
        ];
        RowLoss<T, int>[] losses =
        [
            Loss.MulticlassFocal<T>(3, alpha: [0, 1, 1]).Plus(Loss.CrammerSinger<T>(3)),
            Loss.CrammerSinger<T>(3).Plus(Loss.MulticlassFocal<T>(3, alpha: [0, 1, 1]).Scaled(2)),
            Loss.SoftmaxCrossEntropy<T>(3, [0, 1, 1], 0.25),
            Loss.MaskedCrossEntropy<T>(3, 0.25, classWeights: [0, 1, 1]),
            Loss.MulticlassHinge<T>(3, classWeights: [0, 1, 1]).Scaled(3),
        ];
        foreach (RowLoss<T, int> loss in losses)
        {
            T[] expected = new T[6];
            T[] gradient = new T[6];
            Cost cost = loss.ValueAndGradient(logits, labels, expected, reduction: Reduction.Sum);
            Cost linear = loss.OfLinear(2).ValueAndGradient(
                new() { Hidden = hidden, Prototypes = prototypes, Labels = labels },
                new() { Prototypes = gradient },
                reduction: Reduction.Sum);
            linear.Sum.Should().BeApproximately(cost.Sum, Allowed * (1 + cost.Sum), loss.ToString());
            for (int i = 0; i < 6; i++)
            {
                double slope = Enumerable.Range(0, 2).Sum(row => double.CreateTruncating(
                    expected[row * 3 + i / 2] * hidden[row * 2 + i % 2]));
                double.CreateTruncating(gradient[i]).Should().BeApproximately(slope, Allowed, loss.ToString());
            }
        }
    }

    [Fact]
    public void Margin_based_losses_with_references_and_boundaries()
    {
        MinedLoss<T> loss = Loss.MarginBased<T>(1, 0.5);
        T[] rows = [T.Zero, T.One];
        T[] references = [T.CreateTruncating(3), T.One, Huge];
        T[] ofRows = new T[2];
        T[] ofReferences = new T[3];
        T[] ofBoundaries = new T[2];
        Cost cost = loss.ValueAndGradient(
            new()
            {
                Embeddings = rows,
                Labels = [0, 1],
                References = references,
                ReferenceLabels = [0, 1, 0],
                Boundaries = [T.One, T.CreateTruncating(2)],
            },
            new() { Embeddings = ofRows, References = ofReferences, Boundaries = ofBoundaries },
            reduction: Reduction.Sum);

        // 0: alike 3 and 1e20 (2.5 and 1e20), apart from 1 (½); 1: apart from 3 (½), alike to 1 and apart from 1e20
        // (0).
        cost.Sum.Should().BeApproximately(1e20, 1e14);
        cost.Count.Should().Be(4);
        ofRows.Should().Equal(T.CreateTruncating(-1), T.One);
        ofReferences.Should().Equal(T.CreateTruncating(0), T.NegativeOne, T.One);
        ofBoundaries.Should().Equal(T.NegativeOne, T.One);
        Refused("labels", "*-1*", () => loss.Value(
            new() { Embeddings = rows, Labels = [0, -1], Boundaries = [T.One, T.One] }));
        Refused("labels", "*2*", () => loss.Value(
            new() { Embeddings = rows, Labels = [0, 2], Boundaries = [T.One, T.One] }));
        Refused("boundaries", "*", () => loss.Value(new() { Embeddings = rows, Labels = [0, 1] }));
        Refused("referenceLabels", "*", () => loss.Value(new()
        {
            Embeddings = rows,
            Labels = [0, 1],
            References = references,
            ReferenceLabels = [0],
            Boundaries = [T.One],
        }));
        double.IsNaN(loss.Value(new() { Embeddings = [], Labels = [], Boundaries = [T.One] }).Mean).Should().BeTrue();
    }

    [Fact]
    public void Smoothed_targets_take_what_a_mask_covers()
    {
        T[] targets = [T.NaN, T.One, T.Zero, T.PositiveInfinity, T.Zero, T.One];
        T[] smoothed = new T[6];
        Targets.Smooth<T>(targets, 3, 0.5, smoothed, [false, true, true, false, false, true]);
        smoothed.Should().Equal(
            T.Zero, T.CreateTruncating(0.75), T.CreateTruncating(0.25), T.Zero, T.Zero, T.One);
        Targets.Smooth<T>(targets, 3, 1, smoothed, [true, true, true, true, true, true]);
        T.IsNaN(smoothed[0]).Should().BeTrue();
        smoothed[1].Should().Be(T.CreateTruncating(1.0 / 3));
        Refused("mask", "*", () => Targets.Smooth<T>([], 3, 0.5, [], new bool[6]));
        Refused("smoothing", "*", () => Targets.Smooth<T>(targets, 3, double.NaN, smoothed));
    }

    [Fact]
    public void Queries_with_an_offset_need_their_keys()
    {
        T[] rows = [T.One, T.Zero, T.Zero, T.One];
        foreach (int offset in (int[])[1, 3, int.MaxValue - 1, int.MaxValue])
        {
            foreach (RetrievalLoss<T> loss in (RetrievalLoss<T>[])
                [Loss.NPairs<T>(2, offset: offset), Loss.MultipleNegativesRanking<T>(2, offset: offset)])
            {
                loss.Invoking(each => each.Value(new() { Queries = rows, Keys = rows, Labels = [0, 1] }))
                    .Should().Throw<ArgumentException>()
                    .WithMessage($"'keys' has 2 rows, but query 1 matches key {1L + offset}.*").WithParameterName("keys");
                loss.Value(new() { Queries = [], Keys = rows, Labels = [0, 1] }).Count.Should().Be(0);
            }
        }

        T[] keys = [T.Zero, T.One, .. rows];
        T[] queries = new T[4];
        T[] ofKeys = new T[6];
        foreach (RetrievalLoss<T> loss in (RetrievalLoss<T>[])
            [Loss.NPairs<T>(2, offset: 1), Loss.MultipleNegativesRanking<T>(2, scale: 1, offset: 1)])
        {
            // Products 0, 1, 0 of the first with match 1, and 1, 0, 1 of the second with match 2, equal to key 0.
            Cost cost = loss.ValueAndGradient(
                new() { Queries = rows, Keys = keys, Labels = [5, 6, 7] },
                new() { Queries = queries, Keys = ofKeys },
                reduction: Reduction.Sum);
            cost.Sum.Should().BeApproximately(
                Math.Log(1 + 2 / Math.E) + Math.Log(2 + 1 / Math.E), Allowed, loss.ToString());
            queries.Concat(ofKeys).Should().AllSatisfy(x => T.IsFinite(x).Should().BeTrue());
        }

        Refused("offset", "*", () => Loss.NPairs<T>(2, offset: -1));
    }

    [Fact]
    public void A_map_in_parallel_is_the_same_and_images_that_are_too_small_have_none()
    {
        SsimLoss<T> loss = Loss.Ssim<T>(1, 5);
        Random random = new(3);
        T[] x = [.. Enumerable.Range(0, 9 * 2 * 130 * 140).Select(_ => T.CreateTruncating(random.NextDouble()))];
        T[] y = [.. x.Select((pixel, i) => i % 7 == 0 ? T.One - pixel : pixel)];
        x[5 * 2 * 130 * 140 + 7] = T.NaN;
        bool[] mask = [.. Enumerable.Range(0, 9 * 130 * 140).Select(i => i % 4001 != 0)];
        Images<T> batch = new() { Predictions = x, Targets = y, Channels = 2, Height = 130, Width = 140, Mask = mask };
        T[] expected = new T[loss.Windows(batch)];
        T[] map = new T[expected.Length];
        loss.Map(batch, expected);
        loss.InParallel(4).Map(batch, map);
        map.AsSpan().SequenceEqual(expected).Should().BeTrue();
        expected.Count(T.IsNaN).Should().BeGreaterThan(0);
        foreach ((int height, int width) in (ReadOnlySpan<(int, int)>)[(4, 5), (5, 4), (3, 3)])
        {
            T[] small = new T[height * width];
            Refused("predictions", "*window has 5 pixels*", () => loss.Windows(
                new() { Predictions = small, Targets = small, Channels = 1, Height = height, Width = width }), anyName: true);
        }

        loss.Windows(new() { Predictions = [], Targets = [], Channels = 1, Height = 5, Width = 5 }).Should().Be(0);
        loss.InParallel(4).Map(new() { Predictions = [], Targets = [], Channels = 1, Height = 5, Width = 5 }, []);
    }

    private static void Refused(string name, string message, Action call, bool anyName = false)
    {
        string? given = call.Should().Throw<ArgumentException>().WithMessage(message).Which.ParamName;
        if (!anyName)
        {
            given.Should().Be(name);
        }
    }
}
