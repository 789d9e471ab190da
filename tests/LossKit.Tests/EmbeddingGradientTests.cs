using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>Gradients against difference quotients of the values.</summary>
public sealed class EmbeddingGradientTests
{
    private const double Step = 1e-5;

    public static TheoryData<string> Losses => new(EmbeddingCatalogue.All
        .Where(instance => !instance.Traits.HasFlag(EmbeddingTraits.HoldsConstant))
        .Select(instance => instance.Name));

    public static TheoryData<string> Smooth => EmbeddingCatalogue.With(EmbeddingTraits.Smooth);

    [Theory, MemberData(nameof(Losses))]
    public void Gradients_are_those_of_the_values(string name)
    {
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        foreach ((int rows, int wanted) in new[] { (2, 1), (5, 2), (8, 5), (12, 3), (13, 1) })
        {
            int dimension = instance.Fit(wanted);
            EmbeddingLosses<double> loss = instance.Loss<double>(dimension);
            EmbeddingSample<double> sample = EmbeddingSamples.Anywhere<double>(loss, rows, dimension);
            ShouldHaveGradientOfValue(loss, sample with { Weights = [] });
            ShouldHaveGradientOfValue(loss, sample);
        }
    }

    [Theory, MemberData(nameof(Smooth))]
    public void Gradients_of_smooth_losses_hold_for_equal_rows(string name)
    {
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        EmbeddingLosses<double> loss = instance.Loss<double>(3);
        EmbeddingSample<double> sample = EmbeddingSamples.Anywhere<double>(loss, 6, 3);
        foreach (double[] input in sample.Inputs)
        {
            sample.Inputs[0].AsSpan(0, 6).CopyTo(input.AsSpan(6));
        }

        ShouldHaveGradientOfValue(loss, sample with { Weights = [] });
        ShouldHaveGradientOfValue(loss, sample with { Weights = [], Labels = [4, 4, 4, 4, 4, 4] });
    }

    [Fact]
    public void Similar_rows_that_are_equal_have_the_gradient_of_the_squared_distance()
    {
        // The dissimilar ones are equally far from each other.
        double[] first = [1, 2, 0, 0, 3, 4];
        double[] second = [1, 2, 0.5, 0, 3.3, 4.4];
        EmbeddingLosses<double> loss = EmbeddingCatalogue.Get("Contrastive").Double(2);
        ShouldHaveGradientOfValue(loss, new(2, [first, second], [1, 0, 0], []));
    }

    [Fact]
    public void Squared_triplets_of_equal_rows_are_smooth()
    {
        double[] anchors = [1, 2, 0, 0];
        double[] negatives = [1, 2, 0.25, 0];
        EmbeddingLosses<double> loss = EmbeddingCatalogue.Get("TripletSquared").Double(2);
        ShouldHaveGradientOfValue(loss, new(2, [anchors, anchors, negatives], [0, 0], []));
    }

    [Theory]
    [InlineData("BatchContrastive")]
    [InlineData("BatchAllTriplet")]
    [InlineData("BatchAllTriplet of active ones")]
    public void Equal_distances_between_different_rows_are_no_kink(string name)
    {
        // Corners of a square: only two distances.
        double[] corners = [0, 0, 1, 0, 0, 1, 1, 1];
        ShouldHaveGradientOfValue(
            EmbeddingCatalogue.Get(name).Double(2), new(2, [corners], [1, 1, 2, 2], [1, 2, 0, 0.5]));
    }

    [Theory, MemberData(nameof(Smooth))]
    public void Rows_of_zeros_or_nearly_so_have_the_gradient_of_the_values(string name)
    {
        // Below the least norm of 1e-12 the rows are scaled, not normalised: steps have to stay in there.
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        EmbeddingLosses<double> loss = instance.Loss<double>(3);
        EmbeddingSample<double> sample = EmbeddingSamples.Anywhere<double>(loss, 5, 3) with { Weights = [] };
        double step = instance.Traits.HasFlag(EmbeddingTraits.Normalized) ? 1e-17 : Step;
        foreach (double number in new[] { 0, 3e-13 })
        {
            sample.Inputs[0].AsSpan(0, 3).Fill(number);
            double[] gradient = loss.Run(sample).Gradients[0];
            for (int k = 0; k < 3; k++)
            {
                gradient[k].Should().NotBe(0);
                Quotient(loss, sample, 0, k, step)
                    .Should().BeApproximately(gradient[k], 1e-5 * gradient[..3].Max(Math.Abs));
            }
        }
    }

    private static void ShouldHaveGradientOfValue(EmbeddingLosses<double> loss, EmbeddingSample<double> sample)
    {
        double[][] gradients = loss.Run(sample).Gradients;
        double size = gradients.Max(gradient => gradient.Max(Math.Abs));
        for (int input = 0; input < gradients.Length; input++)
        {
            for (int k = 0; k < gradients[input].Length; k++)
            {
                double expected = Quotient(loss, sample, input, k, Step);
                gradients[input][k].Should().BeApproximately(
                    expected, 1e-7 * (1 + size), $"input {input} has this at {k} of {sample.Rows} rows");
            }
        }
    }

    private static double Quotient(
        EmbeddingLosses<double> loss, EmbeddingSample<double> sample, int input, int index, double step)
    {
        double centre = sample.Inputs[input][index];
        return (Mean(centre + step) - Mean(centre - step)) / (2 * step);

        double Mean(double number)
        {
            EmbeddingSample<double> moved = sample.With(input, index, number);
            Cost cost = loss.Value([.. moved.Inputs.Select(rows => rows.AsMemory())], moved.Labels, moved.Weights);
            return cost.MeanOr(0);
        }
    }
}
