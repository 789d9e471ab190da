using System.Numerics.Tensors;
using LossKit.Tensors.Tests.Support;

namespace LossKit.Tensors.Tests;

/// <summary>Losses of several numbers an example, with an axis for them wherever it is.</summary>
public sealed class RowTensorTests
{
    public static TheoryData<int, Layout, Reduction> Axes
    {
        get
        {
            TheoryData<int, Layout, Reduction> cases = [];
            foreach (int axis in (int[])[0, 1, 2, -1])
            {
                foreach (Layout layout in Enum.GetValues<Layout>())
                {
                    cases.Add(axis, layout, (Reduction)((axis + 3) % 3));
                }
            }

            return cases;
        }
    }

    [Theory, MemberData(nameof(Axes))]
    public void Classes_are_on_any_axis(int axis, Layout layout, Reduction reduction)
    {
        // Classes that count for more, smoothing and an ignored label: totals are the loss's own affair.
        CategoricalLoss<double> loss = Loss.SoftmaxCrossEntropy<double>(
            classes: 5, labelSmoothing: 0.1, classWeights: [1, 2, 3, 4, 5], ignoreIndex: 9);
        int place = axis < 0 ? 2 : axis;
        nint[] examples = [3, 4];
        nint[] lengths = [.. examples.Take(place), 5, .. examples.Skip(place)];
        double[] logits = Numbers(1, 60);
        int[] labels = [.. Enumerable.Range(0, 12).Select(i => i == 7 ? 9 : i * 7 % 5)];
        double[] weights = [.. Numbers(3, 12).Select(Math.Abs)];
        (double[] losses, double[] gradient, double[] hessian) = (new double[12], new double[60], new double[60]);
        double[] inRows = logits.AxisLast(lengths, place);
        Cost expected = loss.ValueGradientAndHessian(inRows, labels, gradient, hessian, weights, reduction);
        loss.PerExample(inRows, labels, losses, weights);

        Entries<double> p = new(lengths, layout, logits, double.NaN);
        Entries<int> t = new(examples, layout, labels, 77);
        Entries<double> w = new(examples, layout, weights, double.NaN);
        Entries<double> l = new(examples, layout, new double[12], -7);
        Entries<double> g = new(lengths, layout, new double[60], -7);
        Entries<double> h = new(lengths, layout, new double[60], -7);
        Same(loss.Value(p.Tensor, t.Tensor, w.Tensor, axis), expected);
        Same(loss.PerExample(p.Tensor, t.Tensor, l.Tensor, w.Tensor, axis), expected);
        Same(loss.ValueGradientAndHessian(p.Tensor, t.Tensor, g.Tensor, h.Tensor, w.Tensor, reduction, axis), expected);
        l.InOrder.Should().Equal(losses);
        Near(g.InOrder, gradient.AxisBack(lengths, place));
        Near(h.InOrder, hessian.AxisBack(lengths, place));
        (l.IsUntouchedBeside() && g.IsUntouchedBeside() && h.IsUntouchedBeside()).Should().BeTrue();
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void Several_predictions_go_with_one_target(int axis, bool isPlanar)
    {
        TupleLoss<float> loss = Loss.LaplaceNll<float>();
        loss = isPlanar ? loss.Planar() : loss;
        const int Rows = 20_000;
        nint[] lengths = axis == 0 ? [2, Rows] : [Rows, 2];
        float[] pairs = [.. Numbers(1, 2 * Rows).Select(number => (float)number)];
        float[] targets = [.. Numbers(2, Rows).Select(number => (float)number)];
        float[] gradient = new float[2 * Rows];
        float[] read = isPlanar == (axis == 0) ? pairs
            : axis == 0 ? pairs.AxisLast(lengths, 0)
            : pairs.AxisBack([2, Rows], 0);
        Cost expected = loss.ValueAndGradient(read, targets, gradient);
        float[] g = new float[2 * Rows];
        Same(
            loss.ValueAndGradient(
                new(pairs, lengths),
                new ReadOnlyTensorSpan<float>(targets),
                new TensorSpan<float>(g, lengths),
                axis: axis),
            expected);
        float[] back = isPlanar == (axis == 0) ? gradient
            : axis == 0 ? gradient.AxisBack(lengths, 0)
            : gradient.AxisLast([2, Rows], 0);
        for (int i = 0; i < g.Length; i++)
        {
            g[i].Should().BeApproximately(back[i], 2e-6f * Math.Abs(back[i]));
        }
    }

    [Fact]
    public void One_prediction_goes_with_several_targets_and_none_with_none()
    {
        // The error of each example has a price of its own: prediction, then target and both prices.
        var loss = Loss.AbsoluteError<double>().AsymmetricPerExample();
        loss.Shape.Should().Be(new Shape(1, 3));
        Tensor<double> predictions = Tensor.Create<double>([1, 2, 3, 4], [2, 2]);
        Tensor<double> targets = Tensor.Create<double>([0, 0, 0, 9, 1, 1, 1, 1, 2, 2, 2, 3], [3, 2, 2]);
        loss.Value(predictions, targets, axis: 0).Sum.Should().Be(1 + 2 + 3 + 3 * 5);
        Refused(() => loss.Value(predictions, targets), "targets", "'targets' is 3×2×2*expected 2×2×3.*");

        TupleLoss<double> preference = Loss.BradleyTerry<double>();
        Tensor<double> pair = Tensor.Create<double>([1, 0], [1, 2]);
        preference.Value(pair, default).Mean.Should().Be(preference.Value([1, 0], default(ReadOnlySpan<double>)).Mean);
        Refused(() => preference.Value(pair, pair), "targets", "'targets' is 1×2*expected empty.*");
    }

    [Fact]
    public void Losses_of_each_entry_have_weights_of_rows_or_of_entries()
    {
        MultilabelLoss<double> loss = Loss.BinaryCrossEntropyLogits<double>().OverRows(3);
        Entries<double> p = new([3, 4], Layout.Reversed, Numbers(1, 12));
        Entries<double> t = new([3, 4], Layout.Spread, [.. Numbers(2, 12).Select(number => number > 0 ? 1.0 : 0)]);
        Entries<double> rows = new([4], Layout.Spread, [1, 2, 0, 3]);
        Entries<double> entries = new([3, 4], Layout.Dense, [1, 2, 0, 3, 1, 2, 0, 3, 1, 2, 0, 3]);
        Entries<double> losses = new([3, 4], Layout.Dense, new double[12]);
        Cost byRows = loss.Value(p.Tensor, t.Tensor, rows.Tensor, axis: 0);
        Same(loss.PerExample(p.Tensor, t.Tensor, losses.Tensor, entries.Tensor, axis: 0), byRows);
        byRows.Weight.Should().Be(18);
        losses.InOrder.Zip(entries.InOrder, (loss, weight) => loss * weight).Sum()
            .Should().BeApproximately(byRows.Sum, 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Groups_are_along_an_axis(int axis)
    {
        GroupedLoss<double> loss = Loss.LambdaRank<double>();
        RankingMetric<double> ndcg = Loss.Ndcg<double>();
        nint[] lengths = axis == 0 ? [5, 7] : [7, 5];
        double[] scores = Numbers(1, 35);
        double[] relevance = [.. Enumerable.Range(0, 35).Select(i => (double)(i * 5 % 4))];
        double[] weights = [1, 2, 3, 4, 5, 6, 7];
        (double[] s, double[] r) = (scores.AxisLast(lengths, axis), relevance.AxisLast(lengths, axis));
        (double[] losses, double[] gradient, double[] hessian) = (new double[7], new double[35], new double[35]);
        Groups groups = Groups.OfWidth(5);
        Cost expected = loss.ValueGradientAndHessian(s, r, groups, gradient, hessian, weights);
        loss.PerExample(s, r, groups, losses, weights);
        Cost quality = ndcg.Value(s, r, groups, weights);

        Tensor<double> p = Tensor.Create(scores, lengths);
        Tensor<double> t = Tensor.Create(relevance, lengths);
        Tensor<double> w = Tensor.Create(weights, [7]);
        (Tensor<double> g, Tensor<double> h) = (Empty(lengths), Empty(lengths));
        (Tensor<double> l, Tensor<double> v) = (Empty([7]), Empty([7]));
        Same(loss.Value(p, t, w, axis), expected);
        Same(loss.PerExample(p, t, l, w, axis), expected);
        Same(loss.ValueAndGradient(p, t, h, w, axis: axis), expected);
        Near([.. h], gradient.AxisBack(lengths, axis));
        Same(loss.ValueGradientAndHessian(p, t, g, h, w, axis: axis), expected);
        Same(ndcg.Value(p, t, w, axis), quality);
        Same(ndcg.PerExample(p, t, v, w, axis), quality);
        l.Should().Equal(losses);
        Near([.. g], gradient.AxisBack(lengths, axis));
        Near([.. h], hessian.AxisBack(lengths, axis));
        v.Zip(weights, (value, weight) => value * weight).Sum().Should().BeApproximately(quality.Sum, 1e-12);
        Refused(() => loss.Value(p, t, Tensor.Create(weights.AsSpan(0, 5).ToArray(), [5]), axis), "weights",
            "'weights' is 5,*expected 7.*");
        Refused(() => loss.Value<double, double>(default, default), "predictions", "'predictions' has no axis*");

        static Tensor<double> Empty(nint[] lengths) => Tensor.CreateFromShape<double>(lengths);
    }

    [Theory]
    [InlineData(Layout.Dense, false, 2, 1)]
    [InlineData(Layout.Dense, true, 0, 1)]
    [InlineData(Layout.Dense, false, 0, 3)]
    [InlineData(Layout.Dense, true, 2, 3)]
    [InlineData(Layout.Corner, false, 2, 3)]
    public void What_lies_as_the_loss_reads_it_goes_in_one_call(Layout layout, bool isPlanar, int axis, int calls)
    {
        // 20,000 examples of two numbers, of which a block has 8,192.
        nint[] lengths = axis == 0 ? [2, 100, 200] : [100, 200, 2];
        Recorder recorder = new(isPlanar);
        Entries<double> p = new(lengths, layout, new double[40_000]);
        Entries<double> t = new([100, 200], Layout.Dense, new double[20_000]);
        recorder.Value(p.Tensor, t.Tensor, axis: axis).Count.Should().Be(20_000);
        recorder.Calls.Should().Be(calls);
    }

    [Fact]
    public void Nothing_is_written_if_the_last_label_is_wrong()
    {
        const int Rows = 9_000;
        CategoricalLoss<double> loss = Loss.SoftmaxCrossEntropy<double>(4);
        Entries<double> p = new([4, Rows], Layout.Dense, Numbers(1, 4 * Rows));
        int[] labels = new int[Rows];
        labels[^1] = 4;
        double[] gradient = Numbers(2, 4 * Rows);
        double[] before = [.. gradient];
        ((Action)(() => loss.ValueAndGradient(
            p.Tensor, new ReadOnlyTensorSpan<int>(labels), new TensorSpan<double>(gradient, [4, Rows]), axis: 0)))
            .Should().Throw<ArgumentException>();
        gradient.Should().Equal(before);
    }

    [Fact]
    public void Wrong_axes_and_classes_are_told()
    {
        CategoricalLoss<double> loss = Loss.SoftmaxCrossEntropy<double>(3);
        Tensor<double> logits = Tensor.CreateFromShape<double>([2, 3, 4]);
        Tensor<int> labels = Tensor.CreateFromShape<int>([2, 4]);
        Tensor<int> turned = Tensor.CreateFromShape<int>([4, 2]);
        Refused(() => loss.Value(logits, labels), "predictions", "'predictions' is 2×3×4: expected 3 at axis 2*");
        Refused(() => loss.Value(logits, turned, axis: 1), "targets",
            "'targets' is 4×2, but 'predictions' is 2×3×4: expected 2×4.*");
        Refused(() => loss.Value(logits, labels, logits, axis: 1), "weights", "'weights' is 2×3×4*expected 2×4.*");
        Refused(() => loss.Value(logits, labels, axis: 3), "axis", "'axis' is 3*expected -3 to 2.*");
        Refused(() => loss.Value(logits, labels, axis: -4), "axis", "'axis' is -4*");
        Refused(() => loss.ValueAndGradient(logits, labels, Tensor.CreateFromShape<double>([2, 4, 3]), axis: 1),
            "gradient", "'gradient' is 2×4×3*expected 2×3×4.*");
        Refused(() => loss.PerExample(logits, labels, logits, axis: 1), "losses", "'losses' is 2×3×4*expected 2×4.*");
        loss.Value(logits, labels, axis: -2).Mean.Should().BeApproximately(Math.Log(3), 1e-12);
    }

    /// <summary>Counts its calls and examples.</summary>
    private sealed class Recorder(bool isPlanar) : IMetric<double, double>
    {
        public int Calls { get; private set; }

        public Shape Shape => new(2, 1) { IsPlanar = isPlanar };

        public Cost Value(
            ReadOnlySpan<double> predictions, ReadOnlySpan<double> targets, ReadOnlySpan<double> weights = default)
        {
            Calls++;
            return new(0, targets.Length, targets.Length);
        }

        public Cost PerExample(
            ReadOnlySpan<double> predictions,
            ReadOnlySpan<double> targets,
            Span<double> losses,
            ReadOnlySpan<double> weights = default) => Value(predictions, targets, weights);
    }

    private static void Refused(Action call, string argument, string message) =>
        call.Should().Throw<ArgumentException>().WithMessage(message).WithParameterName(argument);

    private static void Same(Cost actual, Cost expected)
    {
        actual.Count.Should().Be(expected.Count);
        actual.Weight.Should().BeApproximately(expected.Weight, 1e-12 * expected.Weight);
        actual.Sum.Should().BeApproximately(expected.Sum, 1e-12 * Math.Abs(expected.Sum));
    }

    private static void Near(double[] actual, double[] expected)
    {
        actual.Should().HaveSameCount(expected);
        for (int i = 0; i < actual.Length; i++)
        {
            actual[i].Should().BeApproximately(expected[i], 1e-13, $"it is entry {i}");
        }
    }

    private static double[] Numbers(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => 4 * random.NextDouble() - 2)];
    }
}
