using System.Runtime.InteropServices;

namespace LossKit.Tests;

/// <summary>Embeddings whose squares leave the range, confident batches, weights of 0, and what is refused.</summary>
[Trait("Category", "Kernels")]
public sealed class EmbeddingNumericsTests
{
    [Fact]
    public void Norms_whose_squares_overflow_are_norms()
    {
        float[] queries = [3e20f, 4e20f, 4e20f, 3e20f];
        float[] keys = [3e20f, 0, 0, 3e20f];
        float[] ofQueries = new float[4];
        float[] ofKeys = new float[4];
        Cost cost = Loss.InfoNce<float>(2, temperature: 1).ValueAndGradient(
            new() { First = queries, Second = keys }, new() { First = ofQueries, Second = ofKeys });
        cost.Mean.Should().BeApproximately(0.7981389, 1e-6);

        // The gradient of the same rows at ordinary size, as much smaller as they are larger.
        float[] small = new float[4];
        Loss.InfoNce<float>(2, temperature: 1).ValueAndGradient(
            new() { First = [3, 4, 4, 3], Second = [3, 0, 0, 3] }, new() { First = small, Second = ofKeys });
        for (int i = 0; i < small.Length; i++)
        {
            (ofQueries[i] * 1e20f).Should().BeApproximately(small[i], 1e-6f);
        }
    }

    [Theory]
    [InlineData(1e20f)]
    [InlineData(1e-25f)]
    [InlineData(1f)]
    public void Distances_and_cosines_do_not_depend_on_squares_in_range(float unit)
    {
        float[] gradient = new float[4];
        float[] other = new float[4];
        float[] third = new float[4];
        float[] first = [3 * unit, 0, 0, unit];
        float[] second = [0, 4 * unit, 0, 3 * unit];
        Loss.Triplet<float>(2, margin: 0).ValueAndGradient(
            new() { Anchors = first, Positives = second, Negatives = [3 * unit, unit, 0, 2 * unit] },
            new() { Anchors = gradient, Positives = other, Negatives = third }).Sum
            .Should().BeApproximately((5.0 - 1 + 2 - 1) * unit, 1e-6 * unit);
        gradient.Should().OnlyContain(g => float.IsFinite(g));
        gradient[0].Should().BeApproximately(0.3f, 1e-6f);

        if (unit >= 1)
        {
            Loss.CosineEmbedding<float>(2).ValueAndGradient(
                new() { First = [3 * unit, 0], Second = [3 * unit, 4 * unit], Labels = [1] },
                new() { First = gradient.AsSpan(..2), Second = other.AsSpan(..2) }).Mean
                .Should().BeApproximately(0.4, 1e-6);
            (gradient[1] * unit).Should().BeApproximately(-0.8f / 3, 1e-6f);
        }
    }

    [Theory]
    [InlineData(1e20f)]
    [InlineData(1e-25f)]
    public void Mined_distances_do_not_depend_on_squares_in_range(float unit)
    {
        float[] ordinary = [1, 0, 0.5f, 1, -1, 0.25f, 0, -1];
        float[] rows = [.. ordinary.Select(number => number * unit)];
        int[] labels = [0, 0, 1, 1];
        float[] expected = new float[8];
        float[] gradient = new float[8];
        foreach (Func<double, MinedLoss<float>> make in (Func<double, MinedLoss<float>>[])
            [m => Loss.BatchHardTriplet<float>(2, m), m => Loss.BatchAllTriplet<float>(2, m)])
        {
            Cost cost = make(1).ValueAndGradient(
                new() { Embeddings = ordinary, Labels = labels }, new() { Embeddings = expected });
            make(unit).ValueAndGradient(
                new() { Embeddings = rows, Labels = labels }, new() { Embeddings = gradient }).Mean
                .Should().BeApproximately(cost.Mean * unit, 1e-6 * cost.Mean * unit);
            gradient.Should().Equal(expected, (left, right) => Math.Abs(left - right) < 1e-6);
        }
    }

    [Fact]
    public void Labels_are_any_integers()
    {
        float[] rows = [1, 0, 0.5f, 1, -1, 0.25f, 0, -1, 2, 1];
        float[] expected = new float[10];
        float[] gradient = new float[10];
        foreach (LabelledLoss<float> loss in (LabelledLoss<float>[])
            [Loss.BatchHardTriplet<float>(2), Loss.SemiHardTriplet<float>(2), Loss.SupervisedContrastive<float>(2)])
        {
            loss.ValueAndGradient(
                new() { Embeddings = rows, Labels = [0, 1, 0, 1, 2] }, new() { Embeddings = expected });
            loss.ValueAndGradient(
                new() { Embeddings = rows, Labels = [int.MinValue, int.MaxValue, int.MinValue, int.MaxValue, -1] },
                new() { Embeddings = gradient });
            gradient.Should().Equal(expected, (left, right) => Math.Abs(left - right) < 1e-6);
        }
    }

    [Fact]
    public void Double_norms_out_of_the_range_of_squares_are_norms()
    {
        Loss.InfoNce<double>(2, temperature: 1).Value(
            new() { First = [3e200, 4e200, 4e200, 3e200], Second = [3e200, 0, 0, 3e200] }).Mean
            .Should().BeApproximately(0.7981388693815918, 1e-12);
        Loss.CosineEmbedding<double>(2).Value(new() { First = [3e200, 0], Second = [3e200, 4e200], Labels = [1] }).Mean
            .Should().BeApproximately(0.4, 1e-12);
    }

    [Fact]
    public void A_confident_contrast_keeps_its_loss_and_gradient()
    {
        float[] gradient = new float[8];
        Cost cost = Loss.SupervisedContrastive<float>(2, 0.1).ValueAndGradient(
            new() { Embeddings = [1, 0, -1, 0, 1, 0.01f, -1, 0.01f], Labels = [0, 1, 0, 1] },
            new() { Embeddings = gradient });
        cost.Mean.Should().BeApproximately(4.127464e-9, 1e-14);
        gradient[1].Should().BeApproximately(-1.0321e-10f, 1e-13f);
    }

    [Fact]
    public void A_weight_of_0_hides_what_it_covers()
    {
        float nan = float.NaN;
        float[] first = new float[4];
        float[] second = new float[4];
        float[] third = new float[4];
        Cost cost = Loss.Contrastive<float>(2).ValueAndGradient(
            new() { First = [1, 2, nan, 0], Second = [1, 0, nan, 3], Labels = [1, 1] },
            new() { First = first, Second = second },
            [1, 0]);
        cost.Sum.Should().Be(4);
        first.Concat(second).Should().NotContain(nan);

        cost = Loss.CosineEmbedding<float>(2).ValueAndGradient(
            new() { First = [1, 2, nan, 0], Second = [1, 0, nan, 3], Labels = [1, 1] },
            new() { First = first, Second = second },
            [1, 0]);
        cost.Sum.Should().BeApproximately(1 - 1 / Math.Sqrt(5), 1e-6);
        first.Concat(second).Should().NotContain(nan);

        cost = Loss.Triplet<float>(2).ValueAndGradient(
            new() { Anchors = [0, 0, nan, 0], Positives = [1, 0, 0, 0], Negatives = [1, 1, 0, nan] },
            new() { Anchors = first, Positives = second, Negatives = third },
            [1, 0]);
        cost.Sum.Should().BeApproximately(2 - Math.Sqrt(2), 1e-6);
        first.Concat(second).Concat(third).Should().NotContain(nan);

        foreach (bool normalize in (bool[])[true, false])
        {
            cost = Loss.InfoNce<float>(2, 1, normalize).ValueAndGradient(
                new() { First = [1, 0, nan, nan], Second = [1, 0, 0, 1] },
                new() { First = first, Second = second },
                [1, 0]);
            cost.Sum.Should().BeApproximately(Math.Log(1 + Math.Exp(-1)), 1e-6);
            first.Concat(second).Should().NotContain(nan);
            first[2..].Should().OnlyContain(g => g == 0);
        }
    }

    [Fact]
    public void A_weight_of_0_hides_a_row_from_its_references()
    {
        foreach (LabelledLoss<float> loss in (LabelledLoss<float>[])[
            Loss.SupervisedContrastive<float>(2), Loss.MultiSimilarity<float>(2), Loss.Circle<float>(2),
            Loss.BatchHardTriplet<float>(2), Loss.SemiHardTriplet<float>(2), Loss.BatchAllTriplet<float>(2),
            Loss.BatchContrastive<float>(2), Loss.SnrContrastive<float>(2), Loss.LiftedStructure<float>(2),
            Loss.Angular<float>(2)])
        {
            float[] references = new float[8];
            float[] rows = new float[4];
            float[] expected = new float[8];
            Run([1, 0, 0, 1], rows, expected);
            Run([1, 0, float.NaN, 5], rows, references);
            references.Should().Equal(expected, loss.ToString());
            expected.Should().Contain(g => g != 0, loss.ToString());
            rows[2..].Should().Equal([0, 0], loss.ToString());

            void Run(float[] embeddings, float[] ofRows, float[] ofReferences) => loss.ValueAndGradient(
                new()
                {
                    Embeddings = embeddings,
                    Labels = [0, 1],
                    References = [1, 1, 0.5f, 1, 0.9f, 0.4f, -1, 0.2f],
                    ReferenceLabels = [0, 1, 1, 0],
                },
                new() { Embeddings = ofRows, References = ofReferences },
                [1, 0]);
        }
    }

    [Theory]
    [InlineData(1e-40f)]
    [InlineData(1e35f)]
    public void Equal_weights_of_any_size_have_the_same_gradient(float weight)
    {
        float[] rows = [1, 0, 0.5f, 1, -1, 0.25f, 0, -1];
        int[] labels = [0, 0, 1, 1];
        float[] weights = [weight, weight, weight, weight];
        float[] expected = new float[8];
        float[] gradient = new float[8];
        foreach (LabelledLoss<float> loss in (LabelledLoss<float>[])
            [Loss.SemiHardTriplet<float>(2), Loss.BatchHardTriplet<float>(2), Loss.SupervisedContrastive<float>(2)])
        {
            Labelled<float> batch = new() { Embeddings = rows, Labels = labels };
            Cost plain = loss.ValueAndGradient(batch, new() { Embeddings = expected });
            loss.ValueAndGradient(batch, new() { Embeddings = gradient }, weights).Mean
                .Should().BeApproximately(plain.Mean, 1e-6);
            for (int i = 0; i < gradient.Length; i++)
            {
                gradient[i].Should().BeApproximately(expected[i], 1e-6f);
            }
        }

        float[] second = new float[8];
        float[] secondExpected = new float[8];
        Views<float> views = new() { First = rows, Second = (float[])[.. rows.Reverse()] };
        Loss.InfoNce<float>(2).ValueAndGradient(views, new() { First = expected, Second = secondExpected });
        Loss.InfoNce<float>(2).ValueAndGradient(views, new() { First = gradient, Second = second }, weights);
        second.Should().Equal(secondExpected, (left, right) => Math.Abs(left - right) < 1e-6);
    }

    [Fact]
    public void Labels_in_the_memory_of_an_output_are_refused()
    {
        int[] memory = new int[4];
        Span<float> output = MemoryMarshal.Cast<int, float>(memory.AsSpan());
        float[] rows = [1, 2, 3, 4];
        string message = "";
        try
        {
            Loss.SoftmaxCrossEntropy<float>(2).ValueAndGradient(rows, memory.AsSpan(1, 2), output);
        }
        catch (ArgumentException exception)
        {
            message = exception.Message;
        }

        message.Should().Contain("'gradient' overlaps 'targets'");
        message = "";
        try
        {
            Loss.Contrastive<float>(2).ValueAndGradient(
                new() { First = rows, Second = rows, Labels = memory.AsSpan(0, 2) }, new() { First = output });
        }
        catch (ArgumentException exception)
        {
            message = exception.Message;
        }

        message.Should().Contain("'gradients.First' overlaps 'labels'");
        message = "";
        try
        {
            Labelled<float> batch = new() { Embeddings = rows, Labels = memory.AsSpan(0, 2) };
            Loss.SemiHardTriplet<float>(2).PerExample(batch, output[..0]);
            Loss.SupervisedContrastive<float>(2).PerExample(batch, output[1..3]);
        }
        catch (ArgumentException exception)
        {
            message = exception.Message;
        }

        message.Should().Contain("'losses' overlaps 'labels'");
    }

    [Fact]
    public void More_losses_than_an_array_holds_are_refused()
    {
        int[] labels = new int[4_000];
        labels.AsSpan(2_000).Fill(1);
        Loss.BatchAllTriplet<float>(1)
            .Invoking(loss => loss.Losses(new() { Embeddings = new float[4_000], Labels = labels }))
            .Should().Throw<ArgumentException>().WithMessage("*15992000000 losses*");
    }
}
