using System.Numerics;
using F = TorchSharp.torch.nn.functional;

namespace LossKit.TorchSharp.Tests;

/// <summary>Losses that torch has, too: value and gradient are those of torch's own.</summary>
public sealed class BuiltInTests
{
    private const int Rows = 37;
    private const int Classes = 5;

    public static TheoryData<string> Pointwise =>
        new("binary", "squared", "absolute", "huber", "smooth", "poisson", "weighted");

    [TorchTheory, MemberData(nameof(Pointwise))]
    public void Pointwise_losses_are_torchs_in_float(string name) => CheckPointwise<float>(name);

    [TorchTheory, MemberData(nameof(Pointwise))]
    public void Pointwise_losses_are_torchs_in_double(string name) => CheckPointwise<double>(name);

    [TorchTheory]
    [InlineData(nn.Reduction.Mean)]
    [InlineData(nn.Reduction.Sum)]
    [InlineData(nn.Reduction.None)]
    public void Reductions_and_weights_are_torchs(nn.Reduction reduction)
    {
        using DisposeScope scope = NewDisposeScope();
        double[] x = Numbers.Random<double>(Rows, 1);
        Tensor y = Numbers.Of(Numbers.Bits<double>(Rows, 2));
        Tensor w = Numbers.Of(Numbers.Random<double>(Rows, 3)).abs();
        Tensor up = Numbers.Of(Numbers.Random<double>(reduction == nn.Reduction.None ? Rows : 1, 4));
        Tensor theirs = Numbers.Learnt(x);
        Tensor ours = Numbers.Learnt(x);
        Tensor expected = F.binary_cross_entropy_with_logits(theirs, y, w, reduction);
        Tensor actual = Loss.BinaryCrossEntropyLogits<double>().ToTorch(reduction, meanOverCount: true)
            .forward(ours, y, w);
        actual.shape.Should().Equal(expected.shape);
        Numbers.In<double>(actual).ShouldBeNearly(Numbers.In<double>(expected));
        (expected * up).sum().backward();
        (actual * up).sum().backward();
        Numbers.In<double>(ours.grad).ShouldBeNearly(Numbers.In<double>(theirs.grad));
    }

    [TorchTheory]
    [InlineData(nn.Reduction.Mean, 0)]
    [InlineData(nn.Reduction.Sum, 0.1)]
    [InlineData(nn.Reduction.None, 0)]
    public void Cross_entropy_is_torchs_with_labels_that_are_ignored(nn.Reduction reduction, double smoothing)
    {
        using DisposeScope scope = NewDisposeScope();
        double[] x = Numbers.Random<double>(Rows * Classes, 1);
        int[] labels = Numbers.Labels(Rows, Classes, 2);
        labels[3] = labels[36] = -100;
        Tensor y = Numbers.Of(labels);
        Tensor theirs = Numbers.Learnt(x, Rows, Classes);
        Tensor ours = Numbers.Learnt(x, Rows, Classes);
        Tensor expected = F.cross_entropy(
            theirs, y, ignore_index: -100, reduction: reduction, label_smoothing: smoothing);
        Tensor actual = Loss.SoftmaxCrossEntropy<double>(Classes, labelSmoothing: smoothing).ToTorch(reduction)
            .forward(ours, y);
        actual.shape.Should().Equal(expected.shape);
        Numbers.In<double>(actual).ShouldBeNearly(Numbers.In<double>(expected));
        Tensor up = reduction == nn.Reduction.None ? arange(Rows, dtype: ScalarType.Float64) : tensor(-2.5);
        (expected * up).sum().backward();
        (actual * up).sum().backward();
        Numbers.In<double>(ours.grad).ShouldBeNearly(Numbers.In<double>(theirs.grad));
    }

    [TorchFact]
    public void Cross_entropy_with_probabilities_is_torchs()
    {
        using DisposeScope scope = NewDisposeScope();
        float[] x = Numbers.Random<float>(Rows * Classes, 1);
        Tensor y = Numbers.Of(Numbers.Random<float>(Rows * Classes, 2), Rows, Classes).softmax(1);
        Tensor theirs = Numbers.Learnt(x, Rows, Classes);
        Tensor ours = Numbers.Learnt(x, Rows, Classes);
        Tensor expected = F.cross_entropy(theirs, y);
        Tensor actual = Loss.SoftmaxCrossEntropy<float>(Classes).WithProbabilityTargets().ToTorch().forward(ours, y);
        Numbers.One(actual).Should().BeApproximately(Numbers.One(expected), 1e-6);
        expected.backward();
        actual.backward();
        Numbers.In<float>(ours.grad).ShouldBeNearly(Numbers.In<float>(theirs.grad));
    }

    [TorchFact]
    public void Triplets_are_torchs()
    {
        using DisposeScope scope = NewDisposeScope();
        const int Dimension = 7;
        Tensor[] theirs = Rows3();
        Tensor[] ours = Rows3();
        Tensor expected = nn.TripletMarginLoss(margin: 1, eps: 0).forward(theirs[0], theirs[1], theirs[2]);
        Tensor actual = Loss.Triplet<double>(Dimension, margin: 1).ToTorch().forward(ours[0], ours[1], ours[2]);
        Numbers.One(actual).Should().BeApproximately(Numbers.One(expected), 1e-12);
        expected.backward();
        actual.backward();
        for (int i = 0; i < 3; i++)
        {
            Numbers.In<double>(ours[i].grad).ShouldBeNearly(Numbers.In<double>(theirs[i].grad), 1e-12);
        }

        static Tensor[] Rows3() =>
            [.. Enumerable.Range(1, 3).Select(seed =>
                Numbers.Learnt(Numbers.Random<double>(Rows * Dimension, seed), Rows, Dimension))];
    }

    [TorchFact]
    public void A_network_gets_the_gradients_that_it_gets_of_torchs_own_loss()
    {
        using DisposeScope scope = NewDisposeScope();
        nn.Module<Tensor, Tensor> network = nn.Sequential(
            nn.Linear(6, 9, dtype: ScalarType.Float64), nn.Tanh(), nn.Linear(9, Classes, dtype: ScalarType.Float64));
        Tensor x = Numbers.Of(Numbers.Random<double>(Rows * 6, 1), Rows, 6);
        Tensor y = Numbers.Of(Numbers.Labels(Rows, Classes, 2));
        double[][] expected = Gradients(F.cross_entropy(network.call(x), y) * 3);
        double[][] actual = Gradients(
            Loss.SoftmaxCrossEntropy<double>(Classes).ToTorch().call(network.call(x), y) * 3);
        foreach ((double[] theirs, double[] ours) in expected.Zip(actual))
        {
            ours.ShouldBeNearly(theirs, 1e-12);
        }

        double[][] Gradients(Tensor loss)
        {
            network.zero_grad();
            loss.backward();
            return [.. network.parameters().Select(parameter => Numbers.In<double>(parameter.grad))];
        }
    }

    private static void CheckPointwise<T>(string name) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using DisposeScope scope = NewDisposeScope();
        T[] x = Numbers.Random<T>(Rows, 1);
        Tensor y = Numbers.Of(Numbers.Bits<T>(Rows, 2));
        Tensor theirs = Numbers.Learnt(x);
        Tensor ours = Numbers.Learnt(x);
        (Tensor expected, ILoss<T, T> loss) = name switch
        {
            "binary" => (F.binary_cross_entropy_with_logits(theirs, y),
                (ILoss<T, T>)Loss.BinaryCrossEntropyLogits<T>()),
            "squared" => (F.mse_loss(theirs, y), Loss.SquaredError<T>()),
            "absolute" => (F.l1_loss(theirs, y), Loss.AbsoluteError<T>()),
            "huber" => (F.huber_loss(theirs, y, 1.5), Loss.Huber<T>(1.5)),
            "smooth" => (F.smooth_l1_loss(theirs, y, beta: 0.7), Loss.SmoothL1<T>(0.7)),
            "poisson" => (F.poisson_nll_loss(theirs, y), Loss.Poisson<T>()),
            _ => (F.binary_cross_entropy_with_logits(theirs, y, pos_weights: full([], 10, y.dtype)),
                Loss.BinaryCrossEntropyLogits<T>(positiveWeight: 10)),
        };
        Tensor actual = loss.ToTorch().forward(ours, y);
        actual.dtype.Should().Be(theirs.dtype);
        Numbers.One(actual).Should().BeApproximately(Numbers.One(expected), Numbers.Tolerance<T>());
        expected.backward();
        actual.backward();
        Numbers.In<T>(ours.grad).ShouldBeNearly(Numbers.In<T>(theirs.grad));
    }
}
