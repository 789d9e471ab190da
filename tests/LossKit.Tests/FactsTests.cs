using System.Reflection;
using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>What losses declare about themselves is true, as far as numbers can tell.</summary>
public sealed class FactsTests
{
    public static TheoryData<string> Losses => LossCatalogue.Names;

    [Theory, MemberData(nameof(Losses))]
    public void Convexity_is_as_declared(string name) => Check(name, FactChecks.OfConvexity);

    [Theory, MemberData(nameof(Losses))]
    public void Curvature_is_as_declared(string name) => Check(name, FactChecks.OfCurvature);

    [Theory, MemberData(nameof(Losses))]
    public void Symmetry_is_as_declared(string name) => Check(name, FactChecks.OfSymmetry);

    [Theory, MemberData(nameof(Losses))]
    public void The_minimum_is_where_declared(string name) => Check(name, FactChecks.OfMinimum);

    [Theory, MemberData(nameof(Losses))]
    public void The_loss_at_the_target_is_as_declared(string name) => Check(name, FactChecks.OfLossAtTarget);

    [Theory, MemberData(nameof(Losses))]
    public void The_bound_of_the_derivative_is_as_declared(string name) => Check(name, FactChecks.OfLipschitz);

    [Theory, MemberData(nameof(Losses))]
    public void Kinks_are_where_declared(string name) => Check(name, FactChecks.OfKinks);

    [Theory, MemberData(nameof(Losses))]
    public void Outside_its_domain_a_prediction_has_no_finite_loss(string name) =>
        Check(name, FactChecks.OfPredictions);

    [Theory, MemberData(nameof(Losses))]
    public void A_gradient_exists_as_declared(string name) => Check(name, FactChecks.OfGradient);

    [Fact]
    public void Facts_say_all_that_is_known()
    {
        string text = Loss.Quantile<double>(0.25).Facts.ToString();
        foreach (PropertyInfo fact in typeof(LossFacts).GetProperties().Where(fact => !fact.GetMethod!.IsStatic))
        {
            text.Should().Contain($"{fact.Name} = ");
        }

        text.Should().Contain("Kinks = [0]").And.Contain("Lipschitz = 0.75").And.Contain("Elicits = quantile 0.25");
        LossFacts.Unknown.ToString().Should().Contain("Kinks = unknown").And.Contain("Elicits = unknown");
    }

    [Theory, MemberData(nameof(Losses))]
    public void A_loss_that_is_no_modifier_declares_its_facts(string name)
    {
        LossInstance instance = LossCatalogue.Get(name);
        LossFacts facts = Samples.Facts(instance);
        bool isModifier = Array.Exists(
            instance.Formula.GetGenericArguments(), part => part.IsAssignableTo(typeof(IPointwiseFormula)));
        if (!isModifier)
        {
            facts.Convexity.Should().NotBe(Convexity.Unknown);
            facts.Curvature.Should().NotBe(Curvature.Unknown);
            bool canSay = instance.Formula != typeof(SymmetricPercentageError)
                && instance.Formula != typeof(SquaredLogError)
                && instance.Formula != typeof(LogLinearQuantile)
                && instance.Formula != typeof(HingeEmbedding);
            (facts.Kinks is not null || !canSay).Should().BeTrue("kinks have to be declared");
        }
    }

    [Fact]
    public void Links_and_their_inverses_undo_each_other()
    {
        Link[] links = typeof(Link).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Select(property => property.GetValue(null)).OfType<Link>().ToArray();
        links.Should().HaveCountGreaterThanOrEqualTo(3);
        foreach (Link link in links)
        {
            for (double raw = -10; raw <= 10; raw += 0.25)
            {
                link.Apply(link.Invert(raw)).Should().BeApproximately(raw, 1e-10, $"raw predictions of {link}");
            }

            for (double mean = 0.01; mean < 1; mean += 0.01)
            {
                link.Invert(link.Apply(mean)).Should().BeApproximately(mean, 1e-14, $"means of {link}");
            }

            link.Invert(1000).Should().BeGreaterThanOrEqualTo(link.Invert(-1000)).And.BeGreaterThanOrEqualTo(0);
        }
    }

    [Fact]
    public void Wrong_convexity_is_noticed()
    {
        LossFacts none = new() { Convexity = Convexity.None };
        LossFacts convex = new() { Convexity = Convexity.Convex };
        LossFacts strict = new() { Convexity = Convexity.Strict };
        Notices(FactChecks.OfConvexity, default(SquaredError), wrong: [none], right: [convex, strict]);
        Notices(FactChecks.OfConvexity, default(AbsoluteError), wrong: [none, strict], right: [convex]);
        Notices(FactChecks.OfConvexity, new Huber(0.01), wrong: [none, strict], right: [convex]);
        Notices(FactChecks.OfConvexity, new Huber(1e6), wrong: [none, strict], right: [convex]);
        Notices(FactChecks.OfConvexity, new LogCosh(), wrong: [none], right: [convex, strict]);
        Notices(FactChecks.OfConvexity, default(Rational), wrong: [convex, strict], right: [none]);
        Notices(FactChecks.OfConvexity, new BinaryCrossEntropyLogits(1), wrong: [none], right: [convex, strict]);
    }

    [Fact]
    public void Wrong_curvature_is_noticed()
    {
        LossFacts zero = new() { Curvature = Curvature.Zero };
        LossFacts notNegative = new() { Curvature = Curvature.NotNegative };
        LossFacts anySign = new() { Curvature = Curvature.AnySign };
        Notices(FactChecks.OfCurvature, new Huber(0.01), wrong: [zero, anySign], right: [notNegative]);
        Notices(FactChecks.OfCurvature, default(AbsoluteError), wrong: [notNegative, anySign], right: [zero]);
        Notices(FactChecks.OfCurvature, default(Rational), wrong: [zero, notNegative], right: [anySign]);
    }

    [Fact]
    public void Wrong_symmetry_is_noticed()
    {
        LossFacts symmetric = new() { IsSymmetric = true, Convexity = Convexity.Convex };
        LossFacts asymmetric = new() { Convexity = Convexity.Convex };
        Notices(FactChecks.OfSymmetry, new Huber(1), wrong: [asymmetric], right: [symmetric]);
        Notices(
            FactChecks.OfSymmetry,
            new Asymmetric<SquaredError>(default, 1, 1.001),
            wrong: [symmetric],
            right: [asymmetric]);
    }

    [Fact]
    public void A_wrong_minimum_is_noticed()
    {
        LossFacts least = new() { IsLeastAtTarget = true };
        LossFacts logit = least with { Link = Link.Logit, Targets = Domain.Probabilities };
        LossFacts log = least with { Link = Link.Log };
        LossFacts identity = logit with { Link = Link.Identity };
        Notices(FactChecks.OfMinimum, default(Rational), wrong: [log], right: [least, new()]);
        Notices(FactChecks.OfMinimum, new BinaryCrossEntropyLogits(1), wrong: [identity], right: [logit]);
        Notices(FactChecks.OfMinimum, new BinaryCrossEntropyLogits(1.1), wrong: [logit], right: [new()]);
    }

    [Fact]
    public void A_wrong_loss_at_the_target_is_noticed()
    {
        LossFacts zero = new() { LossAtTarget = 0 };
        GaussianNegativeLogLikelihood gaussian = new(2);
        LossFacts right = new() { LossAtTarget = 0.5 * Math.Log(2) };
        Notices(FactChecks.OfLossAtTarget, gaussian, wrong: [zero, right with { Link = Link.Log }], right: [right, new()]);
    }

    [Fact]
    public void A_wrong_bound_of_the_derivative_is_noticed()
    {
        LossFacts one = new() { Lipschitz = 1 };
        LossFacts two = new() { Lipschitz = 2 };
        LossFacts none = new() { Lipschitz = double.PositiveInfinity };
        Notices(FactChecks.OfLipschitz, new Huber(1), wrong: [none, two, new() { Lipschitz = 0.999 }], right: [one]);
        Notices(FactChecks.OfLipschitz, default(SquaredError), wrong: [one, two], right: [none, new()]);
    }

    [Fact]
    public void Wrong_kinks_are_noticed()
    {
        LossFacts none = new();
        LossFacts zero = new() { Kinks = [0] };
        LossFacts both = new() { Kinks = [-0.01, 0.01] };
        Notices(FactChecks.OfKinks, new Huber(1), wrong: [zero, both], right: [none]);
        Notices(
            FactChecks.OfKinks,
            default(AbsoluteError),
            wrong: [none, both, zero with { KinkVariable = KinkVariable.Prediction }],
            right: [zero, zero with { Kinks = null }]);
        LossFacts margin = new() { Targets = Domain.Signs, Kinks = [1], KinkVariable = KinkVariable.Margin };
        Notices(
            FactChecks.OfKinks,
            new Margin<Hinge>(default),
            wrong: [margin with { KinkVariable = KinkVariable.Error }, margin with { Kinks = [1, 2] }],
            right: [margin]);
        LossFacts half = new() { Kinks = [0.01] };
        Notices(FactChecks.OfKinks, new EpsilonInsensitive(0.01), wrong: [none, zero, half], right: [both]);
    }

    [Fact]
    public void A_wrong_domain_or_a_missing_gradient_is_noticed()
    {
        LossFacts real = new();
        LossFacts probability = new() { Predictions = Domain.Probabilities };
        Notices(FactChecks.OfPredictions, default(SquaredError), wrong: [probability], right: [real]);
        Notices(FactChecks.OfGradient, default(Step), wrong: [real], right: [LossFacts.Unknown]);
    }

    private static void Check(string name, FactCheck check)
    {
        LossInstance instance = LossCatalogue.Get(name);
        check(instance.Loss<double>(), Samples.SomeTargets(instance)).Should().BeNull();
    }

    private static void Notices<TFormula>(FactCheck check, TFormula formula, LossFacts[] wrong, LossFacts[] right)
        where TFormula : struct, IPointwiseFormula
    {
        wrong.Should().AllSatisfy(facts => Result(facts).Should().NotBeNull($"this is wrong: {facts}"));
        right.Should().AllSatisfy(facts => Result(facts).Should().BeNull($"this is right: {facts}"));

        string? Result(LossFacts facts) => check(
            Loss.FromFormula<double, Claiming<TFormula>>(new(formula, facts)),
            Samples.SomeTargets(TargetKind.Value, facts.Targets));
    }

    /// <summary>A formula that claims whatever it is told to.</summary>
    private readonly struct Claiming<TFormula>(TFormula formula, LossFacts facts) : IPointwiseFormula
        where TFormula : struct, IPointwiseFormula
    {
        private readonly TFormula _formula = formula;

        public LossFacts Facts { get; } = facts;

        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            _formula.Loss(prediction, target);
    }

    /// <summary>d²/(1 + d²), not convex in its tails.</summary>
    private readonly struct Rational : IPointwiseFormula
    {
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
        {
            TLane square = TLane.Square(prediction - target);
            return square / (1.0 + square);
        }
    }

    /// <summary>1 above the target, else 0.</summary>
    private readonly struct Step : IPointwiseFormula
    {
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            TLane.SelectGreater(prediction, target, 1.0, 0.0);
    }
}
