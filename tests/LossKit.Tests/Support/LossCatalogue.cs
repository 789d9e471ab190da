using System.Numerics;

namespace LossKit.Tests.Support;

/// <summary>The targets that a loss is defined for.</summary>
public enum TargetKind
{
    Value,
    Probability,
    Sign,
}

/// <summary>A loss with particular parameters, in both precisions.</summary>
public abstract record LossInstance(string Name, Type Formula, TargetKind Targets)
{
    public abstract PointwiseLoss<T> Loss<T>() where T : unmanaged, IFloatingPointIeee754<T>;

    public override string ToString() => Name;
}

/// <summary>
/// Every public loss, with several values of its parameters: every property of <see cref="LossProperties{T}"/> runs
/// over all of them, and a test fails if a public formula is missing here.
/// </summary>
internal static class LossCatalogue
{
    private static readonly Dictionary<string, LossInstance> s_instances = new List<LossInstance>
    {
        Of("squared error", default(SquaredError)),
        Of("absolute error", default(AbsoluteError)),
        Of("Huber 1", new Huber(1)),
        Of("Huber 0.01", new Huber(0.01)),
        Of("Huber 1e6", new Huber(1e6)),
        Of("binary cross-entropy", new BinaryCrossEntropyLogits(), TargetKind.Probability),
        Of("binary cross-entropy, weight 7.5", new BinaryCrossEntropyLogits(7.5), TargetKind.Probability),
        Of("binary cross-entropy, weight 0", new BinaryCrossEntropyLogits(0), TargetKind.Probability),
        Of("binary cross-entropy, smoothing 0.1", new BinaryCrossEntropyLogits(1, 0.1), TargetKind.Probability),
        Of("binary cross-entropy, both", new BinaryCrossEntropyLogits(3, 1), TargetKind.Probability),
        Of("focal 2", new BinaryFocalLogits(), TargetKind.Probability),
        Of("focal 0", new BinaryFocalLogits(0), TargetKind.Probability),
        Of("focal 0.5, share 0.25", new BinaryFocalLogits(0.5, 0.25), TargetKind.Probability),
        Of("focal 5, share 1", new BinaryFocalLogits(5, 1), TargetKind.Probability),
        Of("quality focal 2", new QualityFocal(), TargetKind.Probability),
        Of("quality focal 0", new QualityFocal(0), TargetKind.Probability),
        Of("quality focal 1.5", new QualityFocal(1.5), TargetKind.Probability),
        Of("varifocal", new Varifocal(), TargetKind.Probability),
        Of("varifocal 0.5, 1.5", new Varifocal(0.5, 1.5), TargetKind.Probability),
        Of("varifocal 2, 0", new Varifocal(2, 0), TargetKind.Probability),
        Of("divergence k1", new KlEstimator(KlEstimate.K1)),
        Of("divergence k2", new KlEstimator(KlEstimate.K2)),
        Of("divergence k3", new KlEstimator(KlEstimate.K3)),
        Of("asymmetric multilabel", new AsymmetricMultilabel(), TargetKind.Probability),
        Of("asymmetric multilabel 0, 1, 0.2", new AsymmetricMultilabel(0, 1, 0.2), TargetKind.Probability),
        Of("asymmetric multilabel 2, 2, 0", new AsymmetricMultilabel(2, 2, 0), TargetKind.Probability),
        Of("asymmetric multilabel 0, 0, 0", new AsymmetricMultilabel(0, 0, 0), TargetKind.Probability),
        Of("hinge", new Margin<Hinge>(default), TargetKind.Sign),
        Of("smooth L1 1", new SmoothL1(1)),
        Of("smooth L1 0", new SmoothL1(0)),
        Of("smooth L1 0.1", new SmoothL1(0.1)),
        Of("log cosh", new LogCosh()),
        Of("log cosh 0.2", new LogCosh(0.2)),
        Of("log cosh 5", new LogCosh(5)),
        Of("quantile 0.5", new Quantile(0.5)),
        Of("quantile 0.9", new Quantile(0.9)),
        Of("epsilon-insensitive 0.3", new EpsilonInsensitive(0.3)),
        Of("epsilon-insensitive 0", new EpsilonInsensitive(0)),
        Of("squared epsilon-insensitive 0.3", new SquaredEpsilonInsensitive(0.3)),
        Of("squared epsilon-insensitive 0", new SquaredEpsilonInsensitive(0)),
        Of("squared log error", new SquaredLogError(1e-7)),
        Of("percentage error", new AbsolutePercentageError(0.01)),
        Of("symmetric percentage error", new SymmetricPercentageError(0.01)),
        Of("pseudo-Huber 1", new PseudoHuber(1)),
        Of("pseudo-Huber 0.2", new PseudoHuber(0.2)),
        Of("Charbonnier", new Charbonnier()),
        Of("Charbonnier 0.5", new Charbonnier(0.5)),
        Of("Fair", new Fair(1.3998)),
        Of("Fair 0.1", new Fair(0.1)),
        Of("LINEX 1", new Linex(1)),
        Of("LINEX -0.5, scale 2", new Linex(-0.5, 2)),
        Of("Lp 3", new LpDistance(3)),
        Of("Lp 1", new LpDistance(1)),
        Of("Lp 2", new LpDistance(2)),
        Of("logistic distance", default(LogisticDistance)),
        Of("periodic 5", new Periodic(5)),
        Of("Cauchy 1", new Cauchy(1)),
        Of("Cauchy 0.2", new Cauchy(0.2)),
        Of("Geman-McClure 1", new GemanMcClure(1)),
        Of("Geman-McClure 3", new GemanMcClure(3)),
        Of("Tukey", new TukeyBiweight(4.6851)),
        Of("Tukey 1", new TukeyBiweight(1)),
        Of("general robust 1", new GeneralRobust(1)),
        Of("general robust 2", new GeneralRobust(2)),
        Of("general robust 0", new GeneralRobust(0)),
        Of("general robust -2", new GeneralRobust(-2)),
        Of("general robust -infinity", new GeneralRobust(double.NegativeInfinity, 2)),
        Of("general robust 1.999", new GeneralRobust(1.999, 0.5)),
        Of("general robust 3", new GeneralRobust(3)),
        Of("Welsch 1", new Welsch(1)),
        Of("Welsch", new Welsch(2.985)),
        Of("arctan 1", new Arctan(1)),
        Of("arctan 0.2", new Arctan(0.2)),
        Of("Andrew", new AndrewWave(1.339)),
        Of("Andrew 0.5", new AndrewWave(0.5)),
        Of("Hampel", new Hampel(1.75, 3.5, 7)),
        Of("Hampel 0.5, 0.5, 1", new Hampel(0.5, 0.5, 1)),
        Of("Ramsay", new Ramsay(0.3)),
        Of("Ramsay 3", new Ramsay(3)),
        Of("trimmed 2", new TrimmedSquaredError(2)),
        Of("trimmed 0.5", new TrimmedSquaredError(0.5)),
        Of("wing 2.5, 0.5", new Wing(2.5, 0.5)),
        Of("wing 1, 4", new Wing(1, 4)),
        Of("log-linear quantile 0.9", new LogLinearQuantile(0.9)),
        Of("Poisson", default(Poisson)),
        Of("Poisson of the mean", new PoissonMean()),
        Of("Poisson of the mean 0", new PoissonMean(0)),
        Of("Poisson, full", new Poisson(true)),
        Of("gamma", default(Gamma)),
        Of("Tweedie 1.5", new Tweedie(1.5)),
        Of("Tweedie 0", new Tweedie(0)),
        Of("Tweedie 1", new Tweedie(1)),
        Of("Tweedie 2", new Tweedie(2)),
        Of("Tweedie 3", new Tweedie(3)),
        Of("Tweedie 0.5", new Tweedie(0.5)),
        Of("Tweedie -1", new Tweedie(-1)),
        Of("Tweedie identity 1.5", new TweedieIdentity(1.5)),
        Of("Tweedie identity 0", new TweedieIdentity(0)),
        Of("Tweedie identity 1", new TweedieIdentity(1)),
        Of("Tweedie identity 2", new TweedieIdentity(2)),
        Of("Tweedie identity 0, full", new TweedieIdentity(0, true)),
        Of("Tweedie identity 1, full", new TweedieIdentity(1, true)),
        Of("Tweedie identity 1.5, full", new TweedieIdentity(1.5, true)),
        Of("Tweedie identity 2, full", new TweedieIdentity(2, true)),
        Of("generalised KL", default(GeneralizedKl)),
        Of("asymmetric generalised KL", new Asymmetric<GeneralizedKl>(default, 3, 0.5)),
        Of("Laplace", new LaplaceNegativeLogLikelihood(2)),
        Of("Student t", new StudentTNegativeLogLikelihood(3, 1.5)),
        Of("Gaussian", new GaussianNegativeLogLikelihood(0.5)),
        Of("asymmetric squared error", new Asymmetric<SquaredError>(default, 1, 10)),
        Of("asymmetric Huber", new Asymmetric<Huber>(new(0.5), 3, 0)),
        Of("asymmetric Poisson", new Asymmetric<Poisson>(default, 10, 1)),
        Of("asymmetric full Poisson", new Asymmetric<Poisson>(new(true), 0.5, 2)),
        Of("asymmetric gamma", new Asymmetric<Gamma>(default, 1, 3)),
        Of("asymmetric Tweedie 1.5", new Asymmetric<Tweedie>(new(1.5), 4, 1)),
        Of("asymmetric Tweedie identity 1.5", new Asymmetric<TweedieIdentity>(new(1.5), 2, 1)),
        Of("asymmetric Gaussian", new Asymmetric<GaussianNegativeLogLikelihood>(new(2), 2, 0.5)),
        Of("asymmetric Laplace", new Asymmetric<LaplaceNegativeLogLikelihood>(new(0.2), 1, 3)),
        Of("asymmetric Student t", new Asymmetric<StudentTNegativeLogLikelihood>(new(3), 2, 1)),
        Of(
            "asymmetric cross-entropy",
            new Asymmetric<BinaryCrossEntropyLogits>(new(), 2, 5),
            TargetKind.Probability),
        Of(
            "asymmetric cross-entropy of probabilities",
            new Asymmetric<BinaryCrossEntropy>(default, 0.5, 2),
            TargetKind.Probability),
        Of("asymmetric focal", new Asymmetric<BinaryFocalLogits>(new(2), 2, 1), TargetKind.Probability),
        Of("asymmetric squared error of logs", new Asymmetric<LogTarget<SquaredError>>(new(default), 3, 1)),
        Of("scaled asymmetric Poisson", new Scaled<Asymmetric<Poisson>>(new(default, 1, 4), 2)),
        Of("scaled asymmetric general robust", new Scaled<Asymmetric<GeneralRobust>>(new(new(1.5), 1, 4), 2)),
        Of("scaled absolute error", new Scaled<AbsoluteError>(default, 0.25)),
        Of("sum", new Sum<Huber, SquaredError>(new(2), default)),
        Of("sum of sums", SumOfSums, TargetKind.Probability),
        Of("cross-entropy of probabilities", default(BinaryCrossEntropy), TargetKind.Probability),
        Of("squared hinge", new Margin<SquaredHinge>(default), TargetKind.Sign),
        Of("smoothed hinge 1", new Margin<SmoothedHinge>(new(1)), TargetKind.Sign),
        Of("smoothed hinge 0.1", new Margin<SmoothedHinge>(new(0.1)), TargetKind.Sign),
        Of("smoothed hinge 1e6", new Margin<SmoothedHinge>(new(1e6)), TargetKind.Sign),
        Of("modified Huber", new Margin<ModifiedHuber>(default), TargetKind.Sign),
        Of("logistic", new Margin<Logistic>(default), TargetKind.Sign),
        Of("exponential", new Margin<Exponential>(default), TargetKind.Sign),
        Of("perceptron", new Margin<Perceptron>(default), TargetKind.Sign),
        Of("sigmoid margin", new Margin<SigmoidMargin>(default), TargetKind.Sign),
        Of("expected cost", new ExpectedCost(1, 7.5, 0.25, 0), TargetKind.Probability),
        Of("hinge embedding 0.75", new HingeEmbedding(0.75), TargetKind.Sign),
        Of("savage", new Margin<Savage>(default), TargetKind.Sign),
        Of("tangent", new Margin<Tangent>(default), TargetKind.Sign),
        Of("DWD 1", new Margin<Dwd>(new(1)), TargetKind.Sign),
        Of("DWD 0.2", new Margin<Dwd>(new(0.2)), TargetKind.Sign),
        Of("DWD 100", new Margin<Dwd>(new(100)), TargetKind.Sign),
        Of("least-squares margin", new Margin<LeastSquaresMargin>(default), TargetKind.Sign),
        Of("Wasserstein", new Margin<Wasserstein>(default), TargetKind.Sign),
        Of("margin hinge 0.3", new Margin<MarginHinge>(new(0.3)), TargetKind.Sign),
        Of("soft margin 0.3", new Margin<SoftMargin>(new(0.3)), TargetKind.Sign),
        Of("multiclass hinge 2, squared", new Margin<MulticlassHinge>(new(2, 2)), TargetKind.Sign),
        Of("class-weighted hinge", new ClassWeighted<Margin<Hinge>>(new(default), 3, 0.5), TargetKind.Sign),
        Of("one-class logistic", new ClassWeighted<Margin<Logistic>>(new(default), 0, 2), TargetKind.Sign),
        Of("class-weighted focal", new ClassWeighted<BinaryFocalLogits>(new(2), 0.25, 4), TargetKind.Probability),
        Of("floored absolute error", new HessianFloor<AbsoluteError>(default, 1)),
        Of("floored Cauchy", new HessianFloor<Cauchy>(new(1), 1e-6)),
        Of("squared error of logs", new LogTarget<SquaredError>(default)),
        Of("quantile of logs", new LogTarget<Quantile>(new(0.9))),
        Of("Huber in units", new InUnits<Huber>(new(1.345), 2.5)),
        Of("quantile in units", new InUnits<Quantile>(new(0.3), 0.1)),
        Of("ramp", new Clipped<Margin<Hinge>>(new(default), 2), TargetKind.Sign),
        Of("clipped squared error", new Clipped<SquaredError>(default, 4)),
        Of("clipped cross-entropy", new Clipped<BinaryCrossEntropyLogits>(new(2), 1.5), TargetKind.Probability),
        Of("smoothed-label focal", new LabelSmoothed<BinaryFocalLogits>(new(2), 0.1), TargetKind.Probability),
        Of("smoothed-label hinge", new LabelSmoothed<Margin<Hinge>>(new(default), 0.2), TargetKind.Sign),
        Of("hinge of 0 and 1", new ZeroOneTargets<Margin<Hinge>>(new(default)), TargetKind.Probability),
        Of("exponential of 0 and 1", new ZeroOneTargets<Margin<Exponential>>(new(default)), TargetKind.Probability),
        Of("savage of 0 and 1", new ZeroOneTargets<Margin<Savage>>(new(default)), TargetKind.Probability),
        Of(
            "class-weighted hinge of 0 and 1",
            new ClassWeighted<ZeroOneTargets<Margin<SquaredHinge>>>(new(new(default)), 3, 0.5),
            TargetKind.Probability),
        Of("smoothed-label logistic 1", new LabelSmoothed<Margin<Logistic>>(new(default), 1), TargetKind.Sign),
        Of("smoothed-label logistic 0", new LabelSmoothed<Margin<Logistic>>(new(default), 0), TargetKind.Sign),
    }.ToDictionary(instance => instance.Name);

    public static IEnumerable<LossInstance> All => s_instances.Values;

    public static TheoryData<string> Names => new(s_instances.Keys);

    /// <summary>
    /// What stands for all where it is the engine that is tested: formulas that see to NaN and that do not, of one and
    /// of two derivatives by hand, of each kind of target and domain, and each kernel but theirs.
    /// </summary>
    public static TheoryData<string> Representatives => new(
        "squared error",
        "Huber 1",
        "general robust 1.999",
        "binary cross-entropy, weight 7.5",
        "hinge",
        "Poisson, full",
        "Tweedie identity 1.5",
        "floored Cauchy",
        "scaled absolute error",
        "scaled asymmetric Poisson",
        "asymmetric cross-entropy of probabilities",
        "sum of sums");

    private static Sum<Sum<Asymmetric<Huber>, BinaryCrossEntropyLogits>, Scaled<BinaryFocalLogits>> SumOfSums =>
        new(new(new(new(1), 1, 10), new(2)), new(new(2), 0.5));

    public static LossInstance Get(string name) => s_instances[name];

    private static Instance<TFormula> Of<TFormula>(
        string name, TFormula formula, TargetKind targets = TargetKind.Value)
        where TFormula : struct, IPointwiseFormula => new(name, formula, targets);

    private sealed record Instance<TFormula>(string Name, TFormula Value, TargetKind Targets)
        : LossInstance(Name, typeof(TFormula), Targets)
        where TFormula : struct, IPointwiseFormula
    {
        public override PointwiseLoss<T> Loss<T>() => LossKit.Loss.FromFormula<T, TFormula>(Value);

        public override string ToString() => Name;
    }
}
