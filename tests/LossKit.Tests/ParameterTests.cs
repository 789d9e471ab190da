using System.Numerics;
using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>Parameters that are missing or that the number type of a loss does not hold.</summary>
public sealed class ParameterTests
{
    public static TheoryData<string> Factories => new(s_factories.Keys);

    /// <summary>
    /// Everything with a parameter that has a scale: made of one number, which the argument is to be named for.
    /// </summary>
    private static readonly Dictionary<string, (string Parameter, Func<double, object> OfFloat, Func<double, object> OfDouble)>
        s_factories = new()
        {
            ["Huber"] = ("delta", x => Loss.Huber<float>(x), x => Loss.Huber<double>(x)),
            ["SmoothL1"] = ("beta", x => Loss.SmoothL1<float>(x), x => Loss.SmoothL1<double>(x)),
            ["PseudoHuber"] = ("delta", x => Loss.PseudoHuber<float>(x), x => Loss.PseudoHuber<double>(x)),
            ["Cauchy"] = ("c", x => Loss.Cauchy<float>(x), x => Loss.Cauchy<double>(x)),
            ["Fair"] = ("c", x => Loss.Fair<float>(x), x => Loss.Fair<double>(x)),
            ["GemanMcClure"] = ("c", x => Loss.GemanMcClure<float>(x), x => Loss.GemanMcClure<double>(x)),
            ["TukeyBiweight"] = ("c", x => Loss.TukeyBiweight<float>(x), x => Loss.TukeyBiweight<double>(x)),
            ["Welsch"] = ("c", x => Loss.Welsch<float>(x), x => Loss.Welsch<double>(x)),
            ["Arctan"] = ("c", x => Loss.Arctan<float>(x), x => Loss.Arctan<double>(x)),
            ["AndrewWave"] = ("a", x => Loss.AndrewWave<float>(x), x => Loss.AndrewWave<double>(x)),
            ["Ramsay"] = ("a", x => Loss.Ramsay<float>(x), x => Loss.Ramsay<double>(x)),
            ["TrimmedSquaredError"] =
                ("c", x => Loss.TrimmedSquaredError<float>(x), x => Loss.TrimmedSquaredError<double>(x)),
            ["Wing"] = ("width", x => Loss.Wing<float>(x), x => Loss.Wing<double>(x)),
            ["QuantileHuber"] =
                ("delta", x => Loss.QuantileHuber<float>(0.5, x), x => Loss.QuantileHuber<double>(0.5, x)),
            ["PoissonMean"] = ("epsilon", x => Loss.PoissonMean<float>(x), x => Loss.PoissonMean<double>(x)),
            ["GeneralRobust"] = ("c", x => Loss.GeneralRobust<float>(1, x), x => Loss.GeneralRobust<double>(1, x)),
            ["GeneralRobust's shape"] =
                ("alpha", x => Loss.GeneralRobust<float>(x), x => Loss.GeneralRobust<double>(x)),
            ["EpsilonInsensitive"] =
                ("epsilon", x => Loss.EpsilonInsensitive<float>(x), x => Loss.EpsilonInsensitive<double>(x)),
            ["SquaredEpsilonInsensitive"] = ("epsilon",
                x => Loss.SquaredEpsilonInsensitive<float>(x), x => Loss.SquaredEpsilonInsensitive<double>(x)),
            ["SquaredLogError"] = ("epsilon", x => Loss.SquaredLogError<float>(x), x => Loss.SquaredLogError<double>(x)),
            ["AbsolutePercentageError"] = ("epsilon",
                x => Loss.AbsolutePercentageError<float>(x), x => Loss.AbsolutePercentageError<double>(x)),
            ["SymmetricPercentageError"] = ("epsilon",
                x => Loss.SymmetricPercentageError<float>(x), x => Loss.SymmetricPercentageError<double>(x)),
            ["Linex, asymmetry"] = ("a", x => Loss.Linex<float>(x), x => Loss.Linex<double>(x)),
            ["Linex, scale"] = ("b", x => Loss.Linex<float>(1, x), x => Loss.Linex<double>(1, x)),
            ["LogCosh"] = ("scale", x => Loss.LogCosh<float>(x), x => Loss.LogCosh<double>(x)),
            ["LpDistance"] = ("p", x => Loss.LpDistance<float>(x), x => Loss.LpDistance<double>(x)),
            ["Periodic"] = ("period", x => Loss.Periodic<float>(x), x => Loss.Periodic<double>(x)),
            ["Tweedie"] = ("power", x => Loss.Tweedie<float>(x), x => Loss.Tweedie<double>(x)),
            ["TweedieIdentity"] = ("power", x => Loss.TweedieIdentity<float>(x), x => Loss.TweedieIdentity<double>(x)),
            ["Laplace"] = ("scale",
                x => Loss.LaplaceNegativeLogLikelihood<float>(x), x => Loss.LaplaceNegativeLogLikelihood<double>(x)),
            ["Gaussian"] = ("variance",
                x => Loss.GaussianNegativeLogLikelihood<float>(x), x => Loss.GaussianNegativeLogLikelihood<double>(x)),
            ["Student, degrees"] = ("degreesOfFreedom",
                x => Loss.StudentTNegativeLogLikelihood<float>(x), x => Loss.StudentTNegativeLogLikelihood<double>(x)),
            ["Student, scale"] = ("scale",
                x => Loss.StudentTNegativeLogLikelihood<float>(3, x), x => Loss.StudentTNegativeLogLikelihood<double>(3, x)),
            ["BinaryCrossEntropyLogits"] = ("positiveWeight",
                x => Loss.BinaryCrossEntropyLogits<float>(x), x => Loss.BinaryCrossEntropyLogits<double>(x)),
            ["BinaryFocalLogits"] = ("gamma", x => Loss.BinaryFocalLogits<float>(x), x => Loss.BinaryFocalLogits<double>(x)),
            ["SmoothedHinge"] = ("gamma", x => Loss.SmoothedHinge<float>(x), x => Loss.SmoothedHinge<double>(x)),
            ["Dwd"] = ("q", x => Loss.Dwd<float>(x), x => Loss.Dwd<double>(x)),
            ["Scaled"] = ("factor",
                x => Loss.Huber<float>().Scaled(x), x => Loss.Huber<double>().Scaled(x)),
            ["Asymmetric"] = ("under",
                x => Loss.Huber<float>().Asymmetric(1, x), x => Loss.Huber<double>().Asymmetric(1, x)),
            ["Clipped"] = ("maximum", x => Loss.Huber<float>().Clipped(x), x => Loss.Huber<double>().Clipped(x)),
            ["within a sum"] = ("delta",
                x => Loss.SquaredError<float>().Plus(Loss.Huber<float>(x)),
                x => Loss.SquaredError<double>().Plus(Loss.Huber<double>(x))),
            ["own"] = ("weight",
                x => Loss.FromFormula<float, Own>(new(x)), x => Loss.FromFormula<double, Own>(new(x))),
            ["MulticlassFocal"] = ("gamma", x => Loss.MulticlassFocal<float>(3, x), x => Loss.MulticlassFocal<double>(3, x)),
            ["Poly1"] = ("epsilon", x => Loss.Poly1<float>(3, x), x => Loss.Poly1<double>(3, x)),
            ["MulticlassHinge"] = ("margin", x => Loss.MulticlassHinge<float>(3, x), x => Loss.MulticlassHinge<double>(3, x)),
            ["CrammerSinger"] = ("margin", x => Loss.CrammerSinger<float>(3, x), x => Loss.CrammerSinger<double>(3, x)),
            ["class weights"] = ("classWeights",
                x => Loss.SoftmaxCrossEntropy<float>(2, [1, x]), x => Loss.SoftmaxCrossEntropy<double>(2, [1, x])),
            ["alpha"] = ("alpha",
                x => Loss.MulticlassFocal<float>(2, 2, [1, x]), x => Loss.MulticlassFocal<double>(2, 2, [1, x])),
            ["Contrastive"] = ("margin", x => Loss.Contrastive<float>(2, x), x => Loss.Contrastive<double>(2, x)),
            ["BatchContrastive"] =
                ("margin", x => Loss.BatchContrastive<float>(2, x), x => Loss.BatchContrastive<double>(2, x)),
            ["MarginRanking"] = ("margin", x => Loss.MarginRanking<float>(x), x => Loss.MarginRanking<double>(x)),
            ["Triplet"] = ("margin", x => Loss.Triplet<float>(2, x), x => Loss.Triplet<double>(2, x)),
            ["TripletSquared"] = ("margin", x => Loss.TripletSquared<float>(2, x), x => Loss.TripletSquared<double>(2, x)),
            ["BatchHardTriplet"] =
                ("margin", x => Loss.BatchHardTriplet<float>(2, x), x => Loss.BatchHardTriplet<double>(2, x)),
            ["BatchAllTriplet"] =
                ("margin", x => Loss.BatchAllTriplet<float>(2, x), x => Loss.BatchAllTriplet<double>(2, x)),
            ["SemiHardTriplet"] =
                ("margin", x => Loss.SemiHardTriplet<float>(2, x), x => Loss.SemiHardTriplet<double>(2, x)),
            ["InfoNce"] = ("temperature", x => Loss.InfoNce<float>(2, x), x => Loss.InfoNce<double>(2, x)),
            ["NtXent"] = ("temperature", x => Loss.NtXent<float>(2, x), x => Loss.NtXent<double>(2, x)),
            ["SupervisedContrastive"] =
                ("temperature", x => Loss.SupervisedContrastive<float>(2, x), x => Loss.SupervisedContrastive<double>(2, x)),
            ["MultiSimilarity"] =
                ("beta", x => Loss.MultiSimilarity<float>(2, 2, x), x => Loss.MultiSimilarity<double>(2, 2, x)),
            ["Circle"] = ("gamma", x => Loss.Circle<float>(2, 0.25, x), x => Loss.Circle<double>(2, 0.25, x)),
            ["SoftDice"] =
                ("smoothDenominator", x => Loss.SoftDice<float>(1, x), x => Loss.SoftDice<double>(1, x)),
            ["PairwiseLogistic"] = ("sigma", x => Loss.PairwiseLogistic<float>(x), x => Loss.PairwiseLogistic<double>(x)),
            ["PairwiseHinge"] = ("margin", x => Loss.PairwiseHinge<float>(x), x => Loss.PairwiseHinge<double>(x)),
            ["Dpo"] = ("beta", x => Loss.Dpo<float>(x), x => Loss.Dpo<double>(x)),
        };

    [Theory]
    [MemberData(nameof(Factories))]
    public void What_float_does_not_hold_is_refused_in_float_only(string factory)
    {
        (string parameter, Func<double, object> ofFloat, Func<double, object> ofDouble) = s_factories[factory];
        foreach (double bad in new[] { 1e39, 1e300, 1e-39, 1e-46, 1e-300 })
        {
            ArgumentOutOfRangeException error = Refused(() => ofFloat(bad));
            error.ParamName.Should().Be(parameter);
            error.Message.Should().Contain(FormattableString.Invariant($"Actual value was {bad}"));
            error.Message.Should().Contain("must be within the range of float");
            ofDouble(bad).Should().NotBeNull();
        }

        foreach (double good in new[] { 1e25, 1e38, 3.4e38, 1e-25, 1.2e-38 })
        {
            ofFloat(good).Should().NotBeNull();
        }

        Refused(() => ofDouble(1e-310)).Message.Should().Contain("must be within the range of double");
    }

    [Fact]
    public void Probabilities_are_refused_that_round_to_certainty()
    {
        Refused(() => Loss.Quantile<float>(1 - 1e-9)).Message.Should().Contain("quantile").And.Contain("float");
        Refused(() => Loss.Expectile<float>(1 - 1e-9)).ParamName.Should().Be("expectile");
        Refused(() => Loss.Expectile<float>(1e-50)).ParamName.Should().Be("expectile");
        Refused(() => Loss.SoftmaxCrossEntropy<float>(2, labelSmoothing: 1e-50)).ParamName.Should().Be("labelSmoothing");
        Refused(() => Loss.GeneralizedCrossEntropy<float>(2, 1e-50)).ParamName.Should().Be("q");
        Refused(() => Loss.BinaryCrossEntropyLogits<float>(1, 1e-50)).ParamName.Should().Be("labelSmoothing");
        Refused(() => Loss.BinaryFocalLogits<float>(2, 1e-50)).ParamName.Should().Be("alpha");
        Loss.Quantile<double>(1 - 1e-9).At(1, 2).Derivative.Should().Be(-(1 - 1e-9));
        Loss.LpDistance<float>(1 + 1e-9).At(2, 0).Loss.Should().Be(2, "a power may round to a simpler one");
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e39)]
    public void A_class_weight_is_refused_with_its_index(double bad)
    {
        ArgumentOutOfRangeException error = Refused(() => Loss.SoftmaxCrossEntropy<float>(3, [1, 2, bad]));
        error.ParamName.Should().Be("classWeights");
        error.Message.Should().Contain("'classWeights[2]' must be");
        Refused(() => Loss.MulticlassFocal<float>(3, 2, [1, bad, 1])).Message.Should().Contain("'alpha[1]' must be");
    }

    [Fact]
    public void The_default_of_a_formula_with_parameters_is_refused_by_name()
    {
        Missing<Huber>("Huber", "delta");
        Missing<SmoothL1>("SmoothL1", "beta");
        Missing<Quantile>("Quantile", "quantile");
        Missing<EpsilonInsensitive>("EpsilonInsensitive", "epsilon");
        Missing<SquaredEpsilonInsensitive>("SquaredEpsilonInsensitive", "epsilon");
        Missing<SquaredLogError>("SquaredLogError", "epsilon");
        Missing<AbsolutePercentageError>("AbsolutePercentageError", "epsilon");
        Missing<SymmetricPercentageError>("SymmetricPercentageError", "epsilon");
        Missing<PseudoHuber>("PseudoHuber", "delta");
        Missing<Fair>("Fair", "c");
        Missing<Linex>("Linex", "a");
        Missing<LpDistance>("LpDistance", "p");
        Missing<LogCosh>("LogCosh", "scale");
        Missing<Periodic>("Periodic", "period");
        Missing<Cauchy>("Cauchy", "c");
        Missing<GemanMcClure>("GemanMcClure", "c");
        Missing<TukeyBiweight>("TukeyBiweight", "c");
        Missing<GeneralRobust>("GeneralRobust", "alpha");
        Missing<Tweedie>("Tweedie", "power");
        Missing<TweedieIdentity>("TweedieIdentity", "power");
        Missing<LaplaceNegativeLogLikelihood>("LaplaceNegativeLogLikelihood", "scale");
        Missing<StudentTNegativeLogLikelihood>("StudentTNegativeLogLikelihood", "degreesOfFreedom");
        Missing<GaussianNegativeLogLikelihood>("GaussianNegativeLogLikelihood", "variance");
        Missing<BinaryCrossEntropyLogits>("BinaryCrossEntropyLogits", "positiveWeight");
        Missing<BinaryFocalLogits>("BinaryFocalLogits", "gamma");
        Missing<Margin<SmoothedHinge>>("SmoothedHinge", "gamma");
        Missing<Margin<Dwd>>("Dwd", "q");
        Missing<Scaled<SquaredError>>("Scaled", "factor");
        Missing<Asymmetric<Huber>>("Huber", "delta");
        Missing<Own>("Own", "weight");
        Refused(() => Loss.FromTrueClassFormula<double, MulticlassFocal>(default, 3)).ParamName.Should().Be("gamma");
        Refused(() => Loss.FromTrueClassFormula<float, GeneralizedCrossEntropy>(default, 3)).ParamName.Should().Be("q");
        Refused(() => Loss.FromTrueClassFormula<float, Poly1>(default, 3)).ParamName.Should().Be("epsilon");
        Refused(() => Loss.TripletFromMarginFormula<float, SmoothedHinge>(default, 3)).ParamName.Should().Be("gamma");
        Loss.FromFormula<double, Poisson>(default).At(0, 0).Loss.Should().Be(1, "it needs none");

        static void Missing<TFormula>(string formula, string parameter) where TFormula : struct, IPointwiseFormula
        {
            ArgumentOutOfRangeException error = Refused(() => Loss.FromFormula<double, TFormula>(default));
            error.ParamName.Should().Be(parameter);
            error.Message.Should().Contain($"'{parameter}' of {formula} must be given");
        }
    }

    [Fact]
    public void Every_public_formula_with_parameters_refuses_its_default()
    {
        foreach (LossInstance instance in LossCatalogue.All.DistinctBy(instance => instance.Formula))
        {
            bool hasParameters = instance.Formula.GetConstructors().Any(constructor => constructor.GetParameters()
                .Any(parameter => parameter.ParameterType == typeof(double)));
            if (hasParameters)
            {
                Action make = () => typeof(ParameterTests).GetMethod(nameof(Make))!
                    .MakeGenericMethod(instance.Formula).Invoke(null, null);
                make.Should().Throw<System.Reflection.TargetInvocationException>(instance.Name)
                    .WithInnerException<ArgumentOutOfRangeException>();
            }
        }
    }

    [Fact]
    public void What_has_no_use_is_refused()
    {
        Refused(() => Loss.ClippedPolicy<float>(dualClip: 0.5)).Message.Should().Contain("at least 1");
        Wrong(() => Loss.Elbo<float>(variance: 2), "*variance*2*binary*");
        Wrong(() => Loss.NegativeLogLikelihood<float>(3).WithNone(), "*log-probability*");
        Refused(() => Loss.Coral<float>(0)).Message.Should().Contain("'tasks' must be between 1");
        Wrong(() => Loss.Coral<float>(2, [1, 2, 3]), "*taskWeights*3*2 tasks*");
        Refused(() => Loss.Ctc<float>(0)).Message.Should().Contain("'classes'");
        Wrong(() => Loss.Orpo<double>().Checked().Value([0.1, -1], []), "*predictions*0.1*at most 0*");

        static void Wrong(Func<object> call, string message) =>
            call.Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public void A_chosen_answer_that_is_certain_has_the_slope_of_the_odds()
    {
        double odds = Math.Exp(-1) / (1 - Math.Exp(-1));
        double[] gradient = new double[2];
        double[] hessian = new double[2];
        TupleLoss<double> loss = Loss.Orpo<double>(lambda: 0.1, likelihoodWeight: 0);
        loss.ValueGradientAndHessian([0, -1], [], gradient, hessian).Sum.Should().Be(0);
        gradient.Should().Equal([-0.1 * odds, 0], (given, right) => Math.Abs(given - right) < 1e-12);
        hessian.Should().OnlyContain(bend => double.IsFinite(bend));
        loss.Value([-1e4, -2], []).Sum.Should().BeApproximately(
            0.1 * (1e4 - 2 - Math.Log(1 - Math.Exp(-2))), 1e-9);
    }

    public static object Make<TFormula>() where TFormula : struct, IPointwiseFormula =>
        Loss.FromFormula<double, TFormula>(default);

    private static ArgumentOutOfRangeException Refused(Func<object> construction) =>
        construction.Should().Throw<ArgumentOutOfRangeException>().Which;

    private readonly struct Own(double weight) : IPointwiseFormula
    {
        private readonly Parameter _weight = Parameter.Positive(weight);

        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            _weight * TLane.Abs(prediction - target);
    }
}
