using System.Numerics;
using LossKit.Kernels;
using LossKit.Lanes;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleLossProperties : LossProperties<float>;

public sealed class DoubleLossProperties : LossProperties<double>;

/// <summary>What holds for every loss of the catalogue.</summary>
public abstract class LossProperties<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Guard = 3;

    public static TheoryData<string> Losses => LossCatalogue.Names;

    [Theory, MemberData(nameof(Losses))]
    public void All_entry_points_agree_at_every_length(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        for (int length = 0; length <= 256; length++)
        {
            (T[] predictions, T[] targets, T[] weights) = Samples.Batch<T>(instance.Targets, length, seed: length);
            Outputs<T> run = new(length);
            Cost value = loss.Value(predictions, targets, weights);
            Cost perExample = loss.PerExample(predictions, targets, run.Losses, weights);
            Cost first = loss.ValueAndGradient(predictions, targets, run.FirstGradient, weights);
            Cost second = loss.ValueGradientAndHessian(predictions, targets, run.Gradient, run.Hessian, weights);

            run.ShouldHaveStayedInside();
            new[] { perExample.Count, first.Count, second.Count }.Should().AllBeEquivalentTo(length);
            double total = weights.Sum(Samples.ToDouble);
            double sum = 0;
            for (int i = 0; i < length; i++)
            {
                PointLoss<T> point = loss.At(predictions[i], targets[i]);
                double weight = Samples.ToDouble(weights[i]);
                ShouldBeClose(run.Losses[i], point.Loss, 1, $"loss {i} of {length}");
                ShouldBeClose(run.FirstGradient[i], point.Derivative, weight / total, $"gradient {i} of {length}");
                ShouldBeClose(run.Gradient[i], point.Derivative, weight / total, $"gradient {i} of {length}");
                ShouldBeClose(run.Hessian[i], point.SecondDerivative, weight / total, $"Hessian {i} of {length}");
                sum += weight * Samples.ToDouble(point.Loss);
            }

            foreach (Cost cost in new[] { value, perExample, first, second })
            {
                cost.Sum.Should().BeApproximately(sum, Samples.Close<T>() * Math.Max(1, Math.Abs(sum)));
                cost.Weight.Should().BeApproximately(total, Samples.Close<T>() * Math.Max(1, total));
            }
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void No_weights_are_weights_of_one(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        (T[] predictions, T[] targets, T[] weights) = Samples.Batch<T>(instance.Targets, 1500);
        Array.Fill(weights, T.One);
        Outputs<T> plain = new(1500);
        Outputs<T> weighted = new(1500);

        Cost cost = loss.ValueGradientAndHessian(predictions, targets, plain.Gradient, plain.Hessian);
        loss.ValueGradientAndHessian(predictions, targets, weighted.Gradient, weighted.Hessian, weights)
            .Should().Be(cost);
        loss.Value(predictions, targets, weights).Should().Be(loss.Value(predictions, targets));
        weighted.Gradient.ToArray().Should().Equal(plain.Gradient.ToArray());
        weighted.Hessian.ToArray().Should().Equal(plain.Hessian.ToArray());
    }

    [Theory, MemberData(nameof(Losses))]
    public void A_weight_of_two_counts_as_two_examples(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        (T[] predictions, T[] targets, _) = Samples.Batch<T>(instance.Targets, 333);
        T[] weights = Enumerable.Repeat(T.One + T.One, 333).ToArray();
        T[] gradient = new T[333];
        T[] twice = new T[666];

        Cost weighted = loss.ValueAndGradient(predictions, targets, gradient, weights, Reduction.Sum);
        Cost repeated = loss.ValueAndGradient(
            [.. predictions, .. predictions], [.. targets, .. targets], twice, reduction: Reduction.Sum);

        weighted.Weight.Should().Be(repeated.Weight);
        weighted.Sum.Should().BeApproximately(repeated.Sum, Samples.Close<T>() * (1 + repeated.Sum));
        for (int i = 0; i < 333; i++)
        {
            gradient[i].Should().Be(twice[i] + twice[i + 333]);
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void The_gradient_of_the_mean_is_that_of_the_sum_divided_by_the_weight(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        (T[] predictions, T[] targets, T[] weights) = Samples.Batch<T>(instance.Targets, 77);
        Outputs<T> mean = new(77);
        Outputs<T> sum = new(77);

        Cost cost = loss.ValueGradientAndHessian(predictions, targets, mean.Gradient, mean.Hessian, weights);
        loss.ValueGradientAndHessian(predictions, targets, sum.Gradient, sum.Hessian, weights, Reduction.Sum)
            .Should().Be(cost);
        for (int i = 0; i < 77; i++)
        {
            ShouldBeClose(mean.Gradient[i], sum.Gradient[i], 1 / cost.Weight, $"gradient {i}");
            ShouldBeClose(mean.Hessian[i], sum.Hessian[i], 1 / cost.Weight, $"Hessian {i}");
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void Outputs_may_replace_an_input(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        const int Length = 1500;
        (T[] predictions, T[] targets, T[] weights) = Samples.Batch<T>(instance.Targets, Length);
        Outputs<T> expected = new(Length);
        Cost cost = loss.ValueGradientAndHessian(predictions, targets, expected.Gradient, expected.Hessian, weights);
        loss.PerExample(predictions, targets, expected.Losses, weights);

        T[] inPlace = [.. predictions];
        T[] overTargets = [.. targets];
        T[] overWeights = [.. weights];
        loss.ValueAndGradient(inPlace, targets, inPlace, weights).Should().Be(cost);
        inPlace.Should().Equal(expected.Gradient.ToArray());
        inPlace = [.. predictions];
        loss.ValueGradientAndHessian(inPlace, overTargets, inPlace, overTargets, weights).Should().Be(cost);
        inPlace.Should().Equal(expected.Gradient.ToArray());
        overTargets.Should().Equal(expected.Hessian.ToArray());
        loss.ValueAndGradient(predictions, targets, overWeights, overWeights).Should().Be(cost);
        overWeights.Should().Equal(expected.Gradient.ToArray());
        inPlace = [.. predictions];
        loss.PerExample(inPlace, targets, inPlace, weights);
        inPlace.Should().Equal(expected.Losses.ToArray());
    }

    [Theory, MemberData(nameof(Losses))]
    public void Wrong_spans_are_refused_before_anything_is_written(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        (T[] p, T[] t, T[] w) = Samples.Batch<T>(instance.Targets, 20);
        T[] original = [.. p];
        T[] output = new T[20];
        (string Argument, Action Call)[] calls =
        [
            ("targets", () => loss.Value(p, t.AsSpan(1))),
            ("weights", () => loss.Value(p, t, w.AsSpan(1))),
            ("losses", () => loss.PerExample(p, t, output.AsSpan(1))),
            ("losses", () => loss.PerExample(p, t, [])),
            ("gradient", () => loss.ValueAndGradient(p, t, output.AsSpan(1))),
            ("gradient", () => loss.ValueAndGradient(p.AsSpan(1), t.AsSpan(1), output)),
            ("hessian", () => loss.ValueGradientAndHessian(p, t, output, new T[19])),
            ("hessian", () => loss.ValueGradientAndHessian(p, t, output, output)),
            ("gradient", () => loss.ValueAndGradient(p.AsSpan(0, 19), t.AsSpan(0, 19), p.AsSpan(1))),
            ("gradient", () => loss.ValueAndGradient(p.AsSpan(1), t.AsSpan(1), p.AsSpan(0, 19))),
            ("hessian", () => loss.ValueGradientAndHessian(
                p.AsSpan(1), t.AsSpan(1), output.AsSpan(1), p.AsSpan(0, 19))),
            ("reduction", () => loss.ValueAndGradient(p, t, output, reduction: (Reduction)7)),
        ];
        foreach ((string argument, Action call) in calls)
        {
            call.Should().Throw<ArgumentException>().Which.ParamName.Should().Be(argument);
        }

        p.Should().Equal(original);
        output.Should().AllBeEquivalentTo(T.Zero);
    }

    [Theory, MemberData(nameof(Losses))]
    public void Nothing_behind_the_spans_is_read_or_written(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        foreach (int length in new[] { 1, 7, 16, 31, 1024, 1031 })
        {
            (T[] predictions, T[] targets, T[] weights) = Samples.Batch<T>(instance.Targets, length);
            using GuardedMemory<T> p = new(predictions);
            using GuardedMemory<T> t = new(targets);
            using GuardedMemory<T> w = new(weights);
            using GuardedMemory<T> gradient = new(new T[length]);
            using GuardedMemory<T> hessian = new(new T[length]);
            loss.ValueGradientAndHessian(p.Span, t.Span, gradient.Span, hessian.Span, w.Span)
                .Should().Be(loss.ValueGradientAndHessian(
                    predictions, targets, new T[length], new T[length], weights));
            loss.PerExample(p.Span, t.Span, gradient.Span, w.Span);
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void Equal_data_give_equal_bits_at_any_address(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        (T[] predictions, T[] targets, T[] weights) = Samples.Batch<T>(instance.Targets, 3001);
        T[] expected = new T[3001];
        Cost cost = loss.ValueAndGradient(predictions, targets, expected, weights);
        for (int offset = 1; offset < 20; offset++)
        {
            T[] gap = new T[offset];
            T[] gradient = new T[3001 + offset];
            loss.ValueAndGradient(
                ((T[])[.. gap, .. predictions]).AsSpan(offset),
                ((T[])[.. gap, .. targets]).AsSpan(offset),
                gradient.AsSpan(offset),
                ((T[])[.. gap, .. weights]).AsSpan(offset)).Should().Be(cost);
            gradient[offset..].Should().Equal(expected);
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void A_loss_does_not_depend_on_its_place(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        (T[] predictions, T[] targets, _) = Samples.Batch<T>(instance.Targets, 41);
        T[] whole = new T[41];
        T[] part = new T[41];
        loss.PerExample(predictions, targets, whole);
        for (int start = 1; start < 41; start++)
        {
            loss.PerExample(predictions.AsSpan(start), targets.AsSpan(start), part.AsSpan(start));
            part[start..].Should().Equal(whole[start..]);
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void All_widths_agree(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        (T[] predictions, T[] targets, T[] weights) = Samples.Batch<T>(instance.Targets, 1203);
        Outputs<T> scalar = Run(LaneWidth.Scalar, instance, predictions, targets, weights, out double scalarSum);
        Outputs<T> vector = Run(LaneWidth.Vector, instance, predictions, targets, weights, out double vectorSum);
        vectorSum.Should().BeApproximately(scalarSum, Samples.Close<T>() * (1 + scalarSum));
        ShouldBeClose(vector, scalar);
        if (Width.Current == 512)
        {
            Outputs<T> widest = Run(
                LaneWidth.Vector512, instance, predictions, targets, weights, out double widestSum);
            widestSum.Should().BeApproximately(scalarSum, Samples.Close<T>() * (1 + scalarSum));
            ShouldBeClose(widest, scalar);
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void NaN_spoils_its_own_entry_and_the_sum(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        foreach (bool inTarget in new[] { false, true })
        {
            for (int spoilt = 0; spoilt < 37; spoilt++)
            {
                (T[] predictions, T[] targets, _) = Samples.Batch<T>(instance.Targets, 37);
                Outputs<T> healthy = new(37);
                Outputs<T> run = new(37);
                loss.ValueGradientAndHessian(predictions, targets, healthy.Gradient, healthy.Hessian);
                (inTarget ? targets : predictions)[spoilt] = T.NaN;
                Cost cost = loss.ValueGradientAndHessian(predictions, targets, run.Gradient, run.Hessian);
                loss.PerExample(predictions, targets, run.Losses);

                cost.Mean.Should().Be(double.NaN);
                loss.Value(predictions, targets).Mean.Should().Be(double.NaN);
                T.IsNaN(loss.At(predictions[spoilt], targets[spoilt]).Loss).Should().BeTrue();
                for (int i = 0; i < 37; i++)
                {
                    T.IsNaN(run.Losses[i]).Should().Be(i == spoilt);
                    run.Gradient[i].Should().Be(i == spoilt ? T.NaN : healthy.Gradient[i]);
                    run.Hessian[i].Should().Be(i == spoilt ? T.NaN : healthy.Hessian[i]);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void Extreme_finite_predictions_have_losses_and_derivatives(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        double[] extremes = [1e4, -1e4, 100, -100, 0, -0.0, 1e-42, -1e-42, 1e-300, 1e-30, -1e-30];
        foreach (double extreme in extremes)
        {
            foreach (double target in instance.Targets switch
            {
                TargetKind.Sign => new double[] { -1, 1 },
                TargetKind.Probability => [0, 1, 0.5],
                _ => [0, 1, -1e4],
            })
            {
                PointLoss<T> point = loss.At(T.CreateTruncating(extreme), T.CreateTruncating(target));
                T.IsFinite(point.Loss).Should().BeTrue($"loss at {extreme}, {target}");
                (point.Loss >= T.Zero).Should().BeTrue($"loss at {extreme}, {target}");
                T.IsFinite(point.Derivative).Should().BeTrue($"derivative at {extreme}, {target}");
                T.IsFinite(point.SecondDerivative).Should().BeTrue($"second derivative at {extreme}, {target}");
            }
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void Infinite_predictions_never_have_a_small_loss_that_is_wrong(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        foreach (T infinity in new[] { T.PositiveInfinity, T.NegativeInfinity })
        {
            foreach (double target in instance.Targets == TargetKind.Sign ? new double[] { -1, 1 } : [0, 1])
            {
                // The limit: what the loss tends to as the prediction grows.
                T far = loss.At(T.CopySign(T.CreateTruncating(1e30), infinity), T.CreateTruncating(target)).Loss;
                T at = loss.At(infinity, T.CreateTruncating(target)).Loss;
                (T.IsNaN(at) || (far > T.CreateTruncating(1e20) ? T.IsPositiveInfinity(at) : at == far))
                    .Should().BeTrue($"loss at {infinity}, {target} is {at}, and far out {far}");
            }
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void A_batch_without_weight_has_no_mean_and_a_gradient_of_zeros(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        (T[] predictions, T[] targets, T[] weights) = Samples.Batch<T>(instance.Targets, 21);
        Array.Clear(weights);
        predictions[3] = T.NaN;
        predictions[4] = T.PositiveInfinity;
        foreach (Reduction reduction in Enum.GetValues<Reduction>())
        {
            Outputs<T> run = new(21);
            run.Gradient.Fill(T.One);
            run.Hessian.Fill(T.One);
            Cost cost = loss.ValueGradientAndHessian(
                predictions, targets, run.Gradient, run.Hessian, weights, reduction);
            cost.Mean.Should().Be(double.NaN);
            (cost.Sum, cost.Weight, cost.Count).Should().Be((0, 0, 21));
            run.Gradient.ToArray().Should().AllBeEquivalentTo(T.Zero);
            run.Hessian.ToArray().Should().AllBeEquivalentTo(T.Zero);
        }

        loss.Value([], []).Should().Be(default(Cost));
        loss.ValueAndGradient([], [], []).Mean.Should().Be(double.NaN);
    }

    [Theory, MemberData(nameof(Losses))]
    public void Nothing_is_allocated(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        (T[] predictions, T[] targets, T[] weights) = Samples.Batch<T>(instance.Targets, 2051);
        T[] gradient = new T[2051];
        T[] hessian = new T[2051];
        CostAggregator aggregator = new();
        CallAll();
        CallAll();
        long before = GC.GetAllocatedBytesForCurrentThread();
        CallAll();
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);

        void CallAll()
        {
            aggregator.Add(loss.Value(predictions, targets));
            aggregator.Add(loss.Value(predictions, targets, weights));
            aggregator.Add(loss.PerExample(predictions, targets, hessian, weights));
            aggregator.Add(loss.ValueAndGradient(predictions, targets, gradient));
            aggregator.Add(loss.ValueAndGradient(predictions, targets, gradient, weights, Reduction.Sum));
            aggregator.Add(loss.ValueGradientAndHessian(predictions, targets, gradient, hessian, weights));
            loss.At(predictions[0], targets[0]);
        }
    }

    private static Outputs<T> Run(
        LaneWidth width, LossInstance instance, T[] predictions, T[] targets, T[] weights, out double sum)
    {
        Outputs<T> outputs = new(predictions.Length);
        PointwiseBatch<T> batch = new()
        {
            Predictions = predictions,
            Targets = targets,
            Weights = weights,
            Losses = outputs.Losses,
            Gradient = outputs.Gradient,
            Hessian = outputs.Hessian,
            Scale = T.One,
        };
        sum = instance.Loss<T>().Kernel.Run(batch, DerivativeOrder.Hessian, width).Total;
        return outputs;
    }

    private static void ShouldBeClose(Outputs<T> actual, Outputs<T> expected)
    {
        for (int i = 0; i < actual.Losses.Length; i++)
        {
            ShouldBeClose(actual.Losses[i], expected.Losses[i], 1, $"loss {i}");
            ShouldBeClose(actual.Gradient[i], expected.Gradient[i], 1, $"gradient {i}");
            ShouldBeClose(actual.Hessian[i], expected.Hessian[i], 1, $"Hessian {i}");
        }
    }

    private static void ShouldBeClose(T actual, T unscaled, double factor, string what)
    {
        double expected = Samples.ToDouble(unscaled) * factor;
        Samples.ToDouble(actual).Should().BeApproximately(
            expected, Samples.Close<T>() * Math.Max(Math.Abs(expected), factor), what);
    }

    /// <summary>Output buffers between canaries.</summary>
    private sealed class Outputs<TNumber>(int length) where TNumber : unmanaged, IFloatingPointIeee754<TNumber>
    {
        private readonly TNumber[][] _buffers = Enumerable.Range(0, 4).Select(_ => WithCanaries(length)).ToArray();

        public Span<TNumber> Losses => Inside(0);

        public Span<TNumber> FirstGradient => Inside(1);

        public Span<TNumber> Gradient => Inside(2);

        public Span<TNumber> Hessian => Inside(3);

        public void ShouldHaveStayedInside()
        {
            TNumber[] canaries = Enumerable.Repeat(Canary, Guard).ToArray();
            foreach (TNumber[] buffer in _buffers)
            {
                buffer[..Guard].Should().Equal(canaries);
                buffer[^Guard..].Should().Equal(canaries);
            }
        }

        private static TNumber Canary => TNumber.CreateTruncating(-123.5);

        private static TNumber[] WithCanaries(int length) => Enumerable.Repeat(Canary, length + 2 * Guard).ToArray();

        private Span<TNumber> Inside(int index) => _buffers[index].AsSpan(Guard, length);
    }
}
