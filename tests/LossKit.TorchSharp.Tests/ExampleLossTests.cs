using System.Runtime.CompilerServices;
using LossKit.Formulas;
using LossKit.Lanes;

namespace LossKit.TorchSharp.Tests;

/// <summary>Losses of examples of every kind: what the loss makes of arrays, to the last bit.</summary>
public sealed class ExampleLossTests
{
    private const int Rows = 12;

    public static TheoryData<string> Kinds => new(
        "pointwise", "modified", "chosen by name", "own formula", "checked", "probabilities", "multilabel",
        "two predictions", "no target", "two targets", "planar", "planar targets");

    [TorchTheory, MemberData(nameof(Kinds))]
    public void Value_and_gradient_are_those_of_the_loss(string kind)
    {
        using DisposeScope scope = NewDisposeScope();
        ILoss<double, double> loss = Of(kind);
        (int predictions, int targets) = loss.Shape;
        double[] x = Numbers.Random<double>(Rows * predictions, 1);
        double[] y = [.. Numbers.Random<double>(Rows * targets, 2).Select(number => 0.1 + Math.Abs(number) / 5)];
        double[] w = [.. Numbers.Random<double>(Rows, 3).Select(Math.Abs)];
        w[5] = 0;
        double[] expected = new double[x.Length];
        Cost cost = loss.ValueAndGradient(x, y, expected, w);

        // Two axes of examples, where the numbers of an example are the last axis, or the first.
        bool isPlanar = loss.Shape.IsPlanar;
        Tensor prediction = Numbers.Learnt(x, Axes(predictions, isPlanar));
        Tensor? target = targets == 0 ? null : Numbers.Of(y, Axes(targets, isPlanar));
        TensorLoss<double, double> tensorLoss = loss.ToTorch();
        Tensor value = tensorLoss.forward(prediction, target, Numbers.Of(w, 3, 4));
        Numbers.One(value).Should().Be(cost.Mean);
        tensorLoss.Cost.Should().Be(cost);
        value.backward();
        prediction.grad!.shape.Should().Equal(prediction.shape);
        Numbers.In<double>(prediction.grad).Should().Equal(expected);
    }

    [TorchTheory, MemberData(nameof(Kinds))]
    public void Losses_of_examples_have_weights_and_gradients(string kind)
    {
        using DisposeScope scope = NewDisposeScope();
        ILoss<double, double> loss = Of(kind);
        (int predictions, int targets) = loss.Shape;
        bool isPlanar = loss.Shape.IsPlanar;
        double[] x = Numbers.Random<double>(Rows * predictions, 1);
        double[] y = [.. Numbers.Random<double>(Rows * targets, 2).Select(number => 0.1 + Math.Abs(number) / 5)];
        double[] w = [.. Numbers.Random<double>(Rows, 3).Select(Math.Abs)];
        w[5] = 0;
        int each = loss.Shape.Losses!.Value;
        double[] losses = new double[Rows * each];
        loss.PerExample(x, y, losses, w);
        Tensor prediction = Numbers.Learnt(x, Axes(predictions, isPlanar));
        Tensor? target = targets == 0 ? null : Numbers.Of(y, Axes(targets, isPlanar));
        Tensor actual = loss.ToTorch(nn.Reduction.None).forward(prediction, target, Numbers.Of(w, 3, 4));
        actual.shape.Should().Equal(each == 1 ? [3, 4] : [3, 4, each]);
        Numbers.In<double>(actual).Should().Equal(losses.Select((number, i) => number * w[i / each]));

        // Of one loss after the other, the gradient is what it is if no other counts.
        double[] up = [.. Numbers.Random<double>(losses.Length, 4).Select(Math.Abs)];
        (actual * Numbers.Of(up, actual.shape)).sum().backward();
        double[] expected = new double[x.Length];
        double[] weighted = [.. up.Select((number, i) => number * w[i / each])];
        _ = loss.ValueAndGradient(x, y, expected, weighted, Reduction.Sum);
        Numbers.In<double>(prediction.grad).ShouldBeNearly(expected);
    }

    [TorchFact]
    public void Labels_may_be_of_32_bits_and_examples_may_have_several_axes()
    {
        using DisposeScope scope = NewDisposeScope();
        float[] x = Numbers.Random<float>(Rows * 5, 1);
        int[] labels = Numbers.Labels(Rows, 5, 2);
        float[] gradient = new float[x.Length];
        Cost cost = Loss.GeneralizedCrossEntropy<float>(5).ValueAndGradient(x, labels, gradient);
        foreach (ScalarType type in (ScalarType[])[ScalarType.Int64, ScalarType.Int32])
        {
            Tensor prediction = Numbers.Learnt(x, 3, 4, 5);
            Tensor value = Loss.GeneralizedCrossEntropy<float>(5).ToTorch()
                .forward(prediction, Numbers.Of(labels, 3, 4).to(type));
            Numbers.One(value).Should().Be((float)cost.Mean);
            value.backward();
            Numbers.In<float>(prediction.grad).Should().Equal(gradient);
        }
    }

    [TorchFact]
    public void Strided_tensors_are_copied()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = Numbers.Learnt(Numbers.Random<double>(2 * 3 * 4 * 5, 1), 2, 3, 4, 5);
        Tensor labels = Numbers.Of(Numbers.Labels(2 * 4 * 5, 3, 2), 2, 5, 4).transpose(1, 2);
        Tensor weights = Numbers.Of(Numbers.Random<double>(1, 3)).abs().expand(2, 4, 5);
        Tensor value = Loss.SoftmaxCrossEntropy<double>(3).ToTorch()
            .forward(images.permute(0, 2, 3, 1), labels, weights);
        value.backward();
        Tensor theirs = images.detach().requires_grad_();
        Tensor expected = nn.functional.cross_entropy(theirs, labels);
        expected.backward();
        Numbers.One(value).Should().BeApproximately(Numbers.One(expected), 1e-12);
        Numbers.In<double>(images.grad).ShouldBeNearly(Numbers.In<double>(theirs.grad), 1e-12);
    }

    [TorchFact]
    public void An_axis_of_one_number_may_be_left_out_and_nothing_is_broadcast()
    {
        using DisposeScope scope = NewDisposeScope();
        double[] x = Numbers.Random<double>(Rows, 1);
        double[] y = Numbers.Bits<double>(Rows, 2);
        double mean = Loss.Hinge<double>().Value(x, y).Mean;
        foreach (long[] ofPrediction in (long[][])[[Rows], [Rows, 1]])
        {
            foreach (long[] ofTarget in (long[][])[[Rows], [Rows, 1]])
            {
                Tensor prediction = Numbers.Learnt(x, ofPrediction);
                Tensor value = Loss.Hinge<double>().ToTorch().forward(prediction, Numbers.Of(y, ofTarget));
                Numbers.One(value).Should().Be(mean);
                value.backward();
                prediction.grad!.shape.Should().Equal(ofPrediction);
            }
        }
    }

    [TorchFact]
    public void Entries_of_several_labels_may_have_weights_of_their_own()
    {
        using DisposeScope scope = NewDisposeScope();
        double[] x = Numbers.Random<double>(Rows * 3, 1);
        double[] y = Numbers.Bits<double>(Rows * 3, 2);
        double[] w = [.. Numbers.Random<double>(Rows * 3, 3).Select(Math.Abs)];
        ILoss<double, double> loss = Loss.BinaryCrossEntropyLogits<double>().OverRows(3);
        Tensor value = loss.ToTorch()
            .forward(Numbers.Of(x, Rows, 3), Numbers.Of(y, Rows, 3), Numbers.Of(w, Rows, 3));
        Numbers.One(value).Should().Be(loss.Value(x, y, w).Mean);
    }

    [TorchFact]
    public void What_a_weight_of_0_covers_is_not_there()
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (nn.Reduction reduction in (nn.Reduction[])[nn.Reduction.Mean, nn.Reduction.None])
        {
            Tensor prediction = Numbers.Learnt<double>([1, double.NaN, 3]);
            Tensor value = Loss.SquaredError<double>().ToTorch(reduction)
                .forward(prediction, Numbers.Of<double>([0, 0, 0]), Numbers.Of<double>([1, 0, 1]));
            Numbers.In<double>(value).Should().Equal(reduction == nn.Reduction.Mean ? [5] : [1, 0, 9]);
            value.sum().backward();
            Numbers.In<double>(prediction.grad).Should().Equal(reduction == nn.Reduction.Mean ? [1, 0, 3] : [2, 0, 6]);
        }
    }

    [TorchFact]
    public void NaN_and_infinities_go_through()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor prediction = Numbers.Learnt<double>([1, double.NaN, double.PositiveInfinity]);
        Tensor value = Loss.SquaredError<double>().ToTorch(nn.Reduction.None)
            .forward(prediction, Numbers.Of<double>([0, 0, 0]));
        Numbers.In<double>(value).Should().Equal(1, double.NaN, double.PositiveInfinity);
        value.sum().backward();
        Numbers.In<double>(prediction.grad).Should().Equal(2, double.NaN, double.PositiveInfinity);
    }

    [TorchTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_batch_without_weight_has_no_mean_and_a_gradient_of_0(bool isEmpty)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor prediction = isEmpty ? zeros(0, 3).requires_grad_() : Numbers.Learnt<float>([1, 2, 3], 1, 3);
        TensorLoss<float, int> loss = Loss.SoftmaxCrossEntropy<float>(3).ToTorch();
        Tensor value = loss.forward(prediction, isEmpty ? zeros([0], ScalarType.Int64) : tensor(new long[] { -100 }));
        Numbers.One(value).Should().Be(double.NaN);
        value.backward();
        Numbers.In<float>(prediction.grad).Should().Equal(new float[isEmpty ? 0 : 3]);
        loss.Cost.Count.Should().Be(0);
        Numbers.One(Loss.SoftmaxCrossEntropy<float>(3).ToTorch(nn.Reduction.Sum)
            .forward(prediction, isEmpty ? zeros([0], ScalarType.Int64) : tensor(new long[] { -100 }))).Should().Be(0);
    }

    [TorchFact]
    public void A_single_number_is_an_example()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor prediction = tensor(3.0).requires_grad_();
        Tensor value = Loss.SquaredError<double>().ToTorch().forward(prediction, tensor(1.0));
        value.backward();
        Numbers.One(value).Should().Be(4);
        Numbers.One(prediction.grad!).Should().Be(4);
    }

    [TorchFact]
    public void Costs_of_batches_add_up()
    {
        using DisposeScope scope = NewDisposeScope();
        CostAggregator aggregator = new();
        TensorLoss<double, double> loss = Loss.SquaredError<double>().ToTorch(nn.Reduction.Sum);
        foreach (double[] batch in (double[][])[[1, 2], [3]])
        {
            using Tensor value = loss.forward(Numbers.Of(batch), zeros(batch.Length, ScalarType.Float64));
            aggregator.Add(loss.Cost);
        }

        aggregator.Mean.Should().Be((1 + 4 + 9) / 3.0);
        aggregator.Total.Count.Should().Be(3);
    }

    private static ILoss<double, double> Of(string kind) => kind switch
    {
        "pointwise" => Loss.Huber<double>(0.5),
        "modified" => Loss.SquaredError<double>().Asymmetric(1, 4).Scaled(0.3),
        "chosen by name" => Loss.Parse<double>("Quantile(0.3)"),
        "own formula" => Loss.FromFormula<double, Overdue>(new(3)),
        "checked" => Loss.BinaryCrossEntropyLogits<double>().Checked(),
        "probabilities" => Loss.SoftmaxCrossEntropy<double>(4).WithProbabilityTargets(),
        "multilabel" => Loss.BinaryFocalLogits<double>().OverRows(3),
        "two predictions" => Loss.NormalNll<double>(),
        "no target" => Loss.BradleyTerry<double>(),
        "two targets" => Loss.QuantilePerExample<double>(),
        "planar targets" => Loss.QuantilePerExample<double>().Planar(),
        _ => Loss.NormalNll<double>().Planar(),
    };

    private static long[] Axes(int columns, bool isPlanar) =>
        columns == 1 ? [3, 4] : isPlanar ? [columns, 3, 4] : [3, 4, columns];

    /// <summary>Being late costs more than being early.</summary>
    private readonly struct Overdue(double price) : IPointwiseFormula
    {
        private readonly Parameter _price = Parameter.Positive(price);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
        {
            TLane late = prediction - target;
            return TLane.SelectGreater(late, 0.0, _price * late, -late);
        }
    }
}
