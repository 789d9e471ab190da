using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleEmbeddingProperties : EmbeddingProperties<float>;

public sealed class DoubleEmbeddingProperties : EmbeddingProperties<double>;

/// <summary>What holds for every loss of embeddings.</summary>
[Trait("Category", "Kernels")]
public abstract class EmbeddingProperties<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly int[] s_dimensions = [1, 2, 3, 7, 16, 17, 48, 50, 130];

    /// <summary>What rounding may do to a loss or gradient, relative to the terms that it is the sum of.</summary>
    private static readonly double s_close = 8 * Samples.Close<T>();

    public static TheoryData<string> Losses => EmbeddingCatalogue.Names;

    public static TheoryData<string> RowByRow => EmbeddingCatalogue.With(EmbeddingTraits.RowByRow);

    public static TheoryData<string> InBatch => EmbeddingCatalogue.With(EmbeddingTraits.InBatch);

    public static TheoryData<string> OfDifferences => EmbeddingCatalogue.With(EmbeddingTraits.OfDifferences);

    public static TheoryData<string> Normalized => EmbeddingCatalogue.With(EmbeddingTraits.Normalized);

    [Theory, MemberData(nameof(Losses)), Trait("Category", "Formulas")]
    public void Values_losses_and_gradients_are_those_of_the_definition(string name)
    {
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        int[] some = [.. Enumerable.Range(instance.FewestRows, 19 - instance.FewestRows), 25, 33, 40];
        foreach (int rows in some)
        {
            // All dimensions at few, middling and many rows.
            int dimension = instance.Fit(s_dimensions[rows % s_dimensions.Length]);
            EmbeddingLosses<T> loss = instance.Loss<T>(dimension);
            EmbeddingSample<T> sample = EmbeddingSamples.OnGrid<T>(loss, rows, dimension);
            ShouldFitDefinition(instance, sample, (Reduction)(rows % 2));
            ShouldFitDefinition(instance, sample with { Weights = [] }, (Reduction)((rows + 1) % 2));
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void Large_batches_fit_the_definition(string name)
    {
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        int dimension = instance.Fit(5);
        ShouldFitDefinition(
            instance, EmbeddingSamples.OnGrid<T>(instance.Loss<T>(dimension), 131, dimension), Reduction.Mean);
    }

    [Theory, MemberData(nameof(Losses))]
    public void Weights_make_the_gradient_a_sum_of_gradients_of_single_losses(string name)
    {
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        const int Rows = 9;
        int dimension = instance.Fit(6);
        EmbeddingLosses<T> loss = instance.Loss<T>(dimension);
        EmbeddingSample<T> sample = EmbeddingSamples.OnGrid<T>(loss, Rows, dimension);
        (sample.Weights[0], sample.Weights[1]) = (T.Zero, T.One + T.One);
        double[] expected = new double[loss.InputNames.Length * Rows * dimension];
        double sum = 0;
        for (int k = 0; k < sample.Weights.Length; k++)
        {
            T[] alone = new T[sample.Weights.Length];
            alone[k] = T.One;
            double weight = Samples.ToDouble(sample.Weights[k]);
            EmbeddingSample<T> single = sample with { Weights = alone };
            T[] gradient = loss.Gradient(single, Reduction.Sum);
            sum += weight * loss.Run(single).Cost.Sum;
            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] += weight * Samples.ToDouble(gradient[i]);
            }
        }

        loss.Run(sample).Cost.Sum.Should().BeApproximately(sum, s_close * (1 + Math.Abs(sum)));
        ShouldBeClose(loss.Gradient(sample, Reduction.Sum), expected, 1 + expected.Max(Math.Abs), "gradient");
    }

    [Theory, MemberData(nameof(Losses))]
    public void No_weights_are_weights_of_one(string name)
    {
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        int dimension = instance.Fit(17);
        EmbeddingLosses<T> loss = instance.Loss<T>(dimension);
        EmbeddingSample<T> sample = EmbeddingSamples.OnGrid<T>(loss, 70, dimension);
        Array.Fill(sample.Weights, T.One);
        EmbeddingRun<T> weighted = loss.Run(sample);
        EmbeddingRun<T> plain = loss.Run(sample with { Weights = [] });
        plain.Cost.Should().Be(weighted.Cost);
        plain.Losses.Should().Equal(weighted.Losses);
        plain.AllGradients.Should().Equal(weighted.AllGradients);
    }

    [Theory, MemberData(nameof(Losses))]
    public void Degenerate_batches_fit_the_definition_and_are_finite(string name)
    {
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        int dimension = instance.Fit(19);
        EmbeddingLosses<T> loss = instance.Loss<T>(dimension);
        EmbeddingSample<T> sample = EmbeddingSamples.OnGrid<T>(loss, 24, dimension);
        T[] row = sample.Inputs[0][..dimension];
        int[] ownLabels = loss is LabelledFace<T> ? [.. Enumerable.Range(-10, 24)] : sample.Labels;
        int[] oneLabel = [.. Enumerable.Repeat(sample.Labels[0], 24)];
        T[][] partlyZero = [.. sample.Inputs.Select(input => (T[])[.. input])];
        partlyZero[0].AsSpan(0, 3 * dimension).Clear();
        partlyZero[^1].AsSpan(2 * dimension, 5 * dimension).Clear();
        EmbeddingSample<T>[] degenerate =
        [
            sample with { Inputs = [.. sample.Inputs.Select(_ => Repeated(row, 24))] },
            sample with { Inputs = [.. sample.Inputs.Select(_ => Repeated([.. row, .. row.Reverse()], 12))] },
            sample.Map(_ => T.Zero),
            sample with { Inputs = partlyZero },
            sample with { Labels = oneLabel },
            sample with { Labels = ownLabels },
            EmbeddingSamples.OnGrid<T>(loss, Math.Max(1, instance.FewestRows), dimension) with { Weights = [] },
            EmbeddingSamples.OnGrid<T>(loss, 0, dimension),
            sample with { Weights = new T[sample.Weights.Length] },
        ];
        foreach (EmbeddingSample<T> batch in degenerate)
        {
            foreach (Reduction reduction in Enum.GetValues<Reduction>())
            {
                EmbeddingRun<T> run = ShouldFitDefinition(instance, batch, reduction);
                double.IsFinite(run.Cost.Sum).Should().BeTrue();
                run.Losses.Concat(run.AllGradients).All(T.IsFinite).Should().BeTrue();
            }
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void Without_weight_the_mean_is_NaN_and_gradients_are_zeros_whatever_the_rows(string name)
    {
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        int dimension = instance.Fit(3);
        EmbeddingLosses<T> loss = instance.Loss<T>(dimension);
        EmbeddingSample<T> sample = EmbeddingSamples.OnGrid<T>(loss, 10, dimension).With(0, 4, T.NaN);
        EmbeddingRun<T> run = loss.Run(sample with { Weights = new T[sample.Weights.Length] });
        (run.Cost.Sum, run.Cost.Weight).Should().Be((0, 0));
        run.Cost.Mean.Should().Be(double.NaN);
        run.AllGradients.All(T.IsZero).Should().BeTrue();
        run.Losses.Any(T.IsNaN).Should().BeTrue();
    }

    [Theory, MemberData(nameof(OfDifferences))]
    public void An_offset_common_to_all_rows_changes_nothing(string name)
    {
        // On the grid, differences are exact with the offset, too: then nothing at all may change.
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        foreach (int rows in new[] { 3, 20, 64 })
        {
            int dimension = instance.Fit(50);
            EmbeddingLosses<T> loss = instance.Loss<T>(dimension);
            EmbeddingSample<T> sample = EmbeddingSamples.OnGrid<T>(loss, rows, dimension);
            EmbeddingRun<T> here = loss.Run(sample);
            EmbeddingRun<T> there = loss.Run(sample.Map(x => x + T.CreateTruncating(1000)));
            there.Cost.Should().Be(here.Cost);
            there.Losses.Should().Equal(here.Losses);
            there.AllGradients.Should().Equal(here.AllGradients);
        }
    }

    [Theory, MemberData(nameof(OfDifferences))]
    public void Gradients_of_distances_sum_to_zero(string name)
    {
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        int dimension = instance.Fit(18);
        EmbeddingLosses<T> loss = instance.Loss<T>(dimension);
        T[] gradient = loss.Gradient(EmbeddingSamples.Anywhere<T>(loss, 35, dimension));
        double size = gradient.Sum(x => Math.Abs(Samples.ToDouble(x)));
        size.Should().BePositive();
        for (int column = 0; column < dimension; column++)
        {
            gradient.Where((_, k) => k % dimension == column).Sum(Samples.ToDouble)
                .Should().BeApproximately(0, s_close * size);
        }
    }

    [Theory, MemberData(nameof(Normalized))]
    public void Lengths_of_rows_do_not_matter_where_they_are_normalized(string name)
    {
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        const int Dimension = 33;
        EmbeddingLosses<T> loss = instance.Loss<T>(Dimension);
        EmbeddingSample<T> sample = EmbeddingSamples.Anywhere<T>(loss, 21, Dimension);
        EmbeddingRun<T> run = loss.Run(sample);

        // Powers of two round nothing.
        T[][] stretched =
            [.. sample.Inputs.Select(input => (T[])[.. input.Select((x, k) => T.ScaleB(x, Exponent(k)))])];
        EmbeddingRun<T> other = loss.Run(sample with { Inputs = stretched });
        other.Losses.Should().Equal(run.Losses);
        for (int input = 0; input < stretched.Length; input++)
        {
            T[] shrunk = [.. run.Gradients[input].Select((x, k) => T.ScaleB(x, -Exponent(k)))];
            other.Gradients[input].Should().Equal(shrunk);
        }

        static int Exponent(int index) => index / Dimension % 11 - 5;
    }

    [Theory, MemberData(nameof(Normalized))]
    public void Gradients_of_normalized_rows_are_orthogonal_to_them(string name)
    {
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        const int Dimension = 20;
        EmbeddingLosses<T> loss = instance.Loss<T>(Dimension);
        EmbeddingSample<T> sample = EmbeddingSamples.Anywhere<T>(loss, 23, Dimension) with { Weights = [] };
        EmbeddingRun<T> run = loss.Run(sample, Reduction.Sum);
        for (int input = 0; input < run.Gradients.Length; input++)
        {
            foreach ((T[] row, T[] gradient) in sample.Inputs[input].Chunk(Dimension)
                .Zip(run.Gradients[input].Chunk(Dimension)))
            {
                double size = Math.Sqrt(Dot(row, row) * Dot(gradient, gradient));
                size.Should().BePositive();
                Dot(row, gradient).Should().BeApproximately(0, 10 * s_close * size);
            }
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void Exchanged_rows_have_exchanged_gradients(string name)
    {
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        const int Rows = 37;
        int dimension = instance.Fit(6);
        EmbeddingLosses<T> loss = instance.Loss<T>(dimension);
        EmbeddingSample<T> sample = EmbeddingSamples.Anywhere<T>(loss, Rows, dimension);
        sample = instance.Traits.HasFlag(EmbeddingTraits.WeighedByFirst) ? sample with { Weights = [] } : sample;
        int[] order = [.. Enumerable.Range(0, Rows)];
        new Random(5).Shuffle(order);
        EmbeddingRun<T> run = loss.Run(sample);
        EmbeddingRun<T> shuffled = loss.Run(new(
            dimension,
            [.. sample.Inputs.Select(input => Reordered(input, dimension))],
            [.. order.Select(row => sample.Labels[row])],
            Reordered(sample.Weights, 1)));
        shuffled.Cost.Sum.Should().BeApproximately(run.Cost.Sum, s_close * (1 + Math.Abs(run.Cost.Sum)));
        for (int input = 0; input < run.Gradients.Length; input++)
        {
            double[] expected = [.. Reordered(run.Gradients[input], dimension).Select(Samples.ToDouble)];
            ShouldBeClose(shuffled.Gradients[input], expected, expected.Max(Math.Abs), "gradient");
        }

        // Of two views, both are reordered alike.
        T[] Reordered(T[] numbers, int width) =>
        [
            .. numbers.Chunk(Rows * width).SelectMany(
                part => order.SelectMany(row => part.AsSpan(row * width, width).ToArray())),
        ];
    }

    [Theory, MemberData(nameof(RowByRow))]
    public void NaN_spoils_its_own_pair_or_triplet_and_no_other(string name)
    {
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        int dimension = instance.Fit(19);
        EmbeddingLosses<T> loss = instance.Loss<T>(dimension);
        EmbeddingSample<T> sample = EmbeddingSamples.OnGrid<T>(loss, 70, dimension) with { Weights = [] };
        EmbeddingRun<T> clean = loss.Run(sample);
        for (int input = 0; input < sample.Inputs.Length; input++)
        {
            foreach (int spoilt in new[] { 0, 13, 63, 64, 69 })
            {
                int at = spoilt * dimension + (spoilt + input) % dimension;
                EmbeddingRun<T> run = loss.Run(sample.With(input, at, T.NaN));
                run.Cost.Sum.Should().Be(double.NaN);
                for (int row = 0; row < 70; row++)
                {
                    IEnumerable<T> numbers = run.Gradients
                        .SelectMany(gradient => gradient[(row * dimension)..((row + 1) * dimension)])
                        .Append(run.Losses[row]);
                    IEnumerable<T> expected = row == spoilt
                        ? Enumerable.Repeat(T.NaN, sample.Inputs.Length * dimension + 1)
                        : clean.Gradients
                            .SelectMany(gradient => gradient[(row * dimension)..((row + 1) * dimension)])
                            .Append(clean.Losses[row]);
                    numbers.SequenceEqual(expected).Should().BeTrue($"row {row}, where {spoilt} is spoilt");
                }
            }
        }
    }

    [Theory, MemberData(nameof(InBatch))]
    public void NaN_spoils_the_sum_and_all_rows_that_it_is_compared_with(string name)
    {
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        EmbeddingLosses<T> loss = instance.Loss<T>(4);
        EmbeddingSample<T> sample = EmbeddingSamples.OnGrid<T>(loss, 9, 4) with { Weights = [] };

        // The spoilt row has a partner, or has none and is nothing but a negative.
        foreach (int[] labels in new int[][] { [1, 1, 1, 2, 2, 2, 3, 3, 3], [1, 1, 1, 2, 2, 2, 2, 7, 8] })
        {
            for (int spoilt = 0; spoilt < 9; spoilt++)
            {
                EmbeddingRun<T> run = loss.Run(sample.With(0, 4 * spoilt + 1, T.NaN) with { Labels = labels });
                run.Cost.Sum.Should().Be(double.NaN, $"row {spoilt} is");
                run.Losses.Any(T.IsNaN).Should().BeTrue();
                run.Gradients.All(gradient => gradient.Any(T.IsNaN)).Should().BeTrue();
            }
        }

        EmbeddingRun<T> diverged = loss.Run(sample.Map(_ => T.NaN));
        diverged.Cost.Sum.Should().Be(double.NaN);
        diverged.AllGradients.All(T.IsNaN).Should().BeTrue();
    }

    [Theory, MemberData(nameof(Losses))]
    public void Equal_data_give_equal_bits_at_any_address(string name)
    {
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        int dimension = instance.Fit(21);
        EmbeddingLosses<T> loss = instance.Loss<T>(dimension);
        EmbeddingSample<T> sample = EmbeddingSamples.Anywhere<T>(loss, 39, dimension);
        EmbeddingRun<T> expected = loss.Run(sample);
        for (int offset = 1; offset < 9; offset++)
        {
            int gap = offset;
            Memory<T>[] inputs = [.. sample.Inputs.Select(Shifted)];
            Memory<T>[] gradients = [.. sample.Inputs.Select(input => Shifted(new T[input.Length]))];
            Cost cost = loss.ValueAndGradient(
                inputs, sample.Labels, gradients, Shifted(sample.Weights), Reduction.Mean);
            cost.Sum.Should().Be(expected.Cost.Sum);
            gradients.Zip(expected.Gradients, (actual, bits) => actual.Span.SequenceEqual(bits))
                .Should().AllBeEquivalentTo(true);

            Memory<T> Shifted(T[] numbers) => ((T[])[.. new T[gap], .. numbers]).AsMemory(gap);
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void Threads_change_no_bit(string name)
    {
        // All at once, and too many rows for that.
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        foreach ((int rows, int wanted) in new[] { (600, 130), (1_100, 20) })
        {
            int dimension = instance.Fit(wanted);
            EmbeddingLosses<T> loss = instance.Loss<T>(dimension);
            EmbeddingSample<T> sample = EmbeddingSamples.Anywhere<T>(
                loss, dimension > 1 ? rows : 140_000, dimension);
            EmbeddingRun<T> expected = loss.Run(sample);
            foreach (int degree in new[] { 2, 7 })
            {
                EmbeddingRun<T> run = loss.InParallel(degree).Run(sample);
                run.Cost.Should().Be(expected.Cost);
                run.Losses.AsSpan().SequenceEqual(expected.Losses).Should().BeTrue();
                run.AllGradients.AsSpan().SequenceEqual(expected.AllGradients).Should().BeTrue();
            }
        }
    }

    [Theory, MemberData(nameof(RowByRow))]
    public void A_loss_does_not_depend_on_its_place(string name)
    {
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        int dimension = instance.Fit(9);
        EmbeddingLosses<T> loss = instance.Loss<T>(dimension);
        EmbeddingSample<T> sample = EmbeddingSamples.Anywhere<T>(loss, 70, dimension);
        EmbeddingRun<T> whole = loss.Run(sample, Reduction.Sum);
        foreach (int start in new[] { 1, 2, 3, 17, 63, 64, 69 })
        {
            EmbeddingRun<T> part = loss.Run(
                new(
                    dimension,
                    [.. sample.Inputs.Select(input => input[(start * dimension)..])],
                    sample.Labels[start..],
                    sample.Weights[start..]),
                Reduction.Sum);
            part.Losses.Should().Equal(whole.Losses[start..]);
            part.AllGradients.Should().Equal(
                whole.Gradients.SelectMany(gradient => gradient[(start * dimension)..]));
        }
    }

    private static EmbeddingRun<T> ShouldFitDefinition(
        EmbeddingInstance instance, EmbeddingSample<T> sample, Reduction reduction)
    {
        EmbeddingReference expected = EmbeddingReference.Of(instance.Definition, sample.To<double>());
        EmbeddingRun<T> run = instance.Loss<T>(sample.Dimension).Run(sample, reduction);
        string what = $"{sample.Rows} rows of {sample.Dimension}";
        (run.Cost.Weight, run.Cost.Count).Should().Be((expected.Weight, expected.Count), what);
        run.Cost.Sum.Should().BeApproximately(expected.Sum, s_close * (1 + Math.Abs(expected.Sum)), what);
        ShouldBeClose(run.Losses, [.. expected.Losses], 1, $"losses of {what}");
        if (expected.Weight == 0)
        {
            run.Cost.Mean.Should().Be(double.NaN, what);
            run.AllGradients.All(T.IsZero).Should().BeTrue(what);
            return run;
        }

        double divisor = reduction switch
        {
            Reduction.Mean => expected.Weight,
            Reduction.MeanOverCount => expected.Count,
            _ => 1,
        };
        T[][] rows = [.. run.Gradients.SelectMany(gradient => gradient.Chunk(sample.Dimension))];
        rows.Length.Should().Be(expected.Gradients.Length);
        for (int point = 0; point < rows.Length; point++)
        {
            double[] gradient = [.. expected.Gradients[point].Select(x => x / divisor)];
            ShouldBeClose(rows[point], gradient, expected.Sizes[point].Max() / divisor, $"gradient {point} of {what}");
        }

        return run;
    }

    private static T[] Repeated(T[] numbers, int times) =>
        [.. Enumerable.Range(0, times).SelectMany(_ => numbers)];

    private static double Dot(T[] left, T[] right) =>
        left.Zip(right, (x, y) => Samples.ToDouble(x) * Samples.ToDouble(y)).Sum();

    private static void ShouldBeClose(T[] actual, double[] expected, double size, string what)
    {
        actual.Length.Should().Be(expected.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double number = Samples.ToDouble(actual[i]);
            if (!(Math.Abs(number - expected[i]) <= s_close * Math.Max(size, Math.Abs(expected[i]))))
            {
                Assert.Fail($"Entry {i} of {what} is {number}, not {expected[i]}; its terms are of size {size}.");
            }
        }
    }
}
