using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleEmbeddingContractTests : EmbeddingContractTests<float>;

public sealed class DoubleEmbeddingContractTests : EmbeddingContractTests<double>;

/// <summary>What losses of embeddings refuse, touch and allocate.</summary>
public abstract class EmbeddingContractTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Rows = 6;

    private static readonly T s_untouched = T.CreateTruncating(-77);

    public static TheoryData<string> Losses => EmbeddingCatalogue.Names;

    public static TheoryData<string> RowByRow => EmbeddingCatalogue.With(EmbeddingTraits.RowByRow);

    public static TheoryData<string> InBatch => EmbeddingCatalogue.With(EmbeddingTraits.InBatch);

    [Theory, MemberData(nameof(Losses))]
    public void Spans_of_wrong_lengths_are_refused_before_anything_is_written(string name)
    {
        Call call = new(name);
        int[] labels = call.Sample.Labels;
        if (call.Loss.LabelName is not null)
        {
            call.ShouldBeRefused(call.Loss.LabelName, () => call.Everything(labels: labels[1..]));
        }

        call.ShouldBeRefused("weights", () => call.Everything(weights: call.Sample.Weights.AsMemory(1)));
        call.ShouldBeRefused("losses", () => call.PerExample(call.Losses[1..]));
        call.ShouldBeRefused("losses", () => call.PerExample(new T[call.Losses.Length + 1]));
        call.ShouldBeRefused("losses", () => call.PerExample(default));
        for (int k = 0; k < call.Inputs.Length; k++)
        {
            // The first input says how many rows there are.
            Memory<T> fewer = call.Inputs[k][(k == 0 ? 1 : call.Dimension)..];
            string argument = call.Loss.NameOfRows(k == 0 && call.Dimension == 1 ? 1 : k);
            call.ShouldBeRefused(argument, () => call.Everything(inputs: Replaced(call.Inputs, k, fewer)));
            string gradient = call.Loss.GradientNames[k];
            call.ShouldBeRefused(
                gradient, () => call.Differentiate(Replaced(call.Gradients, k, call.Gradients[k][1..])));
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void A_gradient_that_is_left_out_is_not_computed_and_changes_no_other(string name)
    {
        Call call = new(name);
        EmbeddingRun<T> expected = call.Loss.Run(call.Sample);
        for (int k = 0; k < call.Gradients.Length; k++)
        {
            call.Loss.ValueAndGradient(
                call.Inputs,
                call.Sample.Labels,
                Replaced(call.Gradients, k, default),
                call.Sample.Weights,
                Reduction.Mean).Should().Be(
                    call.Gradients.Length == 1 ? expected.Cost : call.Loss.ValueAndGradient(
                        call.Inputs,
                        call.Sample.Labels,
                        [.. call.Sample.Inputs.Select(input => (Memory<T>)new T[input.Length])],
                        call.Sample.Weights,
                        Reduction.Mean));
            for (int j = 0; j < call.Gradients.Length; j++)
            {
                if (j != k)
                {
                    call.Gradients[j].ToArray().Should().Equal(expected.Gradients[j]);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void Outputs_that_overlap_anything_are_refused_before_anything_is_written(string name)
    {
        Call call = new(name);
        for (int k = 0; k < call.Gradients.Length; k++)
        {
            string argument = call.Loss.GradientNames[k];
            int length = call.Gradients[k].Length;
            for (int j = 0; j < call.Inputs.Length; j++)
            {
                Memory<T> input = call.Inputs[j];
                Memory<T> longer = new T[length + 1];
                call.ShouldBeRefused(argument, () => call.Differentiate(Replaced(call.Gradients, k, input)));
                call.ShouldBeRefused(argument, () => call.Differentiate(
                    Replaced(call.Gradients, k, longer[1..]), Replaced(call.Inputs, j, longer[..length])));
                if (j < k)
                {
                    call.ShouldBeRefused(
                        argument, () => call.Differentiate(Replaced(call.Gradients, k, call.Gradients[j])));
                }
            }

            int count = call.Sample.Weights.Length;
            Memory<T> shared = new T[count + length - 1];
            call.ShouldBeRefused(argument, () => call.Differentiate(
                Replaced(call.Gradients, k, shared[(count - 1)..]), weights: shared[..count]));
        }

        int losses = call.Losses.Length;
        for (int j = 0; j < call.Inputs.Length; j++)
        {
            Memory<T> both = new T[losses + call.Inputs[j].Length - 1];
            call.ShouldBeRefused(
                "losses", () => call.PerExample(both[^losses..], Replaced(call.Inputs, j, both[..^(losses - 1)])));
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void A_checked_loss_is_the_loss_itself_or_refuses_numbers_by_name(string name)
    {
        Call call = new(name, isChecked: true);
        EmbeddingRun<T> run = call.Loss.Run(call.Sample);
        EmbeddingRun<T> expected = EmbeddingCatalogue.Get(name).Loss<T>(call.Dimension).Run(call.Sample);
        run.Cost.Should().Be(expected.Cost);
        run.AllGradients.Should().Equal(expected.AllGradients);
        foreach (double wrong in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            T number = T.CreateTruncating(wrong);
            for (int k = 0; k < call.Inputs.Length; k++)
            {
                int at = call.Inputs[k].Length - 1;
                string row = call.Dimension > 1 ? $", of row {Rows - 1}," : "";
                string start = FormattableString.Invariant(
                    $"{call.Loss.InputNames[k]}[{at}]{row} is {number}: must be a finite number.");
                Memory<T>[] inputs = call.Sample.With(k, at, number).Inputs.Select(input => (Memory<T>)input).ToArray();
                Action action = () => call.Everything(inputs: inputs);
                call.ShouldBeRefused(call.Loss.InputNames[k], action);
                action.Should().Throw<ArgumentException>().WithMessage(start + "*");
            }
        }

        T[] weights = [.. call.Sample.Weights];
        weights[^1] = -T.One;
        call.ShouldBeRefused("weights", () => call.Everything(weights: weights));
    }

    [Theory, MemberData(nameof(Losses))]
    public void An_unknown_reduction_is_refused_before_anything_is_written(string name)
    {
        Call call = new(name);
        call.ShouldBeRefused("reduction", () => call.Differentiate(call.Gradients, reduction: (Reduction)7));
    }

    [Theory]
    [InlineData("Contrastive", 0, 2)]
    [InlineData("CosineEmbedding", -1, 0)]
    [InlineData("MarginRanking", -1, 0)]
    public void Unknown_labels_are_refused_with_their_pair(string name, int other, int wrong)
    {
        Call call = new(name);
        int[] labels = [1, other, 1, wrong, 1, 1];
        Action action = () => call.Differentiate(call.Gradients, labels: labels);
        call.ShouldBeRefused("labels", action);
        action.Should().Throw<ArgumentOutOfRangeException>().WithMessage($"*pair 3 is {wrong}*1 or {other}*");
    }

    [Fact]
    public void A_dimension_has_to_be_positive()
    {
        foreach (int dimension in new[] { 0, -3 })
        {
            ShouldRefuse(
                "dimension",
                () => Loss.Contrastive<T>(dimension),
                () => Loss.CosineEmbedding<T>(dimension),
                () => Loss.Triplet<T>(dimension),
                () => Loss.TripletSquared<T>(dimension),
                () => Loss.TripletFromMarginFormula<T, Logistic>(default, dimension),
                () => Loss.InfoNce<T>(dimension),
                () => Loss.NtXent<T>(dimension),
                () => Loss.SupervisedContrastive<T>(dimension),
                () => Loss.BatchContrastive<T>(dimension),
                () => Loss.BatchHardTriplet<T>(dimension),
                () => Loss.BatchAllTriplet<T>(dimension),
                () => Loss.SemiHardTriplet<T>(dimension));
        }
    }

    [Fact]
    public void Parameters_out_of_range_are_refused()
    {
        foreach (double margin in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            ShouldRefuse(
                "margin",
                () => Loss.Contrastive<T>(2, margin),
                () => Loss.CosineEmbedding<T>(2, margin),
                () => Loss.MarginRanking<T>(margin),
                () => Loss.Triplet<T>(2, margin),
                () => Loss.TripletSquared<T>(2, margin),
                () => Loss.BatchContrastive<T>(2, margin),
                () => Loss.BatchHardTriplet<T>(2, margin),
                () => Loss.BatchAllTriplet<T>(2, margin),
                () => Loss.SemiHardTriplet<T>(2, margin));
        }

        ShouldRefuse("margin", () => Loss.Contrastive<T>(2, 0), () => Loss.BatchContrastive<T>(2, -1));
        ShouldRefuse("margin", () => Loss.CosineEmbedding<T>(2, 1.01), () => Loss.CosineEmbedding<T>(2, -1.01));
        foreach (double temperature in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            ShouldRefuse(
                "temperature",
                () => Loss.InfoNce<T>(2, temperature),
                () => Loss.NtXent<T>(2, temperature),
                () => Loss.SupervisedContrastive<T>(2, temperature));
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void Nothing_behind_the_spans_is_read_or_written(string name)
    {
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        foreach ((int rows, int wanted) in new[] { (1, 1), (5, 3), (16, 16), (33, 31), (67, 50) })
        {
            int dimension = instance.Fit(wanted);
            EmbeddingLosses<T> loss = instance.Loss<T>(dimension);
            EmbeddingSample<T> sample = EmbeddingSamples.OnGrid<T>(loss, rows, dimension);
            EmbeddingRun<T> expected = loss.Run(sample);
            List<GuardedOwner<T>> owners = [];
            Memory<T>[] inputs = [.. sample.Inputs.Select(Guarded)];
            Memory<T>[] gradients = [.. sample.Inputs.Select(input => Guarded(new T[input.Length]))];
            Memory<T> losses = Guarded(new T[expected.Losses.Length]);
            Memory<T> weights = Guarded(sample.Weights);
            loss.PerExample(inputs, sample.Labels, losses, weights).Should().Be(expected.Cost);
            loss.ValueAndGradient(inputs, sample.Labels, gradients, weights, Reduction.Mean);
            losses.ToArray().Should().Equal(expected.Losses);
            gradients.SelectMany(gradient => gradient.ToArray()).Should().Equal(expected.AllGradients);
            owners.ForEach(owner => ((IDisposable)owner).Dispose());

            Memory<T> Guarded(T[] numbers)
            {
                owners.Add(new(numbers));
                return owners[^1].Memory;
            }
        }
    }

    [Theory, MemberData(nameof(RowByRow))]
    public void Pairs_and_triplets_allocate_nothing(string name) => Allocated(name, 150).Should().Be(0);

    [Theory, MemberData(nameof(InBatch))]
    public void Batches_allocate_next_to_nothing_at_any_size(string name)
    {
        // Ten times the rows are a hundred times the scratch memory.
        Allocated(name, 6).Should().BeLessThan(200);
        Allocated(name, 60).Should().BeLessThan(200);
    }

    private static long Allocated(string name, int rows)
    {
        EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
        int dimension = instance.Fit(24);
        EmbeddingLosses<T> loss = instance.Loss<T>(dimension);
        EmbeddingSample<T> sample = EmbeddingSamples.OnGrid<T>(loss, rows, dimension);
        Memory<T>[] inputs = [.. sample.Inputs.Select(input => input.AsMemory())];
        Memory<T>[] gradients = [.. sample.Inputs.Select(input => new T[input.Length].AsMemory())];
        Memory<T> losses = new T[loss.Losses(sample.Labels)];

        return Allocations.Of(() =>
        {
            loss.Value(inputs, sample.Labels, sample.Weights);
            loss.PerExample(inputs, sample.Labels, losses, sample.Weights);
            loss.ValueAndGradient(inputs, sample.Labels, gradients, sample.Weights, Reduction.Mean);
        });
    }

    private static void ShouldRefuse(string argument, params Func<object>[] factories)
    {
        foreach (Func<object> factory in factories)
        {
            factory.Should().Throw<ArgumentOutOfRangeException>().Which.ParamName.Should().Be(argument);
        }
    }

    private static Memory<T>[] Replaced(Memory<T>[] spans, int index, Memory<T> replacement) =>
        [.. spans.Select((span, k) => k == index ? replacement : span)];

    /// <summary>Arguments of a call, and whether they are as they were.</summary>
    private sealed class Call
    {
        public Call(string name, bool isChecked = false)
        {
            EmbeddingInstance instance = EmbeddingCatalogue.Get(name);
            Dimension = instance.Fit(4);
            Loss = isChecked ? instance.Loss<T>(Dimension).Checked() : instance.Loss<T>(Dimension);
            Sample = EmbeddingSamples.OnGrid<T>(Loss, Rows, Dimension);
            Inputs = [.. Sample.Inputs.Select(input => (Memory<T>)(T[])[.. input])];
            Gradients = [.. Sample.Inputs.Select(input => Untouched(input.Length))];
            Losses = Untouched(Loss.Losses(Sample.Labels));
        }

        public int Dimension { get; }

        public EmbeddingLosses<T> Loss { get; }

        public EmbeddingSample<T> Sample { get; }

        public Memory<T>[] Inputs { get; }

        public Memory<T>[] Gradients { get; }

        public Memory<T> Losses { get; }

        public void Everything(Memory<T>[]? inputs = null, int[]? labels = null, Memory<T>? weights = null) =>
            Loss.ValueAndGradient(
                inputs ?? Inputs, labels ?? Sample.Labels, Gradients, weights ?? Sample.Weights, Reduction.Mean);

        public void PerExample(Memory<T> losses, Memory<T>[]? inputs = null) =>
            Loss.PerExample(inputs ?? Inputs, Sample.Labels, losses, Sample.Weights);

        public void Differentiate(
            Memory<T>[] gradients,
            Memory<T>[]? inputs = null,
            int[]? labels = null,
            Memory<T>? weights = null,
            Reduction reduction = Reduction.Mean) =>
            Loss.ValueAndGradient(
                inputs ?? Inputs, labels ?? Sample.Labels, gradients, weights ?? Sample.Weights, reduction);

        public void ShouldBeRefused(string argument, Action call)
        {
            call.Should().Throw<ArgumentException>().Which.ParamName.Should().Be(argument);
            Gradients.Append(Losses).All(output => output.Span.IndexOfAnyExcept(s_untouched) < 0).Should().BeTrue();
            Inputs.Zip(Sample.Inputs, (now, before) => now.Span.SequenceEqual(before)).All(same => same)
                .Should().BeTrue();
        }

        private static Memory<T> Untouched(int length) => Enumerable.Repeat(s_untouched, length).ToArray();
    }
}
