using System.Numerics;
using System.Runtime.CompilerServices;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleTupleLossTests : TupleLossTests<float>;

public sealed class DoubleTupleLossTests : TupleLossTests<double>;

/// <summary>
/// What holds for every loss of tuples, over formulas of every shape that the engine treats differently.
/// </summary>
[Trait("Category", "Kernels")]
public abstract class TupleLossTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly T s_canary = T.CreateTruncating(-77);

    [ThreadStatic]
    private static int s_evaluations;

    [ThreadStatic]
    private static int s_singleNumbers;

    public static TheoryData<string> Names => TupleFormulas.Names;

    /// <summary>To the bit, because no operation differs between the places of a lane.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Every_length_gives_what_its_examples_give_by_themselves(string name)
    {
        TupleLoss<T> loss = TupleFormulas.Loss<T>(name);
        (T[] predictions, T[] targets, T[] weights) = TupleFormulas.Batch(loss, name, 600);
        int k = loss.Predictions;
        int m = loss.Targets;
        T[] losses = new T[600];
        T[] gradient = new T[600 * k];
        T[] hessian = new T[600 * k];
        for (int i = 0; i < 600; i++)
        {
            ReadOnlySpan<T> some = predictions.AsSpan(i * k, k);
            ReadOnlySpan<T> few = targets.AsSpan(i * m, m);
            loss.PerExample(some, few, losses.AsSpan(i, 1), weights.AsSpan(i, 1));
            loss.ValueGradientAndHessian(
                some, few, gradient.AsSpan(i * k, k), hessian.AsSpan(i * k, k), weights.AsSpan(i, 1), Reduction.Sum);
        }

        foreach (int length in (int[])[0, 1, 2, 3, 7, 15, 16, 17, 33, 63, 64, 65, 255, 256, 257, 272, 512, 599])
        {
            Outputs rows = Outputs.Of(loss, predictions, targets, weights, length);
            Outputs planar = Outputs.OfPlanar(loss, predictions, targets, weights, length);
            foreach (Outputs outputs in (Outputs[])[rows, planar])
            {
                outputs.Losses.Should().Equal(losses[..length]);
                outputs.Gradient.Should().Equal(gradient[..(length * k)]);
                outputs.GradientAlone.Should().Equal(gradient[..(length * k)]);
                outputs.Hessian.Should().Equal(hessian[..(length * k)]);
                double expected = Enumerable.Range(0, length)
                    .Sum(i => double.CreateTruncating(weights[i]) * double.CreateTruncating(losses[i]));
                foreach (Cost cost in outputs.Costs)
                {
                    cost.Count.Should().Be(length);
                    cost.Sum.Should().BeApproximately(expected, Samples.Close<T>() * (1 + length * 50));
                }
            }

            rows.Costs[0].Should().Be(planar.Costs[0]);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Derivatives_are_those_of_the_value(string name)
    {
        TupleLoss<double> loss = TupleFormulas.Loss<double>(name);
        (double[] predictions, double[] targets, double[] weights) = TupleFormulas.Batch(loss, name, 23, seed: 4);
        double[] gradient = new double[predictions.Length];
        double[] hessian = new double[predictions.Length];
        loss.ValueGradientAndHessian(predictions, targets, gradient, hessian, weights);
        for (int i = 0; i < predictions.Length; i++)
        {
            double at = predictions[i];
            (double low, double middle, double high) = (Mean(-1e-4), Mean(0), Mean(1e-4));
            gradient[i].Should().BeApproximately((high - low) / 2e-4, 1e-6);
            hessian[i].Should().BeApproximately((high - 2 * middle + low) / 1e-8, 1e-5 * (1 + Math.Abs(hessian[i])));

            double Mean(double step)
            {
                predictions[i] = at + step;
                double mean = loss.Value(predictions, targets, weights).Mean;
                predictions[i] = at;
                return mean;
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Outputs_may_be_the_inputs_themselves(string name)
    {
        TupleLoss<T> rows = TupleFormulas.Loss<T>(name);
        (T[] predictions, T[] targets, T[] weights) = TupleFormulas.Batch(rows, name, 531);
        foreach (TupleLoss<T> loss in (TupleLoss<T>[])[rows, rows.Planar()])
        {
            T[] losses = new T[531];
            T[] gradient = new T[predictions.Length];
            T[] hessian = new T[predictions.Length];
            loss.PerExample(predictions, targets, losses, weights);
            Cost cost = loss.ValueGradientAndHessian(predictions, targets, gradient, hessian, weights);

            T[] inPlace = [.. predictions];
            loss.ValueAndGradient(inPlace, targets, inPlace, weights).Sum.Should().Be(cost.Sum);
            inPlace.Should().Equal(gradient);
            inPlace = [.. predictions];
            T[] other = new T[predictions.Length];
            loss.ValueGradientAndHessian(inPlace, targets, other, inPlace, weights).Should().Be(cost);
            other.Should().Equal(gradient);
            inPlace.Should().Equal(hessian);
            inPlace = [.. weights];
            loss.PerExample(predictions, targets, inPlace, inPlace).Should().Be(cost);
            inPlace.Should().Equal(losses);
            if (loss.Predictions == loss.Targets)
            {
                inPlace = [.. targets];
                loss.ValueGradientAndHessian(predictions, inPlace, inPlace, other, weights).Should().Be(cost);
                inPlace.Should().Equal(gradient);
                other.Should().Equal(hessian);
            }

            if (loss.Predictions == 1)
            {
                inPlace = [.. weights];
                loss.ValueGradientAndHessian(predictions, targets, inPlace, other, inPlace).Should().Be(cost);
                inPlace.Should().Equal(gradient);
                other.Should().Equal(hessian);
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_NaN_reaches_its_example_and_no_other(string name)
    {
        TupleLoss<T> loss = TupleFormulas.Loss<T>(name);
        (T[] predictions, T[] targets, T[] weights) = TupleFormulas.Batch(loss, name, 40);
        Outputs plain = Outputs.Of(loss, predictions, targets, weights, 40);
        for (int c = 0; c < loss.Predictions + loss.Targets; c++)
        {
            T[] spoiltPredictions = [.. predictions];
            T[] spoiltTargets = [.. targets];
            (T[] numbers, int at) = c < loss.Predictions
                ? (spoiltPredictions, 7 * loss.Predictions + c)
                : (spoiltTargets, 7 * loss.Targets + c - loss.Predictions);
            numbers[at] = T.NaN;
            Outputs spoilt = Outputs.Of(loss, spoiltPredictions, spoiltTargets, weights, 40);
            spoilt.Costs.Should().AllSatisfy(cost => cost.Sum.Should().Be(double.NaN));
            ShouldDifferAt7(spoilt.Losses, plain.Losses, 1, T.NaN);
            ShouldDifferAt7(spoilt.GradientAlone, plain.Gradient, loss.Predictions, T.NaN);
            ShouldDifferAt7(spoilt.Gradient, plain.Gradient, loss.Predictions, T.NaN);
            ShouldDifferAt7(spoilt.Hessian, plain.Hessian, loss.Predictions, T.NaN);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_weight_of_0_hides_whatever_its_example_holds(string name)
    {
        TupleLoss<T> loss = TupleFormulas.Loss<T>(name);
        (T[] predictions, T[] targets, T[] weights) = TupleFormulas.Batch(loss, name, 40);
        Outputs plain = Outputs.Of(loss, predictions, targets, weights, 40);
        weights[7] = T.Zero;
        Cost expected = loss.Value(predictions, targets, weights);
        foreach (T hidden in (T[])[T.NaN, T.PositiveInfinity, T.NegativeInfinity])
        {
            predictions.AsSpan(7 * loss.Predictions, loss.Predictions).Fill(hidden);
            targets.AsSpan(7 * loss.Targets, loss.Targets).Fill(hidden);
            Outputs hiding = Outputs.Of(loss, predictions, targets, weights, 40);
            hiding.Costs.Should().AllSatisfy(cost => cost.Should().Be(expected));
            ShouldDifferAt7(hiding.GradientAlone, plain.Gradient, loss.Predictions, T.Zero);
            ShouldDifferAt7(hiding.Gradient, plain.Gradient, loss.Predictions, T.Zero);
            ShouldDifferAt7(hiding.Hessian, plain.Hessian, loss.Predictions, T.Zero);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_batch_without_weight_has_no_mean_and_derivatives_of_0(string name)
    {
        TupleLoss<T> loss = TupleFormulas.Loss<T>(name);
        (T[] predictions, T[] targets, T[] weights) = TupleFormulas.Batch(loss, name, 19);
        predictions[^1] = T.NaN;
        Array.Clear(weights);
        Outputs outputs = Outputs.Of(loss, predictions, targets, weights, 19);
        outputs.Costs.Should().AllSatisfy(cost =>
            (cost.Sum, cost.Weight, cost.Count, cost.Mean).Should().Be((0, 0, 19, double.NaN)));
        outputs.Gradient.Concat(outputs.GradientAlone).Concat(outputs.Hessian).Should().AllBeEquivalentTo(T.Zero);
        outputs.Losses.Should().NotContain(s_canary, "losses are due without weight, too");
        loss.Value([], []).Should().Be(default(Cost));
    }

    [Fact]
    public void Infinite_targets_are_numbers()
    {
        TupleLoss<T> loss = TupleFormulas.Loss<T>("bounded");
        T two = T.One + T.One;
        T[] gradient = new T[2];
        Cost cost = loss.ValueAndGradient(
            [T.Zero, T.Zero], [T.NegativeInfinity, -two, two, T.PositiveInfinity], gradient, reduction: Reduction.Sum);
        cost.Sum.Should().Be(8);
        gradient.Should().Equal(two + two, -two - two);
    }

    [Theory]
    [InlineData("normal", 100_001)]
    [InlineData("boxes", 50_001)]
    [InlineData("wide", 20_000)]
    public void Any_number_of_threads_gives_the_same_bits(string name, int length)
    {
        TupleLoss<T> loss = TupleFormulas.Loss<T>(name);
        (T[] predictions, T[] targets, T[] weights) = TupleFormulas.Batch(loss, name, length);
        foreach (TupleLoss<T> one in (TupleLoss<T>[])[loss, loss.Planar()])
        {
            foreach (int degree in (int[])[2, 3, 8])
            {
                foreach (T[] some in (T[][])[weights, []])
                {
                    Outputs expected = Outputs.Of(one, predictions, targets, some, length);
                    Outputs outputs = Outputs.Of(one.InParallel(degree), predictions, targets, some, length);
                    outputs.Costs.Should().Equal(expected.Costs);
                    outputs.Losses.AsSpan().SequenceEqual(expected.Losses).Should().BeTrue();
                    outputs.Gradient.AsSpan().SequenceEqual(expected.Gradient).Should().BeTrue();
                    outputs.Hessian.AsSpan().SequenceEqual(expected.Hessian).Should().BeTrue();
                }
            }
        }

        loss.InParallel(3).Planar().Degree.Should().Be(3);
        FluentActions.Invoking(() => loss.InParallel(0)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Theory, MemberData(nameof(Names))]
    public void Nothing_behind_the_spans_is_read_or_written(string name)
    {
        foreach (int length in (int[])[1, 5, 16, 61, 256, 270])
        {
            TupleLoss<T> rows = TupleFormulas.Loss<T>(name);
            (T[] plain, T[] true_, T[] counts) = TupleFormulas.Batch(rows, name, length);
            foreach (TupleLoss<T> loss in (TupleLoss<T>[])[rows, rows.Planar()])
            {
                using GuardedMemory<T> predictions = new(plain);
                using GuardedMemory<T> targets = new(true_);
                using GuardedMemory<T> weights = new(counts);
                using GuardedMemory<T> losses = new(new T[length]);
                using GuardedMemory<T> gradient = new(new T[plain.Length]);
                using GuardedMemory<T> hessian = new(new T[plain.Length]);
                loss.Value(predictions.Span, targets.Span, weights.Span)
                    .Should().Be(loss.Value(plain, true_, counts));
                loss.PerExample(predictions.Span, targets.Span, losses.Span, weights.Span);
                loss.ValueGradientAndHessian(
                    predictions.Span, targets.Span, gradient.Span, hessian.Span, weights.Span);
                loss.ValueAndGradient(predictions.Span, targets.Span, predictions.Span);
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void No_call_allocates(string name)
    {
        TupleLoss<T> loss = TupleFormulas.Loss<T>(name);
        (T[] predictions, T[] targets, T[] weights) = TupleFormulas.Batch(loss, name, 300);
        T[] losses = new T[300];
        T[] gradient = new T[predictions.Length];
        T[] hessian = new T[predictions.Length];
        Allocations.Of(() =>
        {
            loss.Value(predictions, targets);
            loss.PerExample(predictions, targets, losses, weights);
            loss.ValueAndGradient(predictions, targets, gradient, weights);
            loss.ValueGradientAndHessian(predictions, targets, gradient, hessian);
        }).Should().Be(0);
    }

    [Fact]
    public void Wrong_lengths_and_overlaps_are_refused_before_anything_is_written()
    {
        TupleLoss<T> loss = TupleFormulas.Loss<T>("normal");
        T[] six = [.. Enumerable.Repeat(s_canary, 6)];
        T[] three = [.. Enumerable.Repeat(s_canary, 3)];
        T[] output = [.. Enumerable.Repeat(s_canary, 12)];
        T[] shared = [.. Enumerable.Repeat(s_canary, 40)];
        Refused("predictions", "no multiple of the 2 predictions", () => loss.Value(new T[5], three));
        Refused("targets", "6 entries, but must have 3, 1 for each of 3 examples", () => loss.Value(six, six));
        Refused("weights", "2 entries, but the batch has 3 examples", () => loss.Value(six, three, new T[2]));
        Refused("losses", "6 entries, but the batch has 3 examples", () => loss.PerExample(
            six, three, output.AsSpan(..6)));
        Refused("gradient", "3 entries, but the batch has 6", () => loss.ValueAndGradient(
            six, three, output.AsSpan(..3)));
        Refused("hessian", "7 entries, but the batch has 6", () => loss.ValueGradientAndHessian(
            six, three, output.AsSpan(..6), output.AsSpan(..7)));
        Refused("hessian", "overlaps 'gradient'", () => loss.ValueGradientAndHessian(
            six, three, output.AsSpan(..6), output.AsSpan(..6)));
        Refused("gradient", "overlaps 'predictions'", () => loss.ValueAndGradient(
            shared.AsSpan(0, 6), three, shared.AsSpan(1, 6)));
        Refused("gradient", "overlaps 'targets'", () => loss.ValueAndGradient(
            six, shared.AsSpan(0, 3), shared.AsSpan(0, 6)));
        Refused("losses", "overlaps 'predictions'", () => loss.PerExample(
            shared.AsSpan(0, 6), three, shared.AsSpan(0, 3)));
        TupleLoss<T> alone = TupleFormulas.Loss<T>("alone");
        Refused("targets", "3 entries, but must have none", () => alone.Value(six, three));
        output.Concat(shared).Should().AllBeEquivalentTo(s_canary);

        static void Refused(string parameter, string message, Action call) =>
            FluentActions.Invoking(call).Should().Throw<ArgumentException>()
                .WithMessage($"*{message}*").WithParameterName(parameter);
    }

    [Fact]
    public void A_formula_that_has_too_much_or_asks_for_more_than_it_has_is_refused()
    {
        FluentActions.Invoking(() => Loss.FromTupleFormula<T, Empty>(default)).Should().Throw<NotSupportedException>()
            .WithMessage("*Empty has 0 predictions*");
        FluentActions.Invoking(() => Loss.FromTupleFormula<T, Greedy>(default).Value(new T[2], new T[1]))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("*Greedy asks for targets number 1*");
        FluentActions.Invoking(() => Loss.FromTupleFormula<Half, PricedError>(default))
            .Should().Throw<NotSupportedException>();
    }

    /// <summary>Equal losses would all be rounded the same way.</summary>
    [Fact]
    public void Sums_are_exact_at_any_length()
    {
        const int Length = 300_000;
        TupleLoss<T> loss = TupleFormulas.Loss<T>("priced");
        T[] predictions = new T[Length];
        T[] targets = new T[2 * Length];
        targets.AsSpan().Fill(T.CreateTruncating(0.1));
        double each = double.CreateTruncating(T.CreateTruncating(0.1) * T.CreateTruncating(0.1));
        loss.Value(predictions, targets).Mean.Should().BeApproximately(each, 1e-9 * each);
    }

    /// <summary>A loop that falls back to single numbers, or evaluates an example twice, is found out.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public void Whole_lanes_are_evaluated_once_for_each_derivative(int lanes)
    {
        int width = LaneWidths.Best switch
        {
            LaneWidth.Vector512 => Vector512Lane<T>.Count,
            LaneWidth.Vector => VectorLane<T>.Count,
            _ => 1,
        };
        TupleLoss<T> loss = Loss.FromTupleFormula<T, Counting>(default);
        T[] predictions = new T[5 * lanes * width];
        T[] gradient = new T[predictions.Length];
        T[] hessian = new T[predictions.Length];
        Evaluations(() => loss.Value(predictions, [])).Should().Be(lanes);
        Evaluations(() => loss.ValueAndGradient(predictions, [], gradient)).Should().Be(5 * lanes);
        Evaluations(() => loss.ValueGradientAndHessian(predictions, [], gradient, hessian)).Should().Be(5 * lanes);

        int Evaluations(Func<Cost> call)
        {
            s_evaluations = 0;
            s_singleNumbers = 0;
            call();
            s_singleNumbers.Should().Be(width == 1 ? s_evaluations : 0);
            return s_evaluations;
        }
    }

    /// <summary>Where only the derivatives of example 7 are others.</summary>
    private static void ShouldDifferAt7(T[] numbers, T[] others, int width, T at7)
    {
        numbers.Should().HaveCount(others.Length);
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i].Should().Be(i / width == 7 ? at7 : others[i], $"of number {i}");
        }
    }

    private sealed record Outputs(T[] Losses, T[] GradientAlone, T[] Gradient, T[] Hessian, Cost[] Costs)
    {
        public static Outputs Of(TupleLoss<T> loss, T[] predictions, T[] targets, T[] weights, int length)
        {
            ReadOnlySpan<T> some = predictions.AsSpan(0, length * loss.Predictions);
            ReadOnlySpan<T> few = targets.AsSpan(0, length * loss.Targets);
            ReadOnlySpan<T> counts = weights.AsSpan(0, weights.Length == 0 ? 0 : length);
            Outputs outputs = new(New(length), New(some.Length), New(some.Length), New(some.Length), new Cost[4]);
            outputs.Costs[0] = loss.Value(some, few, counts);
            outputs.Costs[1] = loss.PerExample(some, few, outputs.Losses, counts);
            outputs.Costs[2] = loss.ValueAndGradient(some, few, outputs.GradientAlone, counts, Reduction.Sum);
            outputs.Costs[3] = loss.ValueGradientAndHessian(
                some, few, outputs.Gradient, outputs.Hessian, counts, Reduction.Sum);
            return outputs;
        }

        public static Outputs OfPlanar(TupleLoss<T> loss, T[] predictions, T[] targets, T[] weights, int length)
        {
            int k = loss.Predictions;
            Outputs outputs = Of(
                loss.Planar(),
                TupleFormulas.ToPlanar(predictions[..(length * k)], k),
                TupleFormulas.ToPlanar(targets[..(length * loss.Targets)], loss.Targets),
                weights,
                length);
            return outputs with
            {
                GradientAlone = ToRows(outputs.GradientAlone),
                Gradient = ToRows(outputs.Gradient),
                Hessian = ToRows(outputs.Hessian),
            };

            T[] ToRows(T[] columns) => TupleFormulas.ToPlanar(columns, length);
        }

        private static T[] New(int length)
        {
            T[] numbers = new T[length];
            numbers.AsSpan().Fill(s_canary);
            return numbers;
        }
    }

    private readonly struct Counting : ITupleFormula
    {
        public static int Predictions => 5;

        public static int Targets => 0;

        public TLane Loss<TLane, TExample>(TExample x)
            where TLane : struct, ILane<TLane>
            where TExample : struct, IExample<TLane>, allows ref struct
        {
            s_evaluations++;
            s_singleNumbers += typeof(TLane) == typeof(ScalarLane<T>)
                || typeof(TLane) == typeof(Jet<ScalarLane<T>>)
                || typeof(TLane) == typeof(Jet2<ScalarLane<T>>) ? 1 : 0;
            return x[0] + x[4];
        }
    }

    private readonly struct Empty : ITupleFormula
    {
        public static int Predictions => 0;

        public static int Targets => 1;

        public TLane Loss<TLane, TExample>(TExample x)
            where TLane : struct, ILane<TLane>
            where TExample : struct, IExample<TLane>, allows ref struct => x.Target(0);
    }

    private readonly struct Greedy : ITupleFormula
    {
        public static int Predictions => 2;

        public static int Targets => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane, TExample>(TExample x)
            where TLane : struct, ILane<TLane>
            where TExample : struct, IExample<TLane>, allows ref struct => x[0] + x.Target(1);
    }
}
