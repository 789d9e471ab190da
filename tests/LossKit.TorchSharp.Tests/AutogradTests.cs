using System.Runtime.InteropServices;

namespace LossKit.TorchSharp.Tests;

/// <summary>What comes from above, what is asked for, and what cannot be had.</summary>
public sealed class AutogradTests
{
    private static readonly double[] s_x = [1, -2, 3];
    private static readonly double[] s_y = [0, 1, 1];

    // d²: 2(x − y).
    private static readonly double[] s_slopes = [2, -6, 4];

    [TorchTheory]
    [InlineData(1)]
    [InlineData(-2.5)]
    [InlineData(0)]
    public void Gradients_are_multiplied_by_what_comes_from_above(double factor)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor prediction = Numbers.Learnt(s_x);
        (Sum().forward(prediction, Numbers.Of(s_y)) * factor).backward();
        Numbers.In<double>(prediction.grad).Should().Equal(s_slopes.Select(slope => factor * slope));
    }

    [TorchFact]
    public void A_gradient_goes_on_to_what_the_prediction_was_made_of()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor parameter = tensor(2.0).requires_grad_();
        Tensor prediction = parameter * Numbers.Of<double>([1, 2]) + 1;
        (Sum().forward(prediction, Numbers.Of<double>([0, 0])) + 5 * parameter).backward();

        // 2·3·1 + 2·5·2 + 5.
        Numbers.One(parameter.grad!).Should().Be(31);
    }

    [TorchFact]
    public void Two_losses_of_one_prediction_add_up()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor prediction = Numbers.Learnt(s_x);
        Tensor target = Numbers.Of(s_y);
        (Sum().forward(prediction, target) + 2 * Sum().forward(prediction, target)).backward();
        Numbers.In<double>(prediction.grad).Should().Equal(s_slopes.Select(slope => 3 * slope));
    }

    [TorchFact]
    public void A_graph_may_be_gone_through_twice()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor prediction = Numbers.Learnt(s_x);
        Tensor value = Sum().forward(prediction, Numbers.Of(s_y));
        autograd.backward([value], retain_graph: true);
        value.backward();
        Numbers.In<double>(prediction.grad).Should().Equal(s_slopes.Select(slope => 2 * slope));
    }

    [TorchFact]
    public void What_was_made_of_a_prediction_may_change_afterwards()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor parameter = Numbers.Learnt(s_x);
        Tensor prediction = parameter * 1;
        Tensor target = Numbers.Of(s_y);
        Tensor value = Sum().forward(prediction, target);
        using (no_grad())
        {
            prediction.zero_();
            target.zero_();
        }

        value.backward();
        Numbers.In<double>(parameter.grad).Should().Equal(s_slopes);
    }

    [TorchFact]
    public void Only_the_value_is_computed_where_no_gradient_is_asked_for()
    {
        using DisposeScope scope = NewDisposeScope();
        Counting counting = new();
        TensorLoss<double, double> loss = counting.ToTorch();
        Tensor target = Numbers.Of(s_y);
        loss.forward(Numbers.Of(s_x), target).requires_grad.Should().BeFalse();
        using (no_grad())
        {
            loss.forward(Numbers.Learnt(s_x), target).requires_grad.Should().BeFalse();
            loss.forward(Numbers.Of(s_x), target.detach().requires_grad_()).requires_grad.Should().BeFalse();
        }

        counting.Gradients.Should().Be(0);
        counting.Values.Should().Be(3);
        loss.forward(Numbers.Learnt(s_x), target).requires_grad.Should().BeTrue();
        counting.Gradients.Should().Be(1);
        counting.Values.Should().Be(3);
    }

    [TorchTheory]
    [InlineData("target", true)]
    [InlineData("target", false)]
    [InlineData("weight", true)]
    [InlineData("weight", false)]
    public void A_gradient_that_there_is_not_is_an_error(string argument, bool isPredictionLearnt)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor target = Numbers.Of(s_y).requires_grad_(argument == "target");
        Tensor weight = Numbers.Of<double>([1, 1, 1]).requires_grad_(argument == "weight");
        foreach (nn.Reduction reduction in Enum.GetValues<nn.Reduction>())
        {
            Action call = () => Loss.SquaredError<double>().ToTorch(reduction)
                .forward(Numbers.Of(s_x).requires_grad_(isPredictionLearnt), target, weight);
            call.Should().Throw<ArgumentException>().WithParameterName(argument).WithMessage(
                $"'{argument}' requires a gradient, but there is none with respect to it: expected a tensor that does "
                + "not, as detach() makes it.*");
        }
    }

    [TorchFact]
    public void One_tensor_in_two_places_needs_two_gradients()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Numbers.Learnt(s_x);
        foreach (nn.Reduction reduction in Enum.GetValues<nn.Reduction>())
        {
            TensorLoss<double, double> loss = Loss.SquaredError<double>().ToTorch(reduction);
            Refused("target", () => loss.forward(x, x));
            Refused("weight", () => loss.forward(x, Numbers.Of(s_y), x));
            loss.forward(x, x.detach()).sum().backward();
        }

        Tensor half = zeros(3, ScalarType.Float16).requires_grad_();
        Refused("target", () => Loss.SquaredError<float>().ToTorch().forward(half, half));
        Numbers.In<double>(x.grad).Should().Equal(0, 0, 0);

        static void Refused(string argument, Action call) =>
            call.Should().Throw<ArgumentException>().WithParameterName(argument).WithMessage(
                $"'{argument}' requires a gradient, but there is none with respect to it where it is read again: "
                + "expected a tensor that does not, as detach() makes it.*");
    }

    [TorchFact]
    public void What_comes_from_above_may_be_stored_with_another_sign()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor prediction = Numbers.Learnt(s_x);
        Tensor value = Sum().forward(prediction, Numbers.Of(s_y));
        Tensor negative = Numbers.Negative(-2).reshape([]);
        negative.is_neg().Should().BeTrue();
        autograd.backward([value], [negative]);
        Numbers.In<double>(prediction.grad).Should().Equal(s_slopes.Select(slope => -2 * slope));
    }

    [TorchFact]
    public void Second_derivatives_are_an_error_and_no_wrong_number()
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (long[] shape in (long[][])[[3], [1, 3], [3, 1]])
        {
            Tensor prediction = Numbers.Learnt(s_x, shape);
            Tensor value = Sum().forward(prediction, Numbers.Of(s_y, shape));
            Action call = () => autograd.backward([value], create_graph: true);
            call.Should().Throw<ExternalException>().WithMessage("*CSharpNode returned an invalid gradient*");
        }

        Tensor one = Numbers.Learnt<double>([3], 1);
        Action ofOne = () => autograd.backward([Sum().forward(one, zeros(1, ScalarType.Float64))], create_graph: true);
        ofOne.Should().Throw<ExternalException>();

        // Without an axis there is no wrong shape.
        Tensor number = tensor(3.0).requires_grad_();
        autograd.backward([Sum().forward(number, tensor(1.0))], create_graph: true);
        Numbers.One(number.grad!).Should().Be(double.NaN);
    }

    [TorchFact]
    public void A_gradient_that_was_changed_is_not_taken_a_second_time()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor prediction = Numbers.Learnt(s_x);
        Tensor value = Sum().forward(prediction, Numbers.Of(s_y));
        Tensor gradient = autograd.grad([value], [prediction], retain_graph: true)[0];
        gradient.mul_(2);
        Action again = () => value.backward();
        again.Should().Throw<ExternalException>();
    }

    private static TensorLoss<double, double> Sum() => Loss.SquaredError<double>().ToTorch(nn.Reduction.Sum);

    /// <summary>Squared error, which counts what it is asked for.</summary>
    private sealed class Counting : ILoss<double, double>
    {
        private readonly PointwiseLoss<double> _loss = Loss.SquaredError<double>();

        public int Values { get; private set; }

        public int Gradients { get; private set; }

        public Shape Shape => new(1, 1);

        public Cost Value(
            ReadOnlySpan<double> predictions, ReadOnlySpan<double> targets, ReadOnlySpan<double> weights = default)
        {
            Values++;
            return _loss.Value(predictions, targets, weights);
        }

        public Cost PerExample(
            ReadOnlySpan<double> predictions,
            ReadOnlySpan<double> targets,
            Span<double> losses,
            ReadOnlySpan<double> weights = default) =>
            throw new NotSupportedException();

        public Cost ValueAndGradient(
            ReadOnlySpan<double> predictions,
            ReadOnlySpan<double> targets,
            Span<double> gradient,
            ReadOnlySpan<double> weights = default,
            Reduction reduction = Reduction.Mean)
        {
            Gradients++;
            return _loss.ValueAndGradient(predictions, targets, gradient, weights, reduction);
        }
    }
}
