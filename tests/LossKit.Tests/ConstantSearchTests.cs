using System.Numerics;
using System.Runtime.CompilerServices;
using LossKit.Tests.Support;

namespace LossKit.Tests;

public sealed class SingleConstantSearchTests : ConstantSearchTests<float>;

public sealed class DoubleConstantSearchTests : ConstantSearchTests<double>;

/// <summary>
/// The search for the best constant on what it is not made for: formulas without facts, numbers of all sizes, costs
/// without a minimum. What is expected is in closed form.
/// </summary>
public abstract class ConstantSearchTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly LossFacts s_logit = LossFacts.Unknown with { Link = Link.Logit };

    private static bool IsSingle => typeof(T) == typeof(float);

    [Fact]
    public void A_formula_without_facts_has_its_minimum_beyond_the_targets()
    {
        foreach (LossFacts facts in new[] { LossFacts.Unknown, s_logit, new() { Convexity = Convexity.Strict } })
        {
            Is(OfOwn(new CrossEntropy(facts)), [1, 0, 0, 0, 0, 0, 0, 0, 0, 0], Math.Log(1.0 / 9));
            Is(OfOwn(new CrossEntropy(facts)), [0, 1, 1, 1, 1, 1, 1, 1, 1, 1], Math.Log(9));
            Is(OfOwn(new CrossEntropy(facts)), [0, 1, 1, 1], [1e-6, 1, 1, 1], Math.Log(3e6), 1e-6);
        }

        foreach (LossFacts facts in new[] { LossFacts.Unknown, LossFacts.Unknown with { Link = Link.Log } })
        {
            Is(OfOwn(new CountError(facts)), [1000, 2000, 3000], Math.Log(2000));
            Is(OfOwn(new CountError(facts)), [0, 0, 0, 0.004], Math.Log(0.001));
        }

        // (p − 1000 − t)² and its mirror image, far from all targets.
        Is(OfOwn(new Shifted(1000)), [1, 2, 6], 1003);
        Is(OfOwn(new Shifted(-1e6)), [1, 2, 6], -999997);
        Is(OfOwn(new Shifted(1e20)), [1], 1e20);
    }

    [Fact]
    public void Where_there_is_no_minimum_the_constant_is_infinite()
    {
        foreach (LossFacts facts in new[] { LossFacts.Unknown, s_logit, new() { Convexity = Convexity.Convex } })
        {
            Is(OfOwn(new CrossEntropy(facts)), [1, 1, 1], double.PositiveInfinity);
            Is(OfOwn(new CrossEntropy(facts)), [0, 0], double.NegativeInfinity);
        }

        Is(OfOwn(new CountError(LossFacts.Unknown)), [0, 0], double.NegativeInfinity);
        Is(Loss.SigmoidMargin<T>(), [1, 1], double.PositiveInfinity);
        Is(Loss.BinaryFocalLogits<T>(), [0, 0, 0], double.NegativeInfinity);
        Is(Loss.Dwd<T>(100), [-1], double.NegativeInfinity);
        Is(Loss.AdversarialWasserstein<T>(), [-1, -1, 1], double.NegativeInfinity);
    }

    [Fact]
    public void A_plateau_is_a_minimum()
    {
        // max(0, 1 − p)² is 0 from 1 on, however it gets there.
        double found = Samples.ToDouble(OptimalConstant.Of<T>(OfOwn(new Plateau(LossFacts.Unknown)), Numbers([-3, 0.5])));
        found.Should().BeInRange(1 - 1e-6, 10);
        foreach (PointwiseLoss<T> loss in new PointwiseLoss<T>[]
        {
            Loss.Hinge<T>(), Loss.SquaredHinge<T>(), Loss.ModifiedHuber<T>(), Loss.SmoothedHinge<T>(0.1),
        })
        {
            found = Samples.ToDouble(OptimalConstant.Of<T>(loss, Numbers([1, 1])));
            found.Should().BeInRange(1, 1000);
        }
    }

    [Fact]
    public void Slopes_that_overflow_on_one_side_are_a_sign()
    {
        // Of e^(p − t) − (p − t) the best constant is log of n / Σe^(−t).
        Is(Loss.Linex<T>(1), [10, 200], 10 + Math.Log(2));
        Is(Loss.Linex<T>(-1), [-10, -200], -10 - Math.Log(2));
        Is(Loss.Linex<T>(1), [0, 5, 650], Math.Log(3 / (1 + Math.Exp(-5))));
        Is(Loss.Linex<T>(1), [10, 20_000], 10 + Math.Log(2));
        Is(Loss.Exponential<T>(), [-1, -1, -1, 1], -0.5 * Math.Log(3));
        Is(Loss.LpDistance<T>(4), [-1e30, 1e30], 0);
        Is(Loss.LpDistance<T>(4), [-1e30, 1e30, 1e30], 1e30 * (Math.Cbrt(2) - 1) / (Math.Cbrt(2) + 1));
    }

    [Fact]
    public void Targets_may_be_as_large_as_they_get()
    {
        Is(Loss.Huber<T>(1), [1e31, 2e31, 3e31, 4e31, -9e31], 2e31);
        Is(Loss.Huber<T>(1), [3e38, -3e38, 2e38], 2e38);
        Is(Loss.PseudoHuber<T>(1), [1, 2, 3, 1e30, -1e30], 2);
        Is(Loss.Expectile<T>(0.8), [1e38, 3e38], 2.6e38);
        Is(Loss.LogCosh<T>(), [-1e37, 3e37, 3.1e37], 3e37);
        double least = IsSingle ? 1e-38 : 1e-300;
        Is(Loss.Huber<T>(1), [least, 3 * least], 2 * least);
        if (!IsSingle)
        {
            Is(Loss.Huber<T>(1), [1e307, 1.5e308, -1.7e308], 1e307);
            Is(Loss.Expectile<T>(0.5), [1e300, 3e300], 2e300);
        }
    }

    [Fact]
    public void An_outlier_does_not_hide_the_deepest_of_several_minima()
    {
        foreach (PointwiseLoss<T> loss in new PointwiseLoss<T>[]
        {
            Loss.TukeyBiweight<T>(), Loss.Cauchy<T>(), Loss.GemanMcClure<T>(),
        })
        {
            Is(loss, [-4, -4.25, 1e20, 7, 7.5, 8], 7.5, 0.26);
            Is(loss, [-4, -4.25, -9.96921e36, 7, 7.5, 8], 7.5, 0.26);
        }
    }

    [Fact]
    public void Weights_have_no_scale()
    {
        double[] targets = [-2, 0, 1, 5];
        double[] weights = [1, 2, 3, 1.5];
        double[] scales = IsSingle ? [1e-44, 1e-40, 1e-30, 1e30, 1e38] : [1e-320, 1e-300, 1e300, 3e307];
        foreach (PointwiseLoss<T> loss in new PointwiseLoss<T>[]
        {
            Loss.Huber<T>(1), Loss.Expectile<T>(0.3), Loss.Cauchy<T>(2), Loss.Linex<T>(1), OfOwn(new Shifted(3)),
        })
        {
            double expected = Samples.ToDouble(OptimalConstant.Of<T>(loss, Numbers(targets), Numbers(weights)));
            foreach (double scale in scales)
            {
                double few = IsSingle && scale < 1e-43 ? 0.2 : scale is 1e-40 or 1e-320 ? 1e-2 : 1e-5;
                Is(loss, targets, [.. weights.Select(weight => weight * scale)], expected, few);
            }
        }
    }

    [Fact]
    public void What_has_no_weight_may_be_anything()
    {
        double[] targets = [double.NaN, 1, double.PositiveInfinity, 3, -7, double.NegativeInfinity];
        double[] weights = [0, 1, 0, 1, 0, 0];
        Is(Loss.Huber<T>(10), targets, weights, 2);
        Is(Loss.Cauchy<T>(10), targets, weights, 2);
        Is(Loss.Poisson<T>().Asymmetric(2, 2.0001), targets, weights, Math.Log(2), 1e-4);
        Is(OfOwn(new Shifted(0)), targets, weights, 2);
        OptimalConstant.Of<T>(Loss.Huber<T>(), Numbers(targets), new T[6]).Should().Be(T.NaN);
    }

    [Fact]
    public void A_target_outside_the_domain_is_named()
    {
        Refuses(Loss.Poisson<T>(), [1, -2], "targets[1] is -2: must be a finite number of at least 0.*");
        Refuses(Loss.Gamma<T>().Scaled(2), [0, 1], "targets[0] is 0: must be a positive finite number.*");
        Refuses(Loss.Logistic<T>(), [1, -1, 0], "targets[2] is 0: must be -1 or +1.*");
        Refuses(Loss.BinaryFocalLogits<T>(), [0, 1.5], "targets[1] is 1.5: must be a number in [0, 1].*");
        Refuses(Loss.SquaredError<T>().LogTarget(), [1, 0], "targets[1] is 0: must be a positive finite number.*");
        Refuses(Loss.SquaredError<T>(), [1, double.PositiveInfinity], "targets[1] is Infinity: must be a finite*");
        Refuses(Loss.Poisson<T>().Plus(Loss.Gamma<T>()), [0], "targets[0] is 0: must be a positive finite number.*");

        static void Refuses(PointwiseLoss<T> loss, double[] targets, string message) =>
            ((Action)(() => OptimalConstant.Of<T>(loss, Numbers(targets)))).Should().Throw<ArgumentException>()
                .WithMessage(message).Which.ParamName.Should().Be("targets");
    }

    [Fact]
    public void The_end_of_the_domain_is_an_end()
    {
        // (q − 1.3)² and (q + 0.2)² of a probability q.
        LossFacts facts = LossFacts.Unknown with { Predictions = Domain.Probabilities };
        foreach (Convexity convexity in new[] { Convexity.Unknown, Convexity.Strict })
        {
            Is(OfOwn(new Shifted(0.3, facts with { Convexity = convexity })), [1, 1], 1);
            Is(OfOwn(new Shifted(-0.2, facts with { Convexity = convexity })), [0, 0], 0);
            Is(OfOwn(new Shifted(0, facts with { Convexity = convexity })), [0, 1, 1, 1], 0.75);
        }

        LossFacts above = LossFacts.Unknown with { Predictions = Domain.Above(5), Convexity = Convexity.Strict };
        Is(OfOwn(new Shifted(0, above)), [1, 2, 30], 11);
        Is(OfOwn(new Shifted(0, above)), [1, 2, 3], 5);
    }

    private static PointwiseLoss<T> OfOwn<TFormula>(TFormula formula) where TFormula : struct, IPointwiseFormula =>
        Loss.FromFormula<T, TFormula>(formula);

    private static void Is(PointwiseLoss<T> loss, double[] targets, double expected, double? within = null) =>
        Is(loss, targets, [], expected, within);

    private static void Is(
        PointwiseLoss<T> loss, double[] targets, double[] weights, double expected, double? within = null)
    {
        double found = Samples.ToDouble(OptimalConstant.Of<T>(loss, Numbers(targets), Numbers(weights)));
        string because = $"that is the best constant of [{string.Join(", ", targets)}]";
        if (double.IsFinite(expected))
        {
            double precision = within ?? (IsSingle ? 1e-6 : 1e-12);
            found.Should().BeApproximately(expected, precision * Math.Max(1e-30, Math.Abs(expected)), because);
        }
        else
        {
            found.Should().Be(expected, because);
        }
    }

    private static T[] Numbers(double[] numbers) => [.. numbers.Select(T.CreateTruncating)];

    /// <summary>Cross-entropy of a logit, as anyone would write it.</summary>
    private readonly struct CrossEntropy(LossFacts facts) : IPointwiseFormula
    {
        public LossFacts Facts { get; } = facts;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            TLane.Softplus(prediction) - target * prediction;
    }

    private readonly struct CountError(LossFacts facts) : IPointwiseFormula
    {
        public LossFacts Facts { get; } = facts;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            TLane.Exp(prediction) - target * prediction;
    }

    private readonly struct Shifted(double shift, LossFacts? facts = null) : IPointwiseFormula
    {
        private readonly Parameter _shift = shift;

        public LossFacts Facts { get; } = facts ?? LossFacts.Unknown;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            TLane.Square(prediction - _shift - target);
    }

    private readonly struct Plateau(LossFacts facts) : IPointwiseFormula
    {
        public LossFacts Facts { get; } = facts;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            TLane.Square(TLane.PositivePart(1.0 - prediction));
    }
}
