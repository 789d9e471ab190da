using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleLossProperties : LossProperties<float>;

public sealed class DoubleLossProperties : LossProperties<double>;

/// <summary>What holds for every loss of the catalogue.</summary>
[Trait("Category", "Kernels")]
public abstract class LossProperties<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Guard = 3;

    /// <summary>The formulas whose losses lack a constant, or measure something else than a distance.</summary>
    private static readonly HashSet<string> s_mayBeNegative =
    [
        nameof(Poisson),
        nameof(PoissonMean),
        nameof(Gamma),
        nameof(Tweedie),
        nameof(TweedieIdentity),
        nameof(HingeEmbedding),
        nameof(GaussianNegativeLogLikelihood),
        nameof(LaplaceNegativeLogLikelihood),
        nameof(StudentTNegativeLogLikelihood),
        nameof(Wasserstein),
    ];

    public static TheoryData<string> Losses => LossCatalogue.Names;

    public static TheoryData<string> Representatives => LossCatalogue.Representatives;

    [Theory, MemberData(nameof(Representatives))]
    public void All_entry_points_agree_at_every_length(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        foreach (int length in Enumerable.Range(0, 70).Concat([127, 128, 129, 255, 256, 257, 1024, 1025, 1100]))
        {
            (T[] predictions, T[] targets, T[] weights) = Samples.Batch<T>(instance, length, seed: length);
            Outputs<T> run = new(length);
            Cost value = loss.Value(predictions, targets, weights);
            Cost perExample = loss.PerExample(predictions, targets, run.Losses, weights);
            Cost first = loss.ValueAndGradient(predictions, targets, run.FirstGradient, weights);
            Cost second = loss.ValueGradientAndHessian(predictions, targets, run.Gradient, run.Hessian, weights);
            run.ShouldHaveStayedInside();
            new[] { perExample.Count, first.Count, second.Count }.Should().AllBeEquivalentTo(length);
            double total = weights.Sum(Samples.ToDouble);
            double sum = 0;
            double size = 0;
            for (int i = 0; i < length; i++)
            {
                PointLoss<T> point = loss.At(predictions[i], targets[i]);
                double weight = Samples.ToDouble(weights[i]);
                ShouldBeClose(run.Losses[i], point.Loss, 1, $"loss {i} of {length}");
                sum += weight * Samples.ToDouble(point.Loss);
                size += weight * Math.Abs(Samples.ToDouble(point.Loss));
                ShouldBeClose(run.FirstGradient[i], point.Derivative, weight / total, $"gradient {i} of {length}");
                ShouldBeClose(run.Gradient[i], point.Derivative, weight / total, $"gradient {i} of {length}");
                ShouldBeClose(run.Hessian[i], point.SecondDerivative, weight / total, $"Hessian {i} of {length}");
            }

            foreach (Cost cost in new[] { value, perExample, first, second })
            {
                cost.Sum.Should().BeApproximately(sum, Samples.Close<T>() * Math.Max(1, size));
                cost.Weight.Should().BeApproximately(total, Samples.Close<T>() * Math.Max(1, total));
            }
        }
    }

    [Theory, MemberData(nameof(Representatives))]
    public void No_weights_are_weights_of_one(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        (T[] predictions, T[] targets, T[] weights) = Samples.Batch<T>(instance, 1500);
        Array.Fill(weights, T.One);
        Outputs<T> plain = new(1500);
        Outputs<T> weighted = new(1500);

        Cost cost = Everything(loss, predictions, targets, plain);
        Everything(loss, predictions, targets, weighted, weights).Should().Be(cost);
        loss.Value(predictions, targets, weights).Should().Be(loss.Value(predictions, targets));
        weighted.Losses.ToArray().Should().Equal(plain.Losses.ToArray());
        weighted.Gradient.ToArray().Should().Equal(plain.Gradient.ToArray());
        weighted.Hessian.ToArray().Should().Equal(plain.Hessian.ToArray());
    }

    [Theory, MemberData(nameof(Representatives))]
    public void Outputs_may_replace_an_input(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();

        // Less than a lane, whole lanes, and last ones that overlap the one before.
        foreach (int length in (int[])[1, 7, 8, 9, 15, 16, 17, 24, 31, 33, 47, 50, 1500])
        {
            (T[] predictions, T[] targets, T[] weights) = Samples.Batch<T>(instance, length);
            Outputs<T> expected = new(length);
            Cost cost = Everything(loss, predictions, targets, expected, weights);
            T[] inPlace = [.. predictions];
            loss.PerExample(inPlace, targets, inPlace, weights);
            inPlace.Should().Equal(expected.Losses.ToArray());
            inPlace = [.. predictions];
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
        }
    }

    [Theory, MemberData(nameof(Representatives))]
    public void Wrong_spans_are_refused_before_anything_is_written(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        (T[] p, T[] t, T[] w) = Samples.Batch<T>(instance, 20);
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

    [Theory, MemberData(nameof(Representatives))]
    public void Nothing_behind_the_spans_is_read_or_written(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        foreach (int length in new[] { 1, 7, 16, 31, 1024, 1031 })
        {
            (T[] predictions, T[] targets, T[] weights) = Samples.Batch<T>(instance, length);
            using GuardedMemory<T> p = new(predictions);
            using GuardedMemory<T> t = new(targets);
            using GuardedMemory<T> w = new(weights);
            using GuardedMemory<T> gradient = new(new T[length]);
            using GuardedMemory<T> hessian = new(new T[length]);
            Cost expected = Everything(loss, predictions, targets, new(length), weights);
            loss.ValueGradientAndHessian(p.Span, t.Span, gradient.Span, hessian.Span, w.Span).Should().Be(expected);
            loss.PerExample(p.Span, t.Span, gradient.Span, w.Span);
        }
    }

    [Theory, MemberData(nameof(Representatives))]
    public void Equal_data_give_equal_bits_at_any_address(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        (T[] predictions, T[] targets, T[] weights) = Samples.Batch<T>(instance, 3001);
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

    [Theory, MemberData(nameof(Representatives))]
    public void A_loss_does_not_depend_on_its_place(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        (T[] predictions, T[] targets, _) = Samples.Batch<T>(instance, 41);
        T[] whole = new T[41];
        T[] part = new T[41];
        loss.PerExample(predictions, targets, whole);
        for (int start = 1; start < 41; start++)
        {
            loss.PerExample(predictions.AsSpan(start), targets.AsSpan(start), part.AsSpan(start));
            part[start..].Should().Equal(whole[start..]);
        }
    }

    [Theory, MemberData(nameof(Losses)), Trait("Category", "Formulas")]
    public void NaN_spoils_its_own_entry_and_the_sum(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        foreach (bool inTarget in new[] { false, true })
        {
            for (int spoilt = 0; spoilt < 37; spoilt++)
            {
                (T[] predictions, T[] targets, _) = Samples.Batch<T>(instance, 37);
                Outputs<T> healthy = new(37);
                Outputs<T> run = new(37);
                Everything(loss, predictions, targets, healthy);
                (inTarget ? targets : predictions)[spoilt] = T.NaN;
                Cost cost = Everything(loss, predictions, targets, run);

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

    [Theory, MemberData(nameof(Losses)), Trait("Category", "Formulas")]
    public void Extreme_finite_predictions_have_losses_and_derivatives(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        DomainShape shape = DomainShape.Of(loss.Facts.Predictions);
        double[] extremes = [1e4, -1e4, 100, -100, 0, -0.0, 1e-42, -1e-42, 1e-300, 1e-30, -1e-30];
        IEnumerable<double> fromBounds = new[] { shape.Lower, shape.Upper }.Where(double.IsFinite)
            .SelectMany(bound => extremes.Append(1e-3).Select(extreme => bound + extreme));
        foreach (T extreme in extremes.Concat(fromBounds).Select(T.CreateTruncating))
        {
            foreach (T target in ExtremeTargets(instance).Select(T.CreateTruncating))
            {
                if (loss.Facts.Predictions.Contains(Samples.ToDouble(extreme))
                    && loss.Facts.Targets.Contains(Samples.ToDouble(target)))
                {
                    PointLoss<T> point = loss.At(extreme, target);
                    string where = $"at {extreme}, {target}";
                    ShouldBeFiniteOrOverflow(shape, extreme, target, x => loss.At(x, target).Loss, $"loss {where}");
                    (point.Loss >= T.Zero || MayBeNegative(instance)).Should()
                        .BeTrue($"loss {where} is {point.Loss}; if that is meant, list the formula above");
                    ShouldBeFiniteOrOverflow(
                        shape, extreme, target, x => loss.At(x, target).Derivative, $"derivative {where}");
                    ShouldBeFiniteOrOverflow(
                        shape, extreme, target, x => loss.At(x, target).SecondDerivative, $"second derivative {where}");
                }
            }
        }
    }

    [Theory, MemberData(nameof(Losses)), Trait("Category", "Formulas")]
    public void Infinite_predictions_never_have_a_small_loss_that_is_wrong(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        foreach (T infinity in new[] { T.PositiveInfinity, T.NegativeInfinity })
        {
            T distant = T.CopySign(T.CreateTruncating(1e30), infinity);
            double[] targets = [.. new double[] { -1, 0, 1 }.Where(loss.Facts.Targets.Contains)];
            foreach (T target in targets.Select(T.CreateTruncating))
            {
                if (!loss.Facts.Predictions.Contains(Samples.ToDouble(distant)))
                {
                    continue;
                }

                // The limit: what the loss tends to as the prediction grows, even as slowly as a logarithm.
                T far = loss.At(distant, target).Loss;
                T nearer = loss.At(T.CopySign(T.CreateTruncating(1e15), infinity), target).Loss;
                bool changes = T.Abs(far - nearer) > T.CreateTruncating(1e-3) * T.Abs(far);
                bool grows = T.Abs(far) > T.CreateTruncating(1e20) || (changes && T.Abs(far) > T.Abs(nearer));
                T at = loss.At(infinity, target).Loss;
                T limit = grows ? T.CopySign(T.PositiveInfinity, far) : changes ? T.Zero : far;
                (T.IsNaN(at) || at == limit)
                    .Should().BeTrue($"loss at {infinity}, {target} is {at}, and far out {far}");
                (MayBeNegative(instance) || !(at < T.Zero)).Should().BeTrue($"loss at {infinity}, {target} is {at}");
            }
        }
    }

    [Theory, MemberData(nameof(Representatives))]
    public void A_batch_without_weight_has_no_mean_and_a_gradient_of_zeros(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        (T[] predictions, T[] targets, T[] weights) = Samples.Batch<T>(instance, 21);
        Array.Clear(weights);
        predictions[3] = T.NaN;
        predictions[4] = T.PositiveInfinity;
        foreach (Reduction reduction in Enum.GetValues<Reduction>())
        {
            Outputs<T> run = new(21);
            run.Gradient.Fill(T.One);
            run.Hessian.Fill(T.One);
            Cost cost = Everything(loss, predictions, targets, run, weights, reduction);
            cost.Mean.Should().Be(double.NaN);
            (cost.Sum, cost.Weight, cost.Count).Should().Be((0, 0, 21));
            run.Gradient.ToArray().Should().AllBeEquivalentTo(T.Zero);
            run.Hessian.ToArray().Should().AllBeEquivalentTo(T.Zero);
        }

        loss.Value([], []).Should().Be(default(Cost));
        Everything(loss, [], [], new(0)).Mean.Should().Be(double.NaN);
    }

    [Theory, MemberData(nameof(Representatives))]
    public void Nothing_is_allocated(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<T> loss = instance.Loss<T>();
        (T[] predictions, T[] targets, T[] weights) = Samples.Batch<T>(instance, 2051);
        T[] gradient = new T[2051];
        T[] hessian = new T[2051];
        CostAggregator aggregator = new();
        Allocations.Of(CallAll).Should().Be(0);

        void CallAll()
        {
            aggregator.Add(loss.Value(predictions, targets));
            aggregator.Add(loss.Value(predictions, targets, weights));
            aggregator.Add(loss.PerExample(predictions, targets, hessian, weights));
            loss.At(predictions[0], targets[0]);
            aggregator.Add(loss.ValueAndGradient(predictions, targets, gradient));
            aggregator.Add(loss.ValueAndGradient(predictions, targets, gradient, weights, Reduction.Sum));
            aggregator.Add(loss.ValueGradientAndHessian(predictions, targets, gradient, hessian, weights));
        }
    }

    /// <summary>Losses and both derivatives.</summary>
    private static Cost Everything(
        PointwiseLoss<T> loss,
        T[] predictions,
        T[] targets,
        Outputs<T> outputs,
        T[]? weights = null,
        Reduction reduction = Reduction.Mean)
    {
        loss.PerExample(predictions, targets, outputs.Losses, weights);
        return loss.ValueGradientAndHessian(
            predictions, targets, outputs.Gradient, outputs.Hessian, weights, reduction);
    }

    private static double[] ExtremeTargets(LossInstance instance)
    {
        DomainShape shape = DomainShape.Of(Samples.Facts(instance).Targets);
        return instance.Targets switch
        {
            TargetKind.Sign => [-1, 1],
            TargetKind.Probability => [0, 1, 0.5],
            _ when shape.IsReals => [0, 1, -1e4],
            _ => [.. Samples.SomeTargets(instance), 0.5, 1e4],
        };
    }

    private static bool MayBeNegative(LossInstance instance) =>
        s_mayBeNegative.Overlaps(Samples.Parts(instance.Formula).Select(part => part.Name));

    /// <summary>
    /// Never NaN; infinite only at a pole on a bound of the domain, or because the number does not fit: then the last
    /// ones that do, on the way there from ordinary predictions, are already enormous.
    /// </summary>
    private static void ShouldBeFiniteOrOverflow(
        DomainShape shape, T prediction, T target, Func<T, T> function, string what)
    {
        T value = function(prediction);
        T.IsNaN(value).Should().BeFalse(what);
        double x = Samples.ToDouble(prediction);
        if (!T.IsFinite(value) && !shape.Bounds.Contains(x))
        {
            double enormous = typeof(T) == typeof(float) ? 1e8 : 1e60;
            double largest = Math.Max(
                FirstFinite(shape, x, 0, function), FirstFinite(shape, x, Samples.ToDouble(target), function));
            (largest > enormous).Should().BeTrue($"{what} is infinite, and on the way there it is {largest}");
        }
    }

    /// <summary>The first finite |value| from x on towards the centre, or away from a bound.</summary>
    private static double FirstFinite(DomainShape shape, double x, double centre, Func<T, T> function)
    {
        for (int i = 0; i < 60; i++)
        {
            double value = Samples.ToDouble(function(T.CreateTruncating(x)));
            if (double.IsFinite(value))
            {
                return Math.Abs(value);
            }

            // Half the distance, or half the orders of magnitude.
            x = x - shape.Lower < 1 ? shape.Lower + Math.Sqrt(x - shape.Lower)
                : shape.Upper - x < 1 ? shape.Upper - Math.Sqrt(shape.Upper - x)
                : centre + (x - centre) / 2;
        }

        return 0;
    }

    private static void ShouldBeClose(T actual, T unscaled, double factor, string what)
    {
        double expected = Samples.ToDouble(unscaled) * factor;
        double tolerance = Samples.Close<T>() * Math.Max(Math.Abs(expected), factor);
        if (!(Math.Abs(Samples.ToDouble(actual) - expected) <= tolerance))
        {
            Samples.ToDouble(actual).Should().BeApproximately(expected, tolerance, what);
        }
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
