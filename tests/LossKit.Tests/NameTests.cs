using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using LossKit.Internals.Naming;
using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>A loss is made again by its name, of whichever factory and modifiers it is.</summary>
public sealed class NameTests
{
    /// <summary>Values that no default has, and parameters that do not take the first of their type.</summary>
    private static readonly Dictionary<string, object> s_others = new()
    {
        ["Expectile.expectile"] = 0.3,
        ["Quantile.quantile"] = 0.3,
        ["LpDistance.p"] = 2.7,
        ["Tweedie.power"] = 1.3,
        ["TweedieIdentity.power"] = 1.3,
        ["BiTemperedLogistic.t1"] = 0.3,
        ["Coral.tasks"] = 3,
        ["Corn.tasks"] = 3,
        ["BiTemperedLogistic.t2"] = 1.3,
        ["ExpectedClassCost.costs"] = new[] { 0, 1, 2.5, 1, 0, 3, 1e300 / 3e299, 1, 0 },
        ["MulticlassHinge.p"] = 2,
        ["AdaptiveSoftmax.dimension"] = 8,
        ["AdaptiveSoftmax.cutoffs"] = new[] { 1 },
        ["RobustDpo.labelSmoothing"] = 0.3,
        ["ExoPair.labelSmoothing"] = 0.3,
        ["GradientDifference.power"] = 1.7,
        ["ClippedPolicy.dualClip"] = 1.7,
        ["MatryoshkaInfoNce.dimensions"] = new[] { 3, 1, 2 },
        ["InBatchInfoNce.symmetric"] = false,
    };

    public static TheoryData<string> Factories => new(LossTable.Factories.Select(factory => factory.Name));

    [Theory]
    [MemberData(nameof(Factories))]
    public void The_name_of_a_loss_makes_it_again(string factory)
    {
        MethodInfo method = typeof(Loss).GetMethod(factory)!.MakeGenericMethod(typeof(double));
        ParameterInfo[] parameters = method.GetParameters();
        object?[] others = [.. parameters.Select(parameter => Other(factory, parameter))];
        object?[] usual =
        [
            .. parameters.Select((parameter, i) => parameter.HasDefaultValue ? parameter.DefaultValue : others[i]),
        ];

        Check(method, usual, omitsDefaults: true);
        Check(method, usual, omitsDefaults: false);
        Check(method, others, omitsDefaults: false);
    }

    [Fact]
    public void Modifiers_are_in_the_name()
    {
        PointwiseLoss<double> loss = Loss.Huber<double>(0.1).InUnits(3).Asymmetric(1, 4)
            .Plus(Loss.SquaredError<double>().Scaled(1e-300)).Clipped(double.Pi);
        string name = "Huber(delta=0.1).InUnits(unit=3).Asymmetric(over=1, under=4)"
            + ".Plus(other=SquaredError().Scaled(factor=1E-300)).Clipped(maximum=3.141592653589793)";
        loss.ToString().Should().Be(name);
        PointwiseLoss<double> again = Loss.Parse<double>(name);
        again.ToString().Should().Be(name);
        again.Facts.LossAtTarget.Should().Be(loss.Facts.LossAtTarget);
        again.At(1.25, 3).Should().Be(loss.At(1.25, 3));
    }

    [Fact]
    public void Every_modifier_is_known()
    {
        string[] names =
        [
            "SquaredError().Asymmetric(over=1, under=2)",
            "SquaredError().Scaled(factor=2)",
            "SquaredError().Plus(other=Huber(delta=2))",
            "Hinge().ClassWeighted(positive=2, negative=1)",
            "SquaredError().Clipped(maximum=2)",
            "BinaryCrossEntropyLogits(positiveWeight=2, labelSmoothing=0.1).LabelSmoothed(smoothing=0.2)",
            "Hinge().WithZeroOneTargets()",
            "AbsoluteError().HessianFloor(minimum=0.5)",
            "SquaredError().LogTarget()",
            "SquaredError().InUnits(unit=2)",
        ];
        names.Select(name => Loss.Parse<float>(name).ToString()).Should().Equal(names);
        string[] modifiers = [.. names.Select(name => name.Split(").")[1].Split('(')[0])];
        typeof(PointwiseLoss<>).GetMethods()
            .Where(method => method.ReturnType.Name == typeof(PointwiseLoss<>).Name && method.Name != "InParallel")
            .Select(method => method.Name).Should().BeEquivalentTo(
                modifiers,
                "each modifier has a line among the names of this test and, to be parsed, in LossNames");
    }

    [Theory]
    [InlineData("Huber(delta=2).OverRows(columns=3)")]
    [InlineData("BinaryCrossEntropyLogits(positiveWeight=1, labelSmoothing=0).Scaled(factor=2).OverRows(columns=1)")]
    [InlineData(
        "SoftmaxCrossEntropy(classes=3, classWeights=[1, 0.5, 2.25], labelSmoothing=0.1, ignoreIndex=-1)"
        + ".WithProbabilityTargets()")]
    [InlineData("CrammerSinger(classes=3, margin=2, ignoreIndex=-1).WithNone()")]
    [InlineData("BoxGiou(format=Cxcywh, epsilon=1E-07).Planar()")]
    [InlineData("Poly1(classes=3, epsilon=1, labelSmoothing=0, ignoreIndex=-100).Scaled(factor=2).Plus("
        + "other=ZLoss(classes=3, lambda=0.0001, ignoreIndex=-100))")]
    [InlineData("TotalVariationDistance(classes=3, temperature=1, temperatureSquared=false, topK=null)"
        + ".Plus(other=ReverseKl(classes=3, temperature=1, temperatureSquared=false, topK=null).Scaled(factor=0.5))")]
    [InlineData("BoxGiou(format=Cxcywh, epsilon=1E-07).Planar().Plus("
        + "other=BoxSmoothL1(beta=1).Scaled(factor=3).Planar()).OfRows(columns=2, mean=false, targetsOfRow=0)")]
    [InlineData("PairwiseHinge(margin=1, pairReduction=Mean).Scaled(factor=2).Plus(other=PairwiseHinge(margin=2, pairReduction=Mean))")]
    [InlineData("Huber(delta=2).Asymmetric(over=1, under=4).AsymmetricPerExample().Planar()")]
    [InlineData("Poisson(full=false).WithExposure()")]
    [InlineData("Poisson(full=false).WithOffset().Scaled(factor=2)")]
    [InlineData("SquaredError().Censored()")]
    [InlineData("AbsoluteError().InUnitsPerExample().Plus(other=AbsoluteError().InUnitsPerExample())")]
    [InlineData("LaplaceNegativeLogLikelihood(scale=2).WithFisherHessian()")]
    [InlineData("NormalNll(link=log, full=false, beta=0).Planar().WithFisherHessian().Scaled(factor=2)")]
    [InlineData("Ipo(beta=0.2).PerToken()")]
    [InlineData("Dpo(beta=0.2, labelSmoothing=0).WithoutReference().PerToken().Planar()")]
    [InlineData("PairwiseHinge(margin=2, pairReduction=Mean).OfRankings()")]
    [InlineData(
        "SoftDice(smoothNumerator=1, smoothDenominator=1, squared=true, logits=false, absent=Skip)"
        + ".OfClasses(classes=3, activation=Sigmoid, perBatch=true, includeBackground=false, classWeights=[1, 2], "
        + "ignoreIndex=-1)")]
    public void Losses_of_other_kinds_can_be_modified_by_name(string name) =>
        Loss.Parse<float, NamedMetric>(name).ToString().Should().Be(name);

    [Theory]
    [InlineData(typeof(PointwiseLoss<>))]
    [InlineData(typeof(CategoricalLoss<>))]
    [InlineData(typeof(TupleLoss<>))]
    [InlineData(typeof(GroupedLoss<>))]
    [InlineData(typeof(PreferenceLosses))]
    public void Every_modifier_has_a_name(Type kind)
    {
        HashSet<string> known = [.. LossNames<double>.All.Modifiers];
        kind.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static
                | BindingFlags.DeclaredOnly)
            .Where(method => method.ReturnType.IsAssignableTo(typeof(NamedMetric))
                && method.Name is not ("InParallel" or nameof(GroupedLoss<>.Checked)))
            .Select(method => method.Name)
            .Should().BeSubsetOf(
                known,
                "each modifier gives what it makes a name, { Name = Then($\"{parameter}\") }, and has a line in LossNames, "
                + "`.Modify<ItsClass, double>(loss => loss.TheModifier, () => a loss modified by it)`");
    }

    [Fact]
    public void What_is_parsed_is_what_the_name_says()
    {
        Loss.Parse<float, TupleLoss<float>>("boxGiou(cxcywh).planar()").IsPlanar.Should().BeTrue();
        SegmentationLoss<float> dice = Loss.Parse<float, SegmentationLoss<float>>("soft_dice.ofClasses(4, perBatch=true)");
        dice.Should().BeEquivalentTo(new { Classes = 4, PerBatch = true, Activation = ClassActivation.Softmax });
    }

    [Theory]
    [InlineData("huber(delta=2).asymmetric(over=1,under=4)")]
    [InlineData(" HUBER ( 2 ) . Asymmetric ( under = 4 , over = 1e0 ) ")]
    [InlineData("Huber(Delta=2.0).ASYMMETRIC(1, under=4)")]
    [InlineData("\thuber(+2)\n.asymmetric(1, 4)")]
    public void Case_spaces_and_order_do_not_count(string text) =>
        Loss.Parse<float>(text).ToString().Should().Be("Huber(delta=2).Asymmetric(over=1, under=4)");

    [Theory]
    [InlineData("huber", "Huber(delta=1)")]
    [InlineData("Huber()", "Huber(delta=1)")]
    [InlineData("binary_focal_logits(alpha=.25)", "BinaryFocalLogits(gamma=2, alpha=0.25)")]
    [InlineData("BinaryFocalLogits(alpha=NULL)", "BinaryFocalLogits(gamma=2, alpha=null)")]
    [InlineData("generalRobust(-Infinity)", "GeneralRobust(alpha=-Infinity, c=1)")]
    [InlineData("poisson(full=True)", "Poisson(full=true)")]
    public void What_is_left_out_is_as_usual(string text, string name) =>
        Loss.Parse<double>(text).ToString().Should().Be(name);

    [Theory]
    [InlineData("hubr(2)", "*no loss*'hubr'*Huber*(At index 0.)")]
    [InlineData("huber(delta=2).asymetric(1, 2)", "*no modifier*'asymetric'*Asymmetric*(At index 15.)")]
    [InlineData("huber(delta=2,5)", "*'Huber' has no parameter for '5'*delta*(At index 14.)")]
    [InlineData("huber(detla=2)", "*'Huber' has no parameter for 'detla'*delta*(At index 6.)")]
    [InlineData("huber(2, delta=2)", "*'delta' of 'Huber' is given twice*(At index 9.)")]
    [InlineData("gamma(2)", "*has no parameter for '2': it has none*")]
    [InlineData("huber(delta=two)", "*'delta' of 'Huber' must be a number, but is 'two'*(At index 12.)")]
    [InlineData("squaredError.plus(huber(delta = 1.5.2))", "*must be a number, but is '1.5.2'*(At index 32.)")]
    [InlineData("huber(delta=null)", "*must be a number*")]
    [InlineData("poisson(1)", "*must be true or false*")]
    [InlineData("squaredError.asymmetric(over=1)", "*'Asymmetric' needs 'under'*(At index 13.)")]
    [InlineData("quantile", "*'Quantile' needs 'quantile'*(At index 0.)")]
    [InlineData("huber(delta=2", "*')' is missing*(At index 13.)")]
    [InlineData("huber(delta=)", "*Expected an argument*(At index 12.)")]
    [InlineData("huber(2) x", "*'x' is left over*(At index 9.)")]
    [InlineData("huber.", "*Expected a name*(At index 6.)")]
    [InlineData("", "*Expected a name*(At index 0.)")]
    [InlineData("huber.overRows(2)", "*'Huber(delta=1).OverRows(columns=2)' is a MultilabelLoss*PointwiseLoss*")]
    public void What_is_wrong_is_said(string text, string message)
    {
        Func<object> parse = () => Loss.Parse<double>(text);
        parse.Should().Throw<FormatException>().WithMessage(message);
    }

    [Fact]
    public void Other_types_of_parameters_are_said()
    {
        Func<object> noTies = () => Loss.Parse<float, CoxLoss<float>>("cox(ties=0)");
        noTies.Should().Throw<FormatException>().WithMessage("*one of Breslow, Efron*'0'*");
        Func<object> noList = () => Loss.Parse<float, RowLoss<float, int>>("softmaxCrossEntropy(2, classWeights=[1, x])");
        noList.Should().Throw<FormatException>().WithMessage("*a list of numbers*'[1, x]'*(At index 36.)");
        Func<object> noCount = () => Loss.Parse<float, RowLoss<float, int>>("softmaxCrossEntropy(2.5)");
        noCount.Should().Throw<FormatException>().WithMessage("*'classes'*an integer*");
        Func<object> noLink = () => Loss.Parse<float, TupleLoss<float>>("normalNll(link=exp)");
        noLink.Should().Throw<FormatException>().WithMessage("*identity, log or logit*");
    }

    [Fact]
    public void The_factory_refuses_what_it_does_not_take()
    {
        Func<object> parse = () => Loss.Parse<float>("huber(delta=-1)");
        parse.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("delta");
        Func<object> modify = () => Loss.Parse<float>("hinge.logTarget");
        modify.Should().Throw<NotSupportedException>();
        Func<object> perToken = () => Loss.Parse<float, TupleLoss<float>>("normalNll.perToken");
        perToken.Should().Throw<NotSupportedException>().WithMessage("*'PerToken'*pairs of answers*NormalNll(*");
    }

    [Fact]
    public void Names_are_the_same_in_every_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NegativeSign = "~";
        try
        {
            CultureInfo.CurrentCulture = culture;
            Loss.Linex<double>(-0.1).ToString().Should().Be("Linex(a=-0.1, b=1)");
            Loss.MulticlassFocal<double>(2, alpha: [0.5, 1]).ToString()
                .Should().Be("MulticlassFocal(classes=2, gamma=2, alpha=[0.5, 1], labelSmoothing=0, ignoreIndex=-100)");
            Loss.Parse<double>("linex(-0.1)").ToString().Should().Be("Linex(a=-0.1, b=1)");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Losses_of_formulas_say_which()
    {
        Loss.FromFormula<float, Plain>(new(2.5, true)).ToString()
            .Should().Be("FromFormula(formula=Plain(price=2.5, isDear=true))");
        Loss.FromFormula<float, Open>(new() { Price = 2, Rest = default }).ToString()
            .Should().Be("FromFormula(formula=Open(price=2, rest=Bare))");
        Loss.FromFormula<float, Named>(default).ToString().Should().Be("FromFormula(formula=half the error)");
        Loss.FromFormula<float, Recorded>(new(3)).ToString().Should().Be("FromFormula(formula=Recorded { Price = 3 })");
        Loss.FromFormula<float, Bare>(default).Scaled(2).ToString()
            .Should().Be("FromFormula(formula=Bare).Scaled(factor=2)");
        Loss.FromPairFormula<float, MarginHinge, EqualPairs>(new(1), default).ToString()
            .Should().Be("FromPairFormula(formula=MarginHinge(margin=1), weight=EqualPairs, pairReduction=Sum)");
    }

    [Theory]
    [InlineData("mse", "SquaredError()")]
    [InlineData("L1", "AbsoluteError()")]
    [InlineData("mean_absolute_error", "AbsoluteError()")]
    [InlineData("pinball(0.25)", "Quantile(quantile=0.25)")]
    [InlineData("bce", "BinaryCrossEntropy()")]
    [InlineData("BCEWithLogits", "BinaryCrossEntropyLogits(positiveWeight=1, labelSmoothing=0)")]
    [InlineData("mse.plus(mae.scaled(2))", "SquaredError().Plus(other=AbsoluteError().Scaled(factor=2))")]
    [InlineData("ce(2)", "SoftmaxCrossEntropy(classes=2, classWeights=null, labelSmoothing=0, ignoreIndex=-100)")]
    [InlineData("giou", "BoxGiou(format=Xyxy, epsilon=1E-07)")]
    [InlineData("rmse", "RootMeanSquaredError()")]
    public void Short_names_become_the_full_ones(string text, string name) =>
        Loss.Parse<double, NamedMetric>(text).ToString().Should().Be(name);

    [Fact]
    public void What_is_near_is_of_the_kind_that_is_asked_for()
    {
        // BoxSmoothL1, a loss of boxes, is as near.
        Says<PointwiseLoss<float>>("xsmoothl1", "*no loss of the kind PointwiseLoss<float>*nearest are SmoothL1*", "Box");
        Says<RowLoss<float, int>>(
            "bicCrossEntropy(2)",
            "*no loss of the kind RowLoss<float, int>*nearest are SoftmaxCrossEntropy, TaylorCrossEntropy, MaskedCross*",
            "Dice");
        Says<PointwiseLoss<float>>("hubber", "*no loss of the kind PointwiseLoss<float>*nearest are Huber,*");
        Says<NamedMetric>("hubber", "There is no loss named 'hubber'; the nearest are Huber,*");
        Says<TupleLoss<float>>("boxIuo.planar", "*no loss named*BoxIou*");
        Says<PointwiseLoss<float>>("huber.planarr", "*no modifier of a PointwiseLoss<float, Huber>*");
        Says<PointwiseLoss<float>>("huber.planarr", "*", "Planar");
        Says<PointwiseLoss<float>>(
            "dpo.clipped(2)", "*'Clipped' modifies a PointwiseLoss<float>, but 'Dpo(*' is a TupleLoss<*");
        Says<PointwiseLoss<float>>("gammaNll", "*'GammaNll()' is a TupleLoss<float>, but a PointwiseLoss<float>*");
        Says<RowLoss<float, int>>("mse", "*is a PointwiseLoss<float, SquaredError>, but a RowLoss<float, int>*", "`");
    }

    [Theory]
    [InlineData("softmaxCrossEntropy(2, classWeights=[1, 2))", "*a ')' that closes no bracket. (At index 41.)")]
    [InlineData("softmaxCrossEntropy(2, classWeights=[1, 2)", "*a ')' that closes no bracket. (At index 41.)")]
    [InlineData("softmaxCrossEntropy(2, classWeights=[1, 2", "*']' is missing for the '[' at index 36*(At index 41.)")]
    [InlineData("softmaxCrossEntropy(2]", "*a ']' that closes no bracket. (At index 21.)")]
    [InlineData("mse.plus(huber(2]", "*a ']' that closes no bracket. (At index 16.)")]
    public void Brackets_that_do_not_match_are_told(string text, string message) => Says<NamedMetric>(text, message);

    private static void Says<TLoss>(string text, string message, string butNot = "\0") where TLoss : NamedMetric
    {
        Func<object> parse = () => Loss.Parse<float, TLoss>(text);
        parse.Should().Throw<FormatException>().WithMessage(message).Which.Message.Should().NotContain(butNot);
    }

    private readonly struct Plain(double price, bool isDear) : IPointwiseFormula
    {
        private readonly Parameter _price = price;
        private readonly bool _isDear = isDear;

        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            _isDear ? _price * prediction : prediction;
    }

    private struct Open : IPointwiseFormula
    {
        public required double Price { get; init; }

        public Bare Rest;

        public readonly TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            Price * Rest.Loss(prediction, target);
    }

    private readonly struct Named : IPointwiseFormula
    {
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            0.5 * (prediction - target);

        public override string ToString() => "half the error";
    }

    private readonly record struct Recorded(double Price) : IPointwiseFormula
    {
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            Price * prediction;
    }

    private readonly struct Bare : IPointwiseFormula
    {
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            prediction;
    }

    private static object? Other(string factory, ParameterInfo parameter)
    {
        Type type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return s_others.TryGetValue($"{factory}.{parameter.Name}", out object? other) ? other
            : parameter.Name is "classes" or "dimension" or "components" ? 3
            : parameter.Name!.Contains("abelSmoothing", StringComparison.Ordinal) ? 0.1
            : type == typeof(double) ? (double)(parameter.DefaultValue as double? ?? 0) * 0.37 + 0.123456789012345678
            : type == typeof(int) ? (parameter.DefaultValue as int? ?? 0) + 1
            : type == typeof(bool) ? !(bool)parameter.DefaultValue!
            : parameter.Name is "quantiles" ? new[] { 0.25 }
            : type == typeof(IReadOnlyList<double>) ? new[] { 0.1, 1, 1e300 / 3e299 }
            : parameter.Name is "groups" ? new[] { 1, 1, 2, -3, -3, -3 }
            : type == typeof(IReadOnlyList<int>) ? new[] { 3, 1, 2 }
            : type == typeof(Link) ? Link.Identity
            : type.IsEnum ? Enum.GetValues(type).GetValue(1)
            : throw new NotSupportedException(
                $"{factory} has a parameter of type {type}: teach Arguments.Next to read it, CallText to write it, and "
                + "this test a value of it.");
    }

    private static void Check(MethodInfo method, object?[] arguments, bool omitsDefaults)
    {
        method.ReturnType.Should().BeAssignableTo<NamedMetric>("losses and metrics have names");
        NamedMetric loss = (NamedMetric)method.Invoke(null, arguments)!;
        ParameterInfo[] parameters = method.GetParameters();
        string name = loss.ToString();
        name.Should().StartWith($"{method.Name}(", Advice(method));
        foreach (ParameterInfo parameter in parameters)
        {
            name.Should().MatchRegex($@"[(\s]{parameter.Name}=", Advice(method));
        }

        int required = parameters.Count(parameter => !parameter.HasDefaultValue);

        // At commas that are not within a list.
        IEnumerable<string> values = Regex.Split(name[..^1].Split('(', 2)[1], @", (?![^\[]*\])").Take(required);
        string text = omitsDefaults ? $"{method.Name}({string.Join(", ", values)})" : name;
        NamedMetric? again = null;
        Action parse = () => again = Loss.Parse<double, NamedMetric>(text);
        parse.Should().NotThrow(Advice(method));
        again.Should().BeOfType(loss.GetType());
        again!.ToString().Should().Be(name, Advice(method));
        Same(again, loss);
    }

    /// <summary>All fields, by their values.</summary>
    private static void Same(object? actual, object? expected, int depth = 0)
    {
        if (expected is null || actual is null || expected.GetType().IsPrimitive || expected is string)
        {
            actual.Should().Be(expected);
            return;
        }

        actual.Should().BeOfType(expected.GetType());
        if (depth > 8 || expected is Delegate or Type)
        {
            return;
        }

        if (expected is Array array)
        {
            actual.Should().BeEquivalentTo(array);
            return;
        }

        for (Type? type = expected.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(
                BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            {
                Same(field.GetValue(actual), field.GetValue(expected), depth + 1);
            }
        }
    }

    private static string Advice(MethodInfo method) =>
        $"Loss.{method.Name} must pass its parameters, in their order, to Made, as "
        + "`new(…) { Name = Made($\"{delta}\") }`, and have a line of their types in LossNames, as "
        + $"`.Add<double>({method.Name}<T>, () => {method.Name}<T>(), how many are required)`";
}
