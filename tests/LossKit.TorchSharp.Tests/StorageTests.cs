namespace LossKit.TorchSharp.Tests;

/// <summary>Numbers of 16 bits: computed as floats, rounded once.</summary>
public sealed class StorageTests
{
    private const int Rows = 200;

    [TorchTheory]
    [InlineData(ScalarType.Float16, false)]
    [InlineData(ScalarType.Float16, true)]
    [InlineData(ScalarType.BFloat16, false)]
    [InlineData(ScalarType.BFloat16, true)]
    public void Pointwise_losses(ScalarType type, bool areTargetsFloats)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Numbers.Of(Numbers.Random<float>(Rows, 1)).to(type);
        Tensor y = Numbers.Of(Numbers.Random<float>(Rows, 2));
        y = areTargetsFloats ? y : y.to(type);
        Check(Loss.Huber<float>().ToTorch, x, y, Numbers.Of(Numbers.Random<float>(Rows, 3)).abs());
    }

    [TorchTheory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Losses_of_rows(ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Numbers.Of(Numbers.Random<float>(Rows * 4, 1), Rows, 4).to(type);
        int[] labels = Numbers.Labels(Rows, 4, 2);
        labels[7] = -100;
        Check(Loss.SoftmaxCrossEntropy<float>(4).ToTorch, x, Numbers.Of(labels), null);
    }

    [TorchTheory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Other_losses_of_examples(ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Numbers.Of(Numbers.Random<float>(Rows * 2, 1), Rows, 2).to(type);
        Check(Loss.NormalNll<float>().ToTorch, x, Numbers.Of(Numbers.Random<float>(Rows, 2)).to(type), null);
    }

    [TorchFact]
    public void Losses_of_batches()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor half = Numbers.Of(Numbers.Random<float>(48, 1), 8, 6).to(ScalarType.Float16);
        Tensor labels = Numbers.Of(Numbers.Labels(8, 3, 2));
        Tensor stored = half.detach().requires_grad_();
        Tensor floats = half.to(ScalarType.Float32).requires_grad_();
        BatchTensorLoss<float, Labelled<float>, LabelledGradients<float>> loss =
            Loss.SupervisedContrastive<float>(6).ToTorch();
        Tensor actual = loss.forward(stored, labels);
        Tensor expected = loss.forward(floats, labels);
        Numbers.One(actual).Should().Be(Numbers.One(expected));
        actual.backward();
        expected.backward();
        stored.grad!.dtype.Should().Be(ScalarType.Float16);
        Numbers.In<Half>(stored.grad).Should().Equal(Numbers.In<float>(floats.grad).Select(slope => (Half)slope));
    }

    [TorchFact]
    public void Numbers_whose_memory_holds_their_negatives()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Numbers.Negative(3);
        (x.is_neg(), x.is_contiguous(), (x * 1).item<double>()).Should().Be((true, true, 3));
        Tensor five = full(1, 5.0, ScalarType.Float64);
        Numbers.One(Loss.SquaredError<double>().ToTorch().forward(x, five)).Should().Be(4);
        Numbers.One(Loss.SquaredError<double>().ToTorch().forward(five, x)).Should().Be(4);
    }

    [TorchFact]
    public void Gradients_of_a_mean_over_many_do_not_vanish()
    {
        using DisposeScope scope = NewDisposeScope();
        const int Many = 200_000;
        Tensor x = full(Many, 0.5f, ScalarType.Float16).requires_grad_();
        Tensor value = Loss.SquaredError<float>().ToTorch().forward(x, zeros(Many, ScalarType.Float16));

        // As a gradient scaler does it: 1 / 200,000 is hardly a number of 16 bits.
        (value * 200_000).backward();
        Numbers.In<Half>(x.grad).Should().OnlyContain(slope => slope == Half.One);
    }

    private static void Check<TTarget>(
        Func<nn.Reduction, bool, TensorLoss<float, TTarget>> toTorch, Tensor x, Tensor y, Tensor? w)
        where TTarget : unmanaged
    {
        foreach (nn.Reduction reduction in Enum.GetValues<nn.Reduction>())
        {
            foreach (bool overCount in (bool[])[false, true])
            {
                TensorLoss<float, TTarget> loss = toTorch(reduction, overCount);
                Tensor stored = x.detach().requires_grad_();
                Tensor floats = x.to(ScalarType.Float32).requires_grad_();
                Tensor floatTargets = y.is_floating_point() ? y.to(ScalarType.Float32) : y;
                Tensor actual = loss.forward(stored, y, w);
                Tensor expected = loss.forward(floats, floatTargets, w);
                actual.dtype.Should().Be(ScalarType.Float32);
                Numbers.In<float>(actual).ShouldBeNearly(Numbers.In<float>(expected));
                using (no_grad())
                {
                    Numbers.In<float>(loss.forward(stored, y, w)).ShouldBeNearly(Numbers.In<float>(expected));
                }

                (actual * 3).sum().backward();
                (expected * 3).sum().backward();
                stored.grad!.dtype.Should().Be(x.dtype);
                using Tensor slopes = stored.grad.to(ScalarType.Float32);
                Numbers.In<float>(slopes).ShouldBeNearly(
                    Numbers.In<float>(floats.grad), x.dtype == ScalarType.Float16 ? 1e-3 : 8e-3);
            }
        }
    }
}
