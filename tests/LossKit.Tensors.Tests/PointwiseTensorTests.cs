using System.Numerics;
using System.Numerics.Tensors;
using LossKit.Tensors.Tests.Support;

namespace LossKit.Tensors.Tests;

public sealed class SinglePointwiseTensorTests : PointwiseTensorTests<float>;

public sealed class DoublePointwiseTensorTests : PointwiseTensorTests<double>;

/// <summary>Tensors give what the spans of their entries give, wherever these lie.</summary>
public abstract class PointwiseTensorTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly PointwiseLoss<T> s_loss = Loss.Huber<T>(0.7);

    private static T Tolerance => T.CreateTruncating(typeof(T) == typeof(float) ? 1e-6 : 1e-14);

    public static TheoryData<int[], Layout, Layout, Reduction> Cases
    {
        get
        {
            TheoryData<int[], Layout, Layout, Reduction> cases = [];
            foreach (int[] lengths in (int[][])[[7], [4, 6], [2, 1, 5], [2, 3, 2, 2]])
            {
                foreach (Layout layout in Enum.GetValues<Layout>())
                {
                    cases.Add(lengths, layout, layout, Reduction.Mean);
                    cases.Add(lengths, Layout.Dense, layout, Reduction.Sum);
                    cases.Add(lengths, layout, Layout.Spread, Reduction.MeanOverCount);
                }
            }

            // More than a block.
            cases.Add([2, 70, 300], Layout.Reversed, Layout.Dense, Reduction.Mean);
            cases.Add([40_000], Layout.Spread, Layout.Spread, Reduction.MeanOverCount);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void All_verbs_are_those_of_the_loss(int[] shape, Layout ofInputs, Layout ofOutputs, Reduction reduction)
    {
        nint[] lengths = [.. shape.Select(length => (nint)length)];
        int count = shape.Aggregate((a, b) => a * b);
        (T[] predictions, T[] targets) = (Numbers(1, count), Numbers(2, count));
        T[] weights = [.. Numbers(3, count).Select(T.Abs)];
        (T[] losses, T[] gradient, T[] hessian) = (new T[count], new T[count], new T[count]);
        Cost expected = s_loss.ValueGradientAndHessian(predictions, targets, gradient, hessian, weights, reduction);
        s_loss.PerExample(predictions, targets, losses, weights);

        Entries<T> p = new(lengths, ofInputs, predictions, T.NaN);
        Entries<T> t = new(lengths, ofInputs, targets, T.NaN);
        Entries<T> w = new(lengths, ofInputs, weights, T.NaN);
        (Entries<T> l, Entries<T> g, Entries<T> h, Entries<T> g2) = (Output(), Output(), Output(), Output());
        Same(s_loss.Value(p.Tensor, t.Tensor, w.Tensor), expected);
        Same(s_loss.PerExample(p.Tensor, t.Tensor, l.Tensor, w.Tensor), expected);
        Same(s_loss.ValueAndGradient(p.Tensor, t.Tensor, g2.Tensor, w.Tensor, reduction), expected);
        Same(s_loss.ValueGradientAndHessian(p.Tensor, t.Tensor, g.Tensor, h.Tensor, w.Tensor, reduction), expected);
        l.InOrder.Should().Equal(losses);
        Near(g.InOrder, gradient);
        Near(g2.InOrder, gradient);
        Near(h.InOrder, hessian);
        new[] { l, g, h, g2 }.Should().OnlyContain(output => output.IsUntouchedBeside());

        Entries<T> Output() => new(lengths, ofOutputs, new T[count], T.CreateTruncating(-77));
    }

    [Fact]
    public void Tensors_of_every_kind_go_in_and_weights_may_be_left_out()
    {
        Tensor<T> predictions = Tensor.Create(Numbers(1, 6), [2, 3]);
        Tensor<T> targets = Tensor.Create(Numbers(2, 6), [2, 3]);
        T[] gradient = new T[6];
        Cost expected = s_loss.ValueAndGradient(Numbers(1, 6), Numbers(2, 6), gradient);
        Tensor<T> g = Tensor.CreateFromShape<T>([2, 3]);
        s_loss.Value(predictions, targets).Should().Be(expected);
        s_loss.Value(predictions.AsTensorSpan(), targets.AsReadOnlyTensorSpan()).Should().Be(expected);
        s_loss.ValueAndGradient(predictions, targets, g).Should().Be(expected);
        g.Should().Equal(gradient);
    }

    [Fact]
    public void A_target_for_all_is_a_stride_of_0()
    {
        T[] predictions = Numbers(1, 6);
        T[] target = [T.One];
        ReadOnlyTensorSpan<T> all = new(target, [2, 3], [0, 0]);
        T[] gradient = new T[6];
        Cost expected = s_loss.ValueAndGradient(predictions, [.. Enumerable.Repeat(T.One, 6)], gradient);
        T[] g = new T[6];
        Same(s_loss.ValueAndGradient(new(predictions, [2, 3]), all, new TensorSpan<T>(g, [2, 3])), expected);
        Near(g, gradient);
    }

    [Theory]
    [InlineData(Layout.Dense)]
    [InlineData(Layout.Spread)]
    [InlineData(Layout.Reversed)]
    public void The_gradient_may_take_the_place_of_the_predictions(Layout layout)
    {
        const int Count = 40_000;
        T[] gradient = new T[Count];
        Cost expected = s_loss.ValueAndGradient(Numbers(1, Count), Numbers(2, Count), gradient);
        Entries<T> p = new([200, 200], layout, Numbers(1, Count));
        Entries<T> t = new([200, 200], layout, Numbers(2, Count));
        Same(s_loss.ValueAndGradient(p.Tensor, t.Tensor, p.Tensor), expected);
        Near(p.InOrder, gradient);
    }

    [Fact]
    public void Columns_of_one_tensor_lie_apart_and_a_shifted_one_does_not()
    {
        // Predictions, targets, gradient and Hessian side by side.
        T[] table = new T[4 * 5];
        (T[] predictions, T[] targets, T[] gradient, T[] hessian) = (Numbers(1, 5), Numbers(2, 5), new T[5], new T[5]);
        for (int i = 0; i < 5; i++)
        {
            (table[4 * i], table[4 * i + 1]) = (predictions[i], targets[i]);
        }

        Same(
            s_loss.ValueGradientAndHessian<T, T>(Column(0), Column(1), Column(2), Column(3)),
            s_loss.ValueGradientAndHessian(predictions, targets, gradient, hessian));
        Near([.. table.Where((_, i) => i % 4 == 2)], gradient);
        Near([.. table.Where((_, i) => i % 4 == 3)], hessian);
        table.Where((_, i) => i % 4 == 0).Should().Equal(predictions);

        T[] before = [.. table];
        Refused(() => s_loss.ValueAndGradient<T, T>(Column(0, 4), Column(1, 4), Column(4, 4)), "gradient",
            "'gradient' overlaps 'predictions'*");
        Refused(() => s_loss.ValueAndGradient<T, T>(Column(0, 4), Column(1, 4), Column(5, 4)), "gradient",
            "'gradient' overlaps 'targets'*");
        Refused(() => s_loss.PerExample<T, T>(Column(0, 4), Column(1, 4), Column(6, 4), Column(2, 4)), "losses",
            "'losses' overlaps 'weights'*");
        Refused(() => s_loss.ValueGradientAndHessian<T, T>(Column(0), Column(1), Column(2), Column(2)), "hessian",
            "'hessian' overlaps 'gradient'*");
        Refused(
            () => s_loss.ValueAndGradient<T, T>(Column(0), Column(1), new TensorSpan<T>(table, [5], [0])),
            "gradient",
            "'gradient' has a stride of 0*");
        table.Should().Equal(before);

        TensorSpan<T> Column(int start, int rows = 5) => new(table, start, [rows], [4]);
    }

    [Fact]
    public void What_a_weight_of_0_covers_does_not_exist_and_without_weight_slopes_are_0()
    {
        Entries<T> p = new([2, 2], Layout.Spread, [T.One, T.NaN, T.Zero, T.One], T.NaN);
        Entries<T> t = new([2, 2], Layout.Spread, [T.Zero, T.Zero, T.NaN, T.Zero], T.NaN);
        Entries<T> some = new([2, 2], Layout.Spread, [T.One, T.Zero, T.Zero, T.One], T.NaN);
        Entries<T> none = new([2, 2], Layout.Spread, new T[4], T.NaN);
        Entries<T> g = new([2, 2], Layout.Spread, Numbers(1, 4));
        Cost cost = s_loss.ValueAndGradient(p.Tensor, t.Tensor, g.Tensor, some.Tensor);
        (cost.Weight, cost.Count, double.IsFinite(cost.Mean)).Should().Be((2, 4, true));
        T half = T.CreateTruncating(0.35);
        Near(g.InOrder, [half, T.Zero, T.Zero, half]);
        s_loss.ValueAndGradient(p.Tensor, t.Tensor, g.Tensor, none.Tensor).Mean.Should().Be(double.NaN);
        g.InOrder.Should().Equal(new T[4]);
    }

    [Theory]
    [InlineData(3e38, 3e38, 1, Reduction.Mean)]
    [InlineData(1e-45, 0, 1, Reduction.Mean)]
    [InlineData(1e-38, 3e-38, 1, Reduction.Mean)]
    [InlineData(3e38, 1e38, 20_000, Reduction.Mean)]
    [InlineData(1e-45, 0, 20_000, Reduction.Mean)]
    [InlineData(2e-38, 3e-38, 20_000, Reduction.Mean)]
    [InlineData(3e38, 1e38, 20_000, Reduction.MeanOverCount)]
    public void Weights_may_be_of_any_size(double first, double second, int pairs, Reduction reduction)
    {
        PointwiseLoss<T> loss = Loss.SquaredError<T>();
        nint[] lengths = [pairs, 2];
        int count = 2 * pairs;
        (T[] predictions, T[] targets) = (Numbers(1, count), Numbers(2, count));
        T[] weights = [.. Enumerable.Range(0, count).Select(i => T.CreateTruncating(i % 2 == 0 ? first : second))];
        (T[] gradient, T[] hessian) = (new T[count], new T[count]);
        loss.ValueGradientAndHessian(predictions, targets, gradient, hessian, weights, reduction);
        Entries<T> p = new(lengths, Layout.Spread, predictions);
        Entries<T> t = new(lengths, Layout.Spread, targets);
        Entries<T> w = new(lengths, Layout.Spread, weights);
        Entries<T> g = new(lengths, Layout.Spread, new T[count]);
        Entries<T> h = new(lengths, Layout.Spread, new T[count]);
        loss.ValueGradientAndHessian(p.Tensor, t.Tensor, g.Tensor, h.Tensor, w.Tensor, reduction);
        (g.InOrder.All(T.IsFinite) && h.InOrder.All(T.IsFinite)).Should().BeTrue();
        Near(g.InOrder, gradient);
        Near(h.InOrder, hessian);
    }

    [Fact]
    public void Weights_of_a_block_may_cancel_or_be_0()
    {
        // Blocks have 16,384 examples: weights of the first cancel, the second has none, the third what is left.
        const int Count = 40_000;
        T[] weights = [.. Enumerable.Range(0, Count).Select(i => i < 16_384 ? i % 2 == 0 ? T.One : -T.One
            : i < 32_768 ? T.Zero
            : T.CreateTruncating(2))];
        (T[] gradient, T[] hessian) = (new T[Count], new T[Count]);
        (T[] predictions, T[] targets) = (Numbers(1, Count), Numbers(2, Count));
        s_loss.ValueGradientAndHessian(predictions, targets, gradient, hessian, weights);
        Entries<T> p = new([Count], Layout.Spread, predictions);
        Entries<T> t = new([Count], Layout.Spread, targets);
        Entries<T> w = new([Count], Layout.Spread, weights);
        Entries<T> g = new([Count], Layout.Spread, new T[Count]);
        Entries<T> h = new([Count], Layout.Spread, new T[Count]);
        s_loss.ValueGradientAndHessian(p.Tensor, t.Tensor, g.Tensor, h.Tensor, w.Tensor);
        gradient[0].Should().NotBe(T.Zero);
        Near(g.InOrder, gradient);
        Near(h.InOrder, hessian);
    }

    [Fact]
    public void A_nan_makes_its_own_slope_nan_and_no_other()
    {
        Entries<T> p = new([3], Layout.Spread, [T.One, T.NaN, T.One]);
        Entries<T> t = new([3], Layout.Spread, new T[3]);
        Entries<T> g = new([3], Layout.Spread, new T[3]);
        s_loss.ValueAndGradient(p.Tensor, t.Tensor, g.Tensor, reduction: Reduction.Sum).Sum.Should().Be(double.NaN);
        g.InOrder.Select(T.IsNaN).Should().Equal(false, true, false);
    }

    [Fact]
    public void Empty_tensors_have_no_mean()
    {
        s_loss.Value<T, T>(default, default).Should().Be(default(Cost));
        TensorSpan<T> empty = Tensor.CreateFromShape<T>([0, 3]);
        Cost cost = s_loss.ValueAndGradient<T, T>(empty, empty, empty);
        (cost.Count, double.IsNaN(cost.Mean)).Should().Be((0, true));
    }

    [Theory]
    [InlineData(Layout.Dense)]
    [InlineData(Layout.Spread)]
    public void Nothing_is_allocated(Layout layout)
    {
        Entries<T> p = new([30, 40], layout, Numbers(1, 1200));
        Entries<T> t = new([30, 40], layout, Numbers(2, 1200));
        Entries<T> g = new([30, 40], layout, Numbers(3, 1200));
        Entries<T> h = new([30, 40], layout, Numbers(4, 1200));
        nint[] lengths = [30, 40];
        nint[] strides = layout == Layout.Dense ? [40, 1] : [120, 3];
        int start = layout == Layout.Dense ? 0 : 1;
        Allocations.Of(() =>
        {
            s_loss.Value<T, T>(Of(p), Of(t));
            s_loss.PerExample<T, T>(Of(p), Of(t), Of(h));
            s_loss.ValueGradientAndHessian<T, T>(Of(p), Of(t), Of(g), Of(h));
        }).Should().Be(0);

        TensorSpan<T> Of(Entries<T> entries) => new(entries.Array, start, lengths, strides);
    }

    [Fact]
    public void Wrong_shapes_are_told()
    {
        Tensor<T> good = Tensor.Create(Numbers(1, 6), [2, 3]);
        Tensor<T> turned = Tensor.Create(Numbers(1, 6), [3, 2]);
        Tensor<T> flat = Tensor.Create(Numbers(1, 6), [6]);
        Refused(() => s_loss.Value(good, turned), "targets",
            "'targets' is 3×2, but 'predictions' is 2×3: expected 2×3.*");
        Refused(() => s_loss.Value(good, flat), "targets", "'targets' is 6, but 'predictions' is 2×3: expected 2×3.*");
        Refused(() => s_loss.Value<T, T>(good, default), "targets", "'targets' is empty, but 'predictions' is 2×3*");
        Refused(() => s_loss.Value(good, good, turned), "weights", "'weights' is 3×2*expected 2×3.*");
        Refused(() => s_loss.Value(good, good, Tensor.CreateFromShape<T>([0])), "weights", "'weights' is 0,*");
        Refused(() => s_loss.PerExample(good, good, turned), "losses", "'losses' is 3×2*");
        Refused(() => s_loss.ValueAndGradient(good, good, flat), "gradient", "'gradient' is 6*");
        Refused(() => s_loss.ValueGradientAndHessian(good, good, turned, good), "gradient", "'gradient' is 3×2*");
        Refused(() => s_loss.ValueGradientAndHessian(good, good, good, turned), "hessian", "'hessian' is 3×2*");
        ((Action)(() => ((PointwiseLoss<T>)null!).Value(good, good))).Should().Throw<ArgumentNullException>()
            .WithParameterName("loss");
    }

    private static void Refused(Action call, string argument, string message) =>
        call.Should().Throw<ArgumentException>().WithMessage(message).WithParameterName(argument);

    private static void Same(Cost actual, Cost expected)
    {
        (actual.Count, actual.Weight).Should().Be((expected.Count, expected.Weight));
        actual.Sum.Should().BeApproximately(expected.Sum, 1e-13 * Math.Abs(expected.Sum));
    }

    private static void Near(T[] actual, T[] expected)
    {
        actual.Should().HaveSameCount(expected);
        for (int i = 0; i < actual.Length; i++)
        {
            if (T.Abs(actual[i] - expected[i]) > Tolerance * T.Abs(expected[i]))
            {
                actual[i].Should().Be(expected[i], $"it is entry {i}");
            }
        }
    }

    private static T[] Numbers(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(4 * random.NextDouble() - 2))];
    }
}
