namespace LossKit.Gpu.Tests;

/// <summary>What a call takes and refuses, and what it leaves alone.</summary>
public sealed class CallTests(ProcessorDevice device) : IClassFixture<ProcessorDevice>
{
    private readonly DeviceLoss<float> _loss = Loss.Huber<float>(1).On(device.Accelerator);

    [Theory]
    [InlineData(Reduction.Mean)]
    [InlineData(Reduction.Sum)]
    [InlineData(Reduction.MeanOverCount)]
    public void Reductions_are_those_of_the_processor(Reduction reduction)
    {
        float[] predictions = Numbers.Predictions<float>(21);
        float[] targets = Numbers.Targets<float>(TargetKind.Value, 21);
        float[] weights = Numbers.Weights<float>(21);
        float[] gradient = new float[21];
        Cost expected = Loss.Huber<float>(1).ValueAndGradient(predictions, targets, gradient, weights, reduction);

        ArrayView<float> there = device.For<float>(21);
        Cost actual = _loss.ValueAndGradient(
            device.Of(predictions), device.Of(targets), there, device.Of(weights), reduction);

        actual.ShouldBeNear<float>(expected);
        there.GetAsArray().ShouldBeNear(gradient, "gradient");
    }

    [Theory]
    [InlineData(1e-38f)]
    [InlineData(1e38f)]
    public void Weights_that_are_all_tiny_or_huge_have_a_mean(float size)
    {
        float[] predictions = Numbers.Predictions<float>(21);
        float[] targets = new float[21];
        float[] weights = [.. Enumerable.Range(0, 21).Select(i => i % 3 * size)];
        float[] gradient = new float[21];
        Cost expected = Loss.Huber<float>(1).ValueAndGradient(predictions, targets, gradient, weights);

        ArrayView<float> there = device.For<float>(21);
        Cost actual = _loss.ValueAndGradient(device.Of(predictions), device.Of(targets), there, device.Of(weights));

        actual.Mean.Should().BeApproximately(expected.Mean, 1e-6);
        there.GetAsArray().ShouldBeNear(gradient, "gradient");
    }

    [Fact]
    public void Without_weight_nothing_counts_and_derivatives_are_0()
    {
        ArrayView<float> gradient = device.Of<float>(7, 7);
        Cost cost = _loss.ValueAndGradient(
            device.Of(1, float.NaN), device.Of<float>(0, 0), gradient, device.Of<float>(0, 0));

        cost.Mean.Should().Be(double.NaN);
        cost.Sum.Should().Be(0);
        gradient.GetAsArray().Should().Equal(0, 0);
    }

    [Fact]
    public void Losses_of_examples_are_written_before_weights()
    {
        ArrayView<float> losses = device.For<float>(5);
        Cost cost = _loss.PerExample(
            device.Of<float>(0.5f, 3, -2, 0, 1), device.Of<float>(0, 0, 0, 0, 0), losses, device.Of<float>(1, 2, 0, 1, 0));

        losses.GetAsArray().Should().Equal(0.125f, 2.5f, 1.5f, 0, 0.5f);
        cost.Sum.Should().Be(5.125);
        cost.Weight.Should().Be(4);
    }

    [Fact]
    public void A_gradient_may_be_an_input_and_a_view_may_begin_anywhere()
    {
        float[] predictions = Numbers.Predictions<float>(50);
        float[] gradient = new float[47];
        Cost expected = Loss.Huber<float>(1).ValueAndGradient(predictions.AsSpan(3), new float[47], gradient);

        ArrayView<float> view = device.Of(predictions).SubView(3, 47);
        Cost actual = _loss.ValueAndGradient(view, device.For<float>(47), view);

        actual.ShouldBeNear<float>(expected);
        view.GetAsArray().ShouldBeNear(gradient, "gradient");
    }

    [Fact]
    public void What_is_queued_is_what_a_call_gives()
    {
        ArrayView<float> predictions = device.Of(Numbers.Predictions<float>(101));
        ArrayView<float> targets = device.For<float>(101);
        ArrayView<float> gradient = device.For<float>(101);
        ArrayView<float> queued = device.For<float>(101);
        ArrayView<double> sum = device.For<double>(1);

        Cost cost = _loss.ValueAndGradient(predictions, targets, gradient);
        _loss.EnqueueGradient(predictions, targets, queued, sum);
        device.Accelerator.Synchronize();

        sum.GetAsArray().Should().Equal(cost.Sum);
        queued.GetAsArray().Should().Equal(gradient.GetAsArray());
    }

    [Fact]
    public void An_empty_batch_costs_nothing() =>
        _loss.Value(default, default).Should().Be(Loss.Huber<float>(1).Value([], []));

    [Fact]
    public void Lengths_and_overlaps_are_refused_in_the_words_of_the_library()
    {
        ArrayView<float> five = device.For<float>(5);
        ArrayView<float> four = device.For<float>(4);

        FluentActions.Invoking(() => _loss.Value(five, four)).Should().Throw<ArgumentException>()
            .WithMessage("'targets' has 4 entries, but 'predictions' has 5: they must be of equal length.*");
        FluentActions.Invoking(() => _loss.ValueAndGradient(five.SubView(0, 4), four, five.SubView(1, 4)))
            .Should().Throw<ArgumentException>().WithMessage("'gradient' overlaps 'predictions'.*");
        FluentActions.Invoking(() => _loss.ValueGradientAndHessian(five, five, five, five))
            .Should().Throw<ArgumentException>().WithMessage("'hessian' overlaps 'gradient'.*");
    }

    [Fact]
    public void Memory_of_another_accelerator_is_refused()
    {
        using ProcessorDevice other = new();
        ArrayView<float> here = device.For<float>(3);

        FluentActions.Invoking(() => _loss.Value(here, other.For<float>(3))).Should().Throw<ArgumentException>()
            .WithMessage("'targets' is in the memory of * it must be of the same accelerator.*");
    }

    [Fact]
    public void A_loss_chosen_at_run_time_runs_but_its_modifiers_do_not()
    {
        PointwiseLoss<float> chosen = Loss.Huber<float>(1);

        chosen.On(device.Accelerator).Value(device.Of(3f), device.Of(0f)).Mean.Should().Be(2.5);
        FluentActions.Invoking(() => chosen.Clipped(1).On(device.Accelerator))
            .Should().Throw<NotSupportedException>().WithMessage("*holds references*");
    }
}
