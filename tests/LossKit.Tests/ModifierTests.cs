using System.Numerics;
using System.Runtime.CompilerServices;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleModifierTests : ModifierTests<float>;

public sealed class DoubleModifierTests : ModifierTests<double>;

/// <summary>What modifiers make of losses, by closed forms; and what they refuse.</summary>
[Trait("Category", "Formulas")]
public abstract class ModifierTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly double s_precision = typeof(T) == typeof(float) ? 3e-6 : 1e-13;

    private static readonly double s_infinity = double.PositiveInfinity;

    [Fact]
    public void Asymmetric_counts_are_compared_by_the_logarithm()
    {
        // e^p − tp is t − t·log t at its least, p = log t.
        PointwiseLoss<T> loss = Loss.Poisson<T>().Asymmetric(10, 1);
        double least = 4 - 4 * Math.Log(4);
        double excess = Math.Exp(2) - 8 - least;
        Is(loss, 2, 4, least + 10 * excess, 10 * (Math.Exp(2) - 4), 10 * Math.Exp(2));
        excess = Math.E - 4 - least;
        Is(loss, 1, 4, least + excess, Math.E - 4, Math.E);
        Is(loss, -3, 0, 10 * Math.Exp(-3), 10 * Math.Exp(-3), 10 * Math.Exp(-3));

        // p + t·e^−p is log t + 1 at its least.
        least = Math.Log(4) + 1;
        Is(Loss.Gamma<T>().Asymmetric(1, 3), 1, 4, least + 3 * (1 + 4 / Math.E - least), 3 * (1 - 4 / Math.E), 12 / Math.E);
        Is(Loss.Gamma<T>().Asymmetric(1, 3), 2, 4, 2 + 4 / Math.Exp(2), 1 - 4 / Math.Exp(2), 4 / Math.Exp(2));

        // 2(√μ + t/√μ) is 4√t at its least.
        PointwiseLoss<T> identity = Loss.TweedieIdentity<T>(1.5).Asymmetric(3, 0.5);
        Is(identity, 4, 1, 4 + 3 * (5 - 4), 3 * (0.5 - 0.125), 3 * (0.046875 - 0.0625));
        Is(identity, 4, 9, 12 + 0.5 * (13 - 12), 0.5 * (0.5 - 1.125), 0.5 * (0.421875 - 0.0625));
        Is(identity, 4, 0, 3 * 4, 3 * 0.5, -3.0 / 16);

        // Errors of logarithms.
        Is(Loss.SquaredError<T>().LogTarget().Asymmetric(2, 5), 1, 1, 2, 4, 4);
        Is(Loss.SquaredError<T>().LogTarget().Asymmetric(2, 5), -1, 1, 5, -10, 10);
        Is(Loss.SquaredError<T>().Asymmetric(2, 5).LogTarget(), -1, 1, 5, -10, 10);
    }

    [Fact]
    public void Asymmetric_likelihoods_price_the_excess()
    {
        double constant = 0.5 * Math.Log(2);
        PointwiseLoss<T> gaussian = Loss.GaussianNegativeLogLikelihood<T>(2).Asymmetric(2, 0.5);
        Is(gaussian, 0, 0, constant, 0, 0.25);
        Is(gaussian, 2, 0, constant + 2, 2, 1);
        Is(gaussian, -2, 0, constant + 0.5, -0.5, 0.25);
        PointwiseLoss<T> laplace = Loss.LaplaceNegativeLogLikelihood<T>(2).Asymmetric(3, 0);
        Is(laplace, 3, 1, Math.Log(4) + 3, 1.5, 0);
        Is(laplace, -3, 1, Math.Log(4), 0, 0);

        // The excess of a cross-entropy is a Kullback-Leibler divergence.
        double entropy = -0.25 * Math.Log(0.25) - 0.75 * Math.Log(0.75);
        double divergence = Math.Log(2) - entropy;
        Is(Loss.BinaryCrossEntropy<T>().Asymmetric(3, 1), 0.5, 0.25, entropy + 3 * divergence, 3, 12);
        Is(Loss.BinaryCrossEntropyLogits<T>().Asymmetric(3, 1), 0, 0.25, entropy + 3 * divergence, 0.75, 0.75);
        Is(Loss.BinaryCrossEntropyLogits<T>().Asymmetric(3, 1), 0, 0.75, Math.Log(2), -0.25, 0.25);
        Is(Loss.BinaryCrossEntropyLogits<T>().Asymmetric(3, 7), 0, 1, 7 * Math.Log(2), -3.5, 1.75);
        Is(Loss.BinaryCrossEntropyLogits<T>().Asymmetric(3, 7), 0, 0, 3 * Math.Log(2), 1.5, 0.75);
    }

    /// <summary>Of the losses, factors and targets tried, none jumps where the prediction is the target.</summary>
    [Theory, MemberData(nameof(Comparable))]
    public void An_asymmetric_loss_does_not_jump_at_the_target(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        PointwiseLoss<double> loss = instance.Loss<double>();
        foreach (double target in Samples.SomeTargets(instance))
        {
            double best = loss.Facts.Link.Apply(target);
            if (double.IsFinite(best) && loss.Facts.Predictions.Contains(best))
            {
                double step = 1e-9 * Math.Max(1, Math.Abs(best));
                double below = loss.At(best - step, target).Loss;
                double above = loss.At(best + step, target).Loss;
                bool isInside = loss.Facts.Predictions.Contains(best - step)
                    && loss.Facts.Predictions.Contains(best + step);
                (Math.Abs(below - above) < 1e-6 * Math.Max(1, Math.Abs(above)) || !isInside)
                    .Should().BeTrue($"it is {below} below {target} and {above} above");
            }
        }
    }

    public static TheoryData<string> Comparable => new(
        LossCatalogue.All.Select(instance => instance.Name).Where(name => name.Contains("asymmetric", StringComparison.Ordinal)));

    [Fact]
    public void The_best_constant_of_unequal_costs_is_found()
    {
        // Above the best constant of demands 1, 2, 6 lies 6, below it 1 and 2: over·(2μ − 3) = under·(6 − μ).
        Best(Loss.Poisson<T>().Asymmetric(1, 4), [1, 2, 6], Math.Log(4.5));
        Best(Loss.TweedieIdentity<T>(1).Asymmetric(1, 4), [1, 2, 6], 4.5);
        Best(Loss.GaussianNegativeLogLikelihood<T>(3).Asymmetric(1, 4), [1, 2, 6], 4.5);
        Best(Loss.SquaredError<T>().Asymmetric(1, 4), [1, 2, 6], 4.5);

        // And of −0.8935, 0.5343, 2.2465 it is the expectile of 0.2, between the first two.
        double expected = (2 * -0.8935 + 0.5 * (0.5343 + 2.2465)) / 3;
        Best(Loss.GaussianNegativeLogLikelihood<T>(2).Asymmetric(2, 0.5), [-0.8935, 0.5343, 2.2465], expected);

        static void Best(PointwiseLoss<T> loss, double[] targets, double expected) =>
            Samples.ToDouble(OptimalConstant.Of<T>(loss, Numbers(targets)))
                .Should().BeApproximately(expected, s_precision * 10);
    }

    [Fact]
    public void A_factor_of_0_leaves_out_what_is_infinite()
    {
        PointwiseLoss<T>[] losses =
        [
            Loss.Linex<T>(1).Asymmetric(0, 1),
            Loss.Linex<T>(1).Scaled(0),
            Loss.Poisson<T>().Asymmetric(0, 1),
            Loss.Poisson<T>().Scaled(0),
            Loss.Linex<T>(1).Asymmetric(0, 1).Scaled(3),
            Loss.Linex<T>(1).Scaled(0).Asymmetric(2, 3),
            Loss.Linex<T>(1).Scaled(0).Plus(Loss.Poisson<T>().Scaled(0)),
            Loss.Logistic<T>().ClassWeighted(1, 0),
            Loss.Exponential<T>().ClassWeighted(1, 0),
            Loss.Exponential<T>().LabelSmoothed(0).ClassWeighted(1, 0),
        ];
        int length = 37;
        foreach (PointwiseLoss<T> loss in losses)
        {
            bool hasSigns = loss.Facts.Targets == Domain.Signs;
            T target = hasSigns ? -T.One : T.Zero;
            T[] targets = [.. Enumerable.Repeat(target, length)];
            foreach (double prediction in new[] { 1000, 1e30, s_infinity })
            {
                loss.At(T.CreateTruncating(prediction), target).Should().Be(new PointLoss<T>(T.Zero, T.Zero, T.Zero));
                T[] predictions = [.. Enumerable.Repeat(T.CreateTruncating(prediction), length)];
                T[] each = new T[length];
                T[] gradient = new T[length];
                T[] hessian = new T[length];
                loss.Value(predictions, targets).Sum.Should().Be(0);
                loss.PerExample(predictions, targets, each).Sum.Should().Be(0);
                loss.ValueGradientAndHessian(predictions, targets, gradient, hessian).Sum.Should().Be(0);
                each.Concat(gradient).Concat(hessian).Should().AllBeEquivalentTo(T.Zero);
                loss.ValueAndGradient(predictions, targets, gradient).Sum.Should().Be(0);
                gradient.Should().AllBeEquivalentTo(T.Zero);
            }

            // But not a prediction that is none.
            loss.Value([T.NaN], [target]).Mean.Should().Be(double.NaN);
        }

        // What the factor is not of stays infinite.
        Is(Loss.Linex<T>(1).Asymmetric(1, 0), 2000, 0, s_infinity, s_infinity, s_infinity);
        Is(Loss.Exponential<T>().LabelSmoothed(0), 2000, 1, 0, 0, 0);
    }

    /// <summary>Whatever a factor leaves out, it is an example's price and not what the example is.</summary>
    [Fact]
    public void A_NaN_shows_under_a_factor_of_0_and_a_weight_of_0_hides_it()
    {
        PointwiseLoss<T>[] losses =
        [
            Loss.SquaredError<T>().Asymmetric(1, 0),
            Loss.GaussianNegativeLogLikelihood<T>(2).Asymmetric(0, 1),
            Loss.SquaredError<T>().LogTarget().Asymmetric(1, 0),
            Loss.BinaryCrossEntropyLogits<T>().Asymmetric(0, 1),
            Loss.Poisson<T>().Asymmetric(1, 0),
            Loss.Poisson<T>().Asymmetric(1, 4),
        ];
        T[] predictions = [T.NaN, T.One, T.NaN, T.One, T.One];
        T[] targets = [T.One, T.NaN, T.One, T.NaN, T.Zero];
        T[] weights = [T.One, T.One, T.Zero, T.Zero, T.One];
        foreach (PointwiseLoss<T> loss in losses)
        {
            T[] gradient = new T[5];
            T[] hessian = new T[5];
            T[] each = new T[5];
            loss.ValueGradientAndHessian(predictions, targets, gradient, hessian, weights);
            loss.PerExample(predictions, targets, each);
            each.Select(T.IsNaN).Should().Equal([true, true, true, true, false], loss.ToString());
            foreach (T[] derivatives in (T[][])[gradient, hessian])
            {
                derivatives.Select(T.IsNaN).Should().Equal([true, true, false, false, false], loss.ToString());
                derivatives[2..4].Should().AllBeEquivalentTo(T.Zero, loss.ToString());
            }

            loss.ValueAndGradient(
                    predictions.AsSpan(2), targets.AsSpan(2), gradient.AsSpan(2), weights.AsSpan(2)).Sum
                .Should().Be(loss.Value(predictions.AsSpan(4), targets.AsSpan(4)).Sum, loss.ToString());
        }
    }

    [Fact]
    public void Losses_that_a_modifier_makes_no_sense_on_are_refused()
    {
        Refuses("*-1 or +1*[0, 1]*the target of this loss is a*finite number*", [
            () => Loss.Huber<T>().ClassWeighted(10, 1),
            () => Loss.SquaredError<T>().LabelSmoothed(0.1),
            () => Loss.Quantile<T>(0.1).Scaled(2).Clipped(5).ClassWeighted(1, 2),
            () => Loss.Poisson<T>().ClassWeighted(1, 2),
            () => Loss.Gamma<T>().LabelSmoothed(0.1),
            () => Loss.Huber<T>().Plus(Loss.SquaredError<T>()).ClassWeighted(1, 2),
            () => Loss.SquaredError<T>().LogTarget().ClassWeighted(1, 2),
            () => Loss.FromFormula<T, ClassWeighted<Huber>>(new(new(1), 10, 1)),
        ]);
        Refuses("*a score and a sign: ClassWeighted*", [
            () => Loss.Hinge<T>().Asymmetric(1, 2),
            () => Loss.Logistic<T>().Scaled(2).Asymmetric(1, 2),
            () => Loss.Exponential<T>().ClassWeighted(1, 2).Asymmetric(1, 2),
            () => Loss.AdversarialWasserstein<T>().Asymmetric(1, 2),
            () => Loss.LeastSquaresMargin<T>().WithZeroOneTargets().Asymmetric(1, 2),
            () => Loss.Hinge<T>().Plus(Loss.Logistic<T>()).Asymmetric(1, 2),
            () => Loss.FromMarginFormula<T, OwnMargin>(default).Asymmetric(1, 2),
        ]);
        Refuses("*different scales*", [
            () => Loss.Huber<T>().Plus(Loss.Poisson<T>()).Asymmetric(1, 2),
            () => Loss.BinaryCrossEntropyLogits<T>().Plus(Loss.BinaryCrossEntropy<T>()).Asymmetric(1, 2),
            () => Loss.Huber<T>().Plus(Loss.Poisson<T>()).Scaled(2).Plus(Own(default)).Asymmetric(1, 2),
        ]);
        Refuses("*WithZeroOneTargets is of losses whose target is -1 or +1, but the target of this loss is*", [
            () => Loss.Huber<T>().WithZeroOneTargets(),
            () => Loss.BinaryCrossEntropyLogits<T>().WithZeroOneTargets(),
            () => Loss.Hinge<T>().WithZeroOneTargets().WithZeroOneTargets(),
        ]);
        Refuses("*two numbers*", [
            () => Loss.Poisson<T>().LogTarget(),
            () => Loss.BinaryCrossEntropyLogits<T>().LogTarget(),
            () => Loss.Hinge<T>().LogTarget(),
            () => Loss.SquaredError<T>().LogTarget().LogTarget(),
            () => Loss.TweedieIdentity<T>().LogTarget(),
        ]);
        Refuses("*unit*", [
            () => Loss.Poisson<T>().InUnits(2),
            () => Loss.BinaryCrossEntropy<T>().InUnits(2),
            () => Loss.BinaryCrossEntropyLogits<T>().InUnits(2),
            () => Loss.Hinge<T>().InUnits(2),
        ]);

        static void Refuses(string message, Action[] calls)
        {
            foreach (Action call in calls)
            {
                call.Should().Throw<NotSupportedException>().WithMessage(message);
            }
        }
    }

    [Fact]
    public void Targets_of_0_and_1_are_signs()
    {
        PointwiseLoss<T> loss = Loss.Hinge<T>().WithZeroOneTargets();
        Is(loss, 0.25, 1, 0.75, -1, 0);
        Is(loss, 0.25, 0, 1.25, 1, 0);
        Is(loss, -3, 0, 0, 0, 0);
        loss.Checked().Invoking(one => one.Value([T.One], [-T.One])).Should().Throw<ArgumentException>()
            .WithMessage("*targets[0] is -1: must be a number in [0, 1]*");

        // What a class is not may be infinite.
        Is(Loss.Exponential<T>().WithZeroOneTargets(), 2000, 1, 0, 0, 0);
        Is(Loss.Exponential<T>().WithZeroOneTargets(), -2000, 0, 0, 0, 0);

        // Before or after, it is the same.
        PointwiseLoss<T> after = Loss.SquaredHinge<T>().WithZeroOneTargets().ClassWeighted(2, 8).LabelSmoothed(0.5);
        PointwiseLoss<T> before = Loss.SquaredHinge<T>().ClassWeighted(2, 8).WithZeroOneTargets();
        Is(before, 0.5, 1, 0.5, -2, 4);
        Is(before, 0.5, 0, 18, 24, 16);
        Is(Loss.SquaredHinge<T>().LabelSmoothed(0.5).WithZeroOneTargets(), 0.5, 1, 0.75, 0, 2);
        Is(Loss.SquaredHinge<T>().WithZeroOneTargets().LabelSmoothed(0.5), 0.5, 1, 0.75, 0, 2);
        after.ToString().Should().StartWith("SquaredHinge().WithZeroOneTargets()");
    }

    [Fact]
    public void A_loss_chosen_at_run_time_is_modified_as_one_whose_formula_is_known()
    {
        PointwiseLoss<T, Huber> huber = Loss.Huber<T>(0.7);
        PointwiseLoss<T, BinaryCrossEntropyLogits> logits = Loss.BinaryCrossEntropyLogits<T>();
        Check(huber, loss => loss.Scaled(2.5), huber.Scaled(2.5));
        Check(huber, loss => loss.Asymmetric(3, 0.5), huber.Asymmetric(3, 0.5));
        Check(Loss.Poisson<T>(), loss => loss.Asymmetric(3, 0.5), Loss.Poisson<T>().Asymmetric(3, 0.5));
        Check(huber, loss => loss.Clipped(1.5), huber.Clipped(1.5));
        Check(huber, loss => loss.HessianFloor(0.25), huber.HessianFloor(0.25));
        Check(huber, loss => loss.LogTarget(), huber.LogTarget());
        Check(huber, loss => loss.InUnits(4), huber.InUnits(4));
        Check(huber, loss => loss.Plus(Loss.LogCosh<T>()), huber.Plus(Loss.LogCosh<T>()));
        Check(logits, loss => loss.ClassWeighted(3, 0.5), logits.ClassWeighted(3, 0.5));
        Check(logits, loss => loss.LabelSmoothed(0.25), logits.LabelSmoothed(0.25));
        PointwiseLoss<T, Margin<Hinge>> hinge = Loss.Hinge<T>();
        Check(hinge, loss => loss.WithZeroOneTargets(), hinge.WithZeroOneTargets());
        Check(huber, loss => loss.Scaled(2).InUnits(3).Clipped(2), huber.Scaled(2).InUnits(3).Clipped(2));
        Check(
            Loss.TweedieIdentity<T>(),
            loss => loss.Clipped(2).Asymmetric(1, 2),
            Loss.TweedieIdentity<T>().Clipped(2).Asymmetric(1, 2));
        PointwiseLoss<T> any = huber;
        ((Action)(() => any.ClassWeighted(1, 2))).Should().Throw<NotSupportedException>();
        ((Action)(() => any.Scaled(-1))).Should().Throw<ArgumentOutOfRangeException>();
        ((Action)(() => any.Plus(null!))).Should().Throw<ArgumentNullException>();
        Samples.ToDouble(OptimalConstant.Of<T>(any.Scaled(2), [T.One, T.One + T.One])).Should()
            .BeApproximately(Samples.ToDouble(OptimalConstant.Of<T>(huber.Scaled(2), [T.One, T.One + T.One])), 1e-5);

        static void Check(PointwiseLoss<T> loss, Func<PointwiseLoss<T>, PointwiseLoss<T>> modify, PointwiseLoss<T> expected)
        {
            PointwiseLoss<T> actual = modify(loss);
            actual.Facts.Should().BeEquivalentTo(expected.Facts);
            TargetKind kind = loss.Facts.Targets == Domain.Probabilities ? TargetKind.Probability : TargetKind.Value;
            foreach (int length in (int[])[5, 300])
            {
                (T[] p, T[] t, T[] w) = Samples.Batch<T>(kind, length);
                t = [.. t.Select(T.Abs)];
                p = [.. p.Select(x => loss.Facts.Predictions.Contains(-1) ? x : T.Abs(x) + T.One)];
                T[][] outputs = [new T[length], new T[length], new T[length], new T[length]];
                Cost cost = expected.ValueGradientAndHessian(p, t, outputs[0], outputs[1], w);
                Cost ofActual = actual.ValueGradientAndHessian(p, t, outputs[2], outputs[3], w);
                ofActual.Sum.Should().BeApproximately(cost.Sum, 4 * s_precision * Math.Abs(cost.Sum));
                for (int order = 0; order < 2; order++)
                {
                    for (int i = 0; i < length; i++)
                    {
                        double number = Samples.ToDouble(outputs[order][i]);
                        Samples.ToDouble(outputs[order + 2][i]).Should()
                            .BeApproximately(number, 4 * s_precision * Math.Max(1, Math.Abs(number)));
                    }
                }

                actual.At(p[0], t[0]).Should().Be(expected.At(p[0], t[0]));
            }
        }
    }

    [Fact]
    public void A_formula_without_facts_is_not_refused()
    {
        PointwiseLoss<T, OwnFormula> own = Own(LossFacts.Unknown);
        Is(own.Asymmetric(2, 3), 1, 0, 2, 4, 4);
        Is(own.Asymmetric(2, 3), 0, 1, 3, -6, 6);
        Is(own.ClassWeighted(2, 3), 1, 0, 3, 6, 6);
        Is(own.LabelSmoothed(0.5), 0, 0, 0.0625, -0.5, 2);
        Is(own.LogTarget(), 1, 1, 1, 2, 2);
        Is(own.InUnits(2), 4, 2, 1, 1, 0.5);
        Is(own.HessianFloor(3), 1, 0, 1, 2, 3);
        Is(own.Plus(Loss.Poisson<T>()).Asymmetric(1, 1), 0, 1, 2, -2, 3);
        Is(Own(LossFacts.Unknown with { Link = Link.Logit }).ClassWeighted(2, 3), 1, 0, 3, 6, 6);
    }

    [Fact]
    public void Sums_keep_the_link_that_no_part_contradicts()
    {
        PointwiseLoss<T, OwnFormula> unknown = Own(LossFacts.Unknown);
        Facts(Loss.Poisson<T>().Plus(Loss.Gamma<T>()), Link.Log, Domain.Positive);
        Facts(Loss.Gamma<T>().Plus(Loss.Poisson<T>()), Link.Log, Domain.Positive);
        Facts(unknown.Plus(Loss.Poisson<T>()), Link.Log, Domain.NotNegative);
        Facts(Loss.BinaryCrossEntropyLogits<T>().Plus(unknown), Link.Logit, Domain.Probabilities);
        Facts(unknown.Plus(unknown), Link.Unknown, Domain.Reals);
        Facts(Loss.Huber<T>().Plus(Loss.BinaryFocalLogits<T>()), Link.Mixed, Domain.Probabilities);
        Facts(Loss.BinaryFocalLogits<T>().Plus(Loss.Huber<T>()), Link.Mixed, Domain.Probabilities);
        Facts(Loss.Huber<T>().Plus(Loss.Poisson<T>()).Plus(unknown), Link.Mixed, Domain.NotNegative);
        Facts(unknown.Plus(Loss.Huber<T>().Plus(Loss.Poisson<T>())), Link.Mixed, Domain.NotNegative);
        Facts(Loss.Poisson<T>().Scaled(0).Plus(Loss.Huber<T>()), Link.Identity, Domain.Reals);
        Facts(Loss.Hinge<T>().Plus(Loss.Logistic<T>()), Link.Identity, Domain.Signs);
        Loss.Hinge<T>().Plus(Loss.Logistic<T>()).Facts.KinkVariable.Should().Be(KinkVariable.Margin);
        Loss.TweedieIdentity<T>().Plus(Loss.BinaryCrossEntropy<T>()).Facts.Predictions.ToString()
            .Should().Be("a positive finite number and a number in [0, 1]");
        Loss.Huber<T>().Plus(Loss.SquaredError<T>()).Facts.LossAtTarget.Should().Be(0);
        Loss.Huber<T>().Plus(Loss.LaplaceNegativeLogLikelihood<T>(2)).Facts.LossAtTarget.Should().Be(Math.Log(4));
        Loss.Huber<T>().Plus(Loss.Poisson<T>()).Facts.LossAtTarget.Should().Be(double.NaN);
        foreach (PointwiseLoss<T> loss in new PointwiseLoss<T>[]
        {
            Loss.Poisson<T>().Scaled(2), Loss.Poisson<T>().Clipped(2), Loss.Poisson<T>().HessianFloor(2),
            Loss.Poisson<T>().Asymmetric(1, 2), Loss.SquaredError<T>().LogTarget(), Loss.Poisson<T>().Asymmetric(0, 2),
        })
        {
            loss.Facts.Link.Should().Be(Link.Log);
        }

        static void Facts(PointwiseLoss<T> loss, Link link, Domain targets)
        {
            loss.Facts.Link.Should().BeSameAs(link);
            loss.Facts.Targets.Should().BeSameAs(targets);
        }
    }

    [Fact]
    public void Domains_of_both_are_the_smaller_or_a_conjunction()
    {
        Domain[] domains =
        [
            Domain.Reals, Domain.Positive, Domain.NotNegative, Domain.Probabilities, Domain.Signs, Domain.Above(-2),
            Domain.Above(0.5), Domain.Above(3),
        ];
        double[] numbers =
        [
            double.NaN, double.NegativeInfinity, double.PositiveInfinity, -1e308, -2, -1.5, -1, -1e-300, 0, double.Epsilon,
            0.5, 0.7, 1, 1.5, 3, 3.5, double.MaxValue,
        ];
        foreach (Domain one in domains)
        {
            foreach (Domain other in domains)
            {
                Domain both = one.And(other);
                foreach (double number in numbers)
                {
                    both.Contains(number).Should().Be(one.Contains(number) && other.Contains(number));
                }
            }
        }

        Domain.Probabilities.And(Domain.NotNegative).Should().BeSameAs(Domain.Probabilities);
        Domain.Reals.And(Domain.Signs).Should().BeSameAs(Domain.Signs);
        Domain.Above(-2).And(Domain.Signs).Should().BeSameAs(Domain.Signs);
        Domain.Positive.And(Domain.Probabilities).And(Domain.NotNegative).ToString()
            .Should().Be("a positive finite number and a number in [0, 1]");
        Domain.Above(3).And(Domain.Positive).ToString().Should().Be("a finite number greater than 3");
    }

    [Fact]
    public void Units_are_those_of_domains_too()
    {
        PointwiseLoss<T> loss = Own(LossFacts.Unknown with { Targets = Domain.Above(2), Predictions = Domain.Positive })
            .InUnits(10);
        loss.Facts.Targets.Contains(20).Should().BeFalse();
        loss.Facts.Targets.Contains(20.1).Should().BeTrue();
        loss.Facts.Predictions.Should().BeSameAs(Domain.Positive);
    }

    private static PointwiseLoss<T, OwnFormula> Own(LossFacts? facts) =>
        Loss.FromFormula<T, OwnFormula>(new(facts ?? LossFacts.Unknown));

    /// <summary>By itself, and by the loop on registers.</summary>
    private static void Is(
        PointwiseLoss<T> loss, double prediction, double target, double value, double first, double second)
    {
        int length = 23;
        T[] predictions = [.. Enumerable.Repeat(T.CreateTruncating(prediction), length)];
        T[] targets = [.. Enumerable.Repeat(T.CreateTruncating(target), length)];
        T[] losses = new T[length];
        T[] gradient = new T[length];
        T[] hessian = new T[length];
        loss.PerExample(predictions, targets, losses);
        loss.ValueGradientAndHessian(predictions, targets, gradient, hessian, reduction: Reduction.Sum);
        PointLoss<T> point = loss.At(predictions[0], targets[0]);
        foreach ((T actual, double expected) in new[]
        {
            (point.Loss, value), (losses[0], value), (losses[^1], value), (point.Derivative, first), (gradient[0], first),
            (gradient[^1], first), (point.SecondDerivative, second), (hessian[0], second), (hessian[^1], second),
        })
        {
            if (double.IsFinite(expected))
            {
                Samples.ToDouble(actual).Should().BeApproximately(expected, s_precision * Math.Max(1, Math.Abs(expected)));
            }
            else
            {
                Samples.ToDouble(actual).Should().Be(expected);
            }
        }
    }

    private static T[] Numbers(double[] numbers) => [.. numbers.Select(T.CreateTruncating)];

    private readonly struct OwnFormula(LossFacts facts) : IPointwiseFormula
    {
        public LossFacts Facts { get; } = facts;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            TLane.Square(prediction - target);
    }

    private readonly struct OwnMargin : IMarginFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> => TLane.Square(1.0 - margin);
    }
}
