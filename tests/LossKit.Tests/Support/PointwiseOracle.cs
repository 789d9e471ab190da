using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace LossKit.Tests.Support;

/// <summary>A loss, made in some public way, with what it should give.</summary>
/// <param name="Name">Names it in test results.</param>
/// <param name="Targets">The targets that it is defined for.</param>
/// <param name="Reference">What it should give.</param>
/// <param name="Single">The loss in float.</param>
/// <param name="Double">The loss in double.</param>
internal sealed record KnownLoss(
    string Name,
    TargetKind Targets,
    PointwiseReference Reference,
    Func<PointwiseLoss<float>> Single,
    Func<PointwiseLoss<double>> Double)
{
    public PointwiseLoss<T> Loss<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
        (PointwiseLoss<T>)(object)(typeof(T) == typeof(float) ? Single() : Double());

    public override string ToString() => Name;
}

/// <summary>A factory of <see cref="Loss"/> called with the arguments given, and defaults for the others.</summary>
internal sealed record FactoryCall(string Factory, object[] Arguments, PointwiseReference Reference);

/// <summary>A modifier of <see cref="PointwiseLoss{T, TFormula}"/> applied to a loss.</summary>
internal sealed record ModifierCall(string Modifier, KnownLoss Loss);

/// <summary>
/// What every pointwise loss should give: by its definition, for each instance of <see cref="LossCatalogue"/>, each
/// factory of <see cref="Loss"/> and each modifier. <see cref="PointwiseOracleTests"/> fails for one that is missing.
/// </summary>
internal static class PointwiseOracle
{
    /// <summary>The factories of pointwise losses with one type argument: those of no formula of one's own.</summary>
    public static IReadOnlyList<MethodInfo> Factories { get; } =
    [
        .. typeof(Loss).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => method.GetGenericArguments().Length == 1 && MakesPointwiseLoss(method)),
    ];

    /// <summary>The methods of a pointwise loss that make another of it.</summary>
    public static IReadOnlyList<MethodInfo> Modifiers { get; } =
        [.. typeof(PointwiseLoss<,>).GetMethods().Where(MakesPointwiseLoss)];

    /// <summary>The definitions of the catalogue's losses, by their names there.</summary>
    private static readonly Dictionary<string, PointwiseReference> s_ofCatalogue = new()
    {
        ["squared error"] = PointwiseReferences.SquaredError,
        ["absolute error"] = PointwiseReferences.AbsoluteError,
        ["Huber 1"] = PointwiseReferences.Huber(1),
        ["Huber 0.01"] = PointwiseReferences.Huber(0.01),
        ["Huber 1e6"] = PointwiseReferences.Huber(1e6),
        ["binary cross-entropy"] = PointwiseReferences.BinaryCrossEntropyLogits(1, 0),
        ["binary cross-entropy, weight 7.5"] = PointwiseReferences.BinaryCrossEntropyLogits(7.5, 0),
        ["binary cross-entropy, weight 0"] = PointwiseReferences.BinaryCrossEntropyLogits(0, 0),
        ["binary cross-entropy, smoothing 0.1"] = PointwiseReferences.BinaryCrossEntropyLogits(1, 0.1),
        ["binary cross-entropy, both"] = PointwiseReferences.BinaryCrossEntropyLogits(3, 1),
        ["focal 2"] = PointwiseReferences.BinaryFocalLogits(2, null),
        ["focal 0"] = PointwiseReferences.BinaryFocalLogits(0, null),
        ["focal 0.5, share 0.25"] = PointwiseReferences.BinaryFocalLogits(0.5, 0.25),
        ["focal 5, share 1"] = PointwiseReferences.BinaryFocalLogits(5, 1),
        ["quality focal 2"] = PointwiseReferences.QualityFocal(2),
        ["quality focal 0"] = PointwiseReferences.QualityFocal(0),
        ["quality focal 1.5"] = PointwiseReferences.QualityFocal(1.5),
        ["varifocal"] = PointwiseReferences.Varifocal(0.75, 2),
        ["varifocal 0.5, 1.5"] = PointwiseReferences.Varifocal(0.5, 1.5),
        ["varifocal 2, 0"] = PointwiseReferences.Varifocal(2, 0),
        ["divergence k1"] = PointwiseReferences.KlEstimator(KlEstimate.K1),
        ["divergence k2"] = PointwiseReferences.KlEstimator(KlEstimate.K2),
        ["divergence k3"] = PointwiseReferences.KlEstimator(KlEstimate.K3),
        ["asymmetric multilabel"] = PointwiseReferences.AsymmetricMultilabel(1, 4, 0.05),
        ["asymmetric multilabel 0, 1, 0.2"] = PointwiseReferences.AsymmetricMultilabel(0, 1, 0.2),
        ["asymmetric multilabel 2, 2, 0"] = PointwiseReferences.AsymmetricMultilabel(2, 2, 0),
        ["asymmetric multilabel 0, 0, 0"] = PointwiseReferences.AsymmetricMultilabel(0, 0, 0),
        ["hinge"] = PointwiseReferences.Hinge(),
        ["smooth L1 1"] = PointwiseReferences.SmoothL1(1),
        ["smooth L1 0"] = PointwiseReferences.SmoothL1(0),
        ["smooth L1 0.1"] = PointwiseReferences.SmoothL1(0.1),
        ["log cosh"] = PointwiseReferences.LogCosh(),
        ["log cosh 0.2"] = PointwiseReferences.LogCosh(0.2),
        ["log cosh 5"] = PointwiseReferences.LogCosh(5),
        ["quantile 0.5"] = PointwiseReferences.Quantile(0.5),
        ["quantile 0.9"] = PointwiseReferences.Quantile(0.9),
        ["epsilon-insensitive 0.3"] = PointwiseReferences.EpsilonInsensitive(0.3),
        ["epsilon-insensitive 0"] = PointwiseReferences.EpsilonInsensitive(0),
        ["squared epsilon-insensitive 0.3"] = PointwiseReferences.SquaredEpsilonInsensitive(0.3),
        ["squared epsilon-insensitive 0"] = PointwiseReferences.SquaredEpsilonInsensitive(0),
        ["squared log error"] = PointwiseReferences.SquaredLogError(1e-7),
        ["percentage error"] = PointwiseReferences.AbsolutePercentageError(0.01),
        ["symmetric percentage error"] = PointwiseReferences.SymmetricPercentageError(0.01),
        ["pseudo-Huber 1"] = PointwiseReferences.PseudoHuber(1),
        ["pseudo-Huber 0.2"] = PointwiseReferences.PseudoHuber(0.2),
        ["Charbonnier"] = PointwiseReferences.Charbonnier(0.001),
        ["Charbonnier 0.5"] = PointwiseReferences.Charbonnier(0.5),
        ["Fair"] = PointwiseReferences.Fair(1.3998),
        ["Fair 0.1"] = PointwiseReferences.Fair(0.1),
        ["LINEX 1"] = PointwiseReferences.Linex(1, 1),
        ["LINEX -0.5, scale 2"] = PointwiseReferences.Linex(-0.5, 2),
        ["Lp 3"] = PointwiseReferences.LpDistance(3),
        ["Lp 1"] = PointwiseReferences.LpDistance(1),
        ["Lp 2"] = PointwiseReferences.LpDistance(2),
        ["logistic distance"] = PointwiseReferences.LogisticDistance,
        ["periodic 5"] = PointwiseReferences.Periodic(5),
        ["Cauchy 1"] = PointwiseReferences.Cauchy(1),
        ["Cauchy 0.2"] = PointwiseReferences.Cauchy(0.2),
        ["Geman-McClure 1"] = PointwiseReferences.GemanMcClure(1),
        ["Geman-McClure 3"] = PointwiseReferences.GemanMcClure(3),
        ["Tukey"] = PointwiseReferences.TukeyBiweight(4.6851),
        ["Tukey 1"] = PointwiseReferences.TukeyBiweight(1),
        ["general robust 1"] = PointwiseReferences.GeneralRobust(1, 1),
        ["general robust 2"] = PointwiseReferences.GeneralRobust(2, 1),
        ["general robust 0"] = PointwiseReferences.GeneralRobust(0, 1),
        ["general robust -2"] = PointwiseReferences.GeneralRobust(-2, 1),
        ["general robust -infinity"] = PointwiseReferences.GeneralRobust(double.NegativeInfinity, 2),
        ["general robust 1.999"] = PointwiseReferences.GeneralRobust(1.999, 0.5),
        ["general robust 3"] = PointwiseReferences.GeneralRobust(3, 1),
        ["Welsch 1"] = PointwiseReferences.Welsch(1),
        ["Welsch"] = PointwiseReferences.Welsch(2.985),
        ["arctan 1"] = PointwiseReferences.Arctan(1),
        ["arctan 0.2"] = PointwiseReferences.Arctan(0.2),
        ["Andrew"] = PointwiseReferences.AndrewWave(1.339),
        ["Andrew 0.5"] = PointwiseReferences.AndrewWave(0.5),
        ["Hampel"] = PointwiseReferences.Hampel(1.75, 3.5, 7),
        ["Hampel 0.5, 0.5, 1"] = PointwiseReferences.Hampel(0.5, 0.5, 1),
        ["Ramsay"] = PointwiseReferences.Ramsay(0.3),
        ["Ramsay 3"] = PointwiseReferences.Ramsay(3),
        ["trimmed 2"] = PointwiseReferences.TrimmedSquaredError(2),
        ["trimmed 0.5"] = PointwiseReferences.TrimmedSquaredError(0.5),
        ["wing 2.5, 0.5"] = PointwiseReferences.Wing(2.5, 0.5),
        ["wing 1, 4"] = PointwiseReferences.Wing(1, 4),
        ["log-linear quantile 0.9"] = PointwiseReferences.LogLinearQuantile(0.9),
        ["Poisson"] = PointwiseReferences.Poisson(),
        ["Poisson of the mean"] = PointwiseReferences.PoissonMean(1e-7),
        ["Poisson of the mean 0"] = PointwiseReferences.PoissonMean(0),
        ["Poisson, full"] = PointwiseReferences.Poisson(true),
        ["gamma"] = PointwiseReferences.Gamma,
        ["Tweedie 1.5"] = PointwiseReferences.Tweedie(1.5),
        ["Tweedie 0"] = PointwiseReferences.Tweedie(0),
        ["Tweedie 1"] = PointwiseReferences.Tweedie(1),
        ["Tweedie 2"] = PointwiseReferences.Tweedie(2),
        ["Tweedie 3"] = PointwiseReferences.Tweedie(3),
        ["Tweedie 0.5"] = PointwiseReferences.Tweedie(0.5),
        ["Tweedie -1"] = PointwiseReferences.Tweedie(-1),
        ["Tweedie identity 1.5"] = PointwiseReferences.TweedieIdentity(1.5),
        ["Tweedie identity 0"] = PointwiseReferences.TweedieIdentity(0),
        ["Tweedie identity 1"] = PointwiseReferences.TweedieIdentity(1),
        ["Tweedie identity 2"] = PointwiseReferences.TweedieIdentity(2),
        ["Tweedie identity 0, full"] = PointwiseReferences.TweedieIdentity(0, true),
        ["Tweedie identity 1, full"] = PointwiseReferences.TweedieIdentity(1, true),
        ["Tweedie identity 1.5, full"] = PointwiseReferences.TweedieIdentity(1.5, true),
        ["Tweedie identity 2, full"] = PointwiseReferences.TweedieIdentity(2, true),
        ["generalised KL"] = PointwiseReferences.GeneralizedKl,
        ["asymmetric generalised KL"] = PointwiseReferences.Asymmetric(PointwiseReferences.GeneralizedKl, 3, 0.5),
        ["Laplace"] = PointwiseReferences.LaplaceNegativeLogLikelihood(2),
        ["Student t"] = PointwiseReferences.StudentTNegativeLogLikelihood(3, 1.5),
        ["Gaussian"] = PointwiseReferences.GaussianNegativeLogLikelihood(0.5),
        ["asymmetric squared error"] = PointwiseReferences.Asymmetric(PointwiseReferences.SquaredError, 1, 10),
        ["asymmetric Huber"] = PointwiseReferences.Asymmetric(PointwiseReferences.Huber(0.5), 3, 0),
        ["asymmetric Poisson"] = PointwiseReferences.AsymmetricExcess(PointwiseReferences.Poisson(), 10, 1, Math.Log),
        ["asymmetric full Poisson"] = PointwiseReferences.AsymmetricExcess(
            PointwiseReferences.Poisson(true), 0.5, 2, Math.Log),
        ["asymmetric gamma"] = PointwiseReferences.AsymmetricExcess(PointwiseReferences.Gamma, 1, 3, Math.Log),
        ["asymmetric Tweedie 1.5"] = PointwiseReferences.AsymmetricExcess(
            PointwiseReferences.Tweedie(1.5), 4, 1, Math.Log),
        ["asymmetric Tweedie identity 1.5"] = PointwiseReferences.AsymmetricExcess(
            PointwiseReferences.TweedieIdentity(1.5), 2, 1),
        ["asymmetric Gaussian"] = PointwiseReferences.AsymmetricExcess(
            PointwiseReferences.GaussianNegativeLogLikelihood(2), 2, 0.5),
        ["asymmetric Laplace"] = PointwiseReferences.AsymmetricExcess(
            PointwiseReferences.LaplaceNegativeLogLikelihood(0.2), 1, 3),
        ["asymmetric Student t"] = PointwiseReferences.AsymmetricExcess(
            PointwiseReferences.StudentTNegativeLogLikelihood(3, 1), 2, 1),
        ["asymmetric cross-entropy"] = PointwiseReferences.AsymmetricExcess(
            PointwiseReferences.BinaryCrossEntropyLogits(1, 0), 2, 5, t => Math.Log(t / (1 - t))),
        ["asymmetric cross-entropy of probabilities"] = PointwiseReferences.AsymmetricExcess(
            PointwiseReferences.BinaryCrossEntropy, 0.5, 2),
        ["asymmetric focal"] = PointwiseReferences.AsymmetricExcess(
            PointwiseReferences.BinaryFocalLogits(2, null), 2, 1, t => Math.Log(t / (1 - t))),
        ["asymmetric squared error of logs"] = PointwiseReferences.Asymmetric(
            PointwiseReferences.LogTarget(PointwiseReferences.SquaredError), 3, 1, Math.Log),
        ["scaled asymmetric Poisson"] = PointwiseReferences.Scaled(
            PointwiseReferences.AsymmetricExcess(PointwiseReferences.Poisson(), 1, 4, Math.Log), 2),
        ["scaled asymmetric general robust"] = PointwiseReferences.Scaled(
            PointwiseReferences.Asymmetric(PointwiseReferences.GeneralRobust(1.5, 1), 1, 4), 2),
        ["scaled absolute error"] = PointwiseReferences.Scaled(PointwiseReferences.AbsoluteError, 0.25),
        ["sum"] = PointwiseReferences.Sum(PointwiseReferences.Huber(2), PointwiseReferences.SquaredError),
        ["sum of sums"] = PointwiseReferences.Sum(
            PointwiseReferences.Asymmetric(PointwiseReferences.Huber(1), 1, 10),
            PointwiseReferences.BinaryCrossEntropyLogits(2, 0),
            PointwiseReferences.Scaled(PointwiseReferences.BinaryFocalLogits(2, null), 0.5)),
        ["cross-entropy of probabilities"] = PointwiseReferences.BinaryCrossEntropy,
        ["squared hinge"] = PointwiseReferences.SquaredHinge(),
        ["smoothed hinge 1"] = PointwiseReferences.SmoothedHinge(1),
        ["smoothed hinge 0.1"] = PointwiseReferences.SmoothedHinge(0.1),
        ["smoothed hinge 1e6"] = PointwiseReferences.SmoothedHinge(1e6),
        ["modified Huber"] = PointwiseReferences.ModifiedHuber,
        ["logistic"] = PointwiseReferences.Logistic,
        ["exponential"] = PointwiseReferences.Exponential,
        ["perceptron"] = PointwiseReferences.Perceptron,
        ["sigmoid margin"] = PointwiseReferences.SigmoidMargin,
        ["expected cost"] = PointwiseReferences.ExpectedCost(1, 7.5, 0.25, 0),
        ["hinge embedding 0.75"] = PointwiseReferences.HingeEmbedding(0.75),
        ["savage"] = PointwiseReferences.Savage,
        ["tangent"] = PointwiseReferences.Tangent,
        ["DWD 1"] = PointwiseReferences.Dwd(1),
        ["DWD 0.2"] = PointwiseReferences.Dwd(0.2),
        ["DWD 100"] = PointwiseReferences.Dwd(100),
        ["least-squares margin"] = PointwiseReferences.LeastSquaresMargin,
        ["Wasserstein"] = PointwiseReferences.Wasserstein,
        ["margin hinge 0.3"] = PointwiseReferences.Hinge(0.3),
        ["soft margin 0.3"] = PointwiseReferences.SoftMargin(0.3),
        ["multiclass hinge 2, squared"] = PointwiseReferences.SquaredHinge(2),
        ["class-weighted hinge"] = PointwiseReferences.WeightedSign(PointwiseReferences.Hinge(), 3, 0.5),
        ["one-class logistic"] = PointwiseReferences.WeightedSign(PointwiseReferences.Logistic, 0, 2),
        ["class-weighted focal"] = PointwiseReferences.WeightedProbability(
            PointwiseReferences.BinaryFocalLogits(2, null), 0.25, 4),
        ["floored absolute error"] = PointwiseReferences.HessianFloor(PointwiseReferences.AbsoluteError, 1),
        ["floored Cauchy"] = PointwiseReferences.HessianFloor(PointwiseReferences.Cauchy(1), 1e-6),
        ["squared error of logs"] = PointwiseReferences.LogTarget(PointwiseReferences.SquaredError),
        ["quantile of logs"] = PointwiseReferences.LogTarget(PointwiseReferences.Quantile(0.9)),
        ["Huber in units"] = PointwiseReferences.InUnits(PointwiseReferences.Huber(1.345), 2.5),
        ["quantile in units"] = PointwiseReferences.InUnits(PointwiseReferences.Quantile(0.3), 0.1),
        ["ramp"] = PointwiseReferences.Clipped(PointwiseReferences.Hinge(), 2),
        ["clipped squared error"] = PointwiseReferences.Clipped(PointwiseReferences.SquaredError, 4),
        ["clipped cross-entropy"] = PointwiseReferences.Clipped(
            PointwiseReferences.BinaryCrossEntropyLogits(2, 0), 1.5),
        ["smoothed-label focal"] = PointwiseReferences.SmoothedProbability(
            PointwiseReferences.BinaryFocalLogits(2, null), 0.1),
        ["smoothed-label hinge"] = PointwiseReferences.SmoothedSign(PointwiseReferences.Hinge(), 0.2),
        ["hinge of 0 and 1"] = PointwiseReferences.ZeroOneTargets(PointwiseReferences.Hinge()),
        ["exponential of 0 and 1"] = PointwiseReferences.ZeroOneTargets(PointwiseReferences.Exponential),
        ["savage of 0 and 1"] = PointwiseReferences.ZeroOneTargets(PointwiseReferences.Savage),
        ["class-weighted hinge of 0 and 1"] = PointwiseReferences.WeightedProbability(
            PointwiseReferences.ZeroOneTargets(PointwiseReferences.SquaredHinge()), 3, 0.5),
        ["smoothed-label logistic 1"] = PointwiseReferences.SmoothedSign(PointwiseReferences.Logistic, 1),
        ["smoothed-label logistic 0"] = PointwiseReferences.Logistic,
    };

    /// <summary>Every factory: with its defaults, and with every parameter at some other value.</summary>
    public static IReadOnlyList<FactoryCall> FactoryCalls { get; } =
    [
        new("SquaredError", [], PointwiseReferences.SquaredError),
        new("AbsoluteError", [], PointwiseReferences.AbsoluteError),
        new("Huber", [], PointwiseReferences.Huber(1)),
        new("Huber", [0.5], PointwiseReferences.Huber(0.5)),
        new("SmoothL1", [], PointwiseReferences.SmoothL1(1)),
        new("SmoothL1", [0.5], PointwiseReferences.SmoothL1(0.5)),
        new("LogCosh", [], PointwiseReferences.LogCosh()),
        new("LogCosh", [2.5], PointwiseReferences.LogCosh(2.5)),
        new("Quantile", [0.75], PointwiseReferences.Quantile(0.75)),
        new("LogLinearQuantile", [0.75], PointwiseReferences.LogLinearQuantile(0.75)),
        new("QuantileHuber", [0.75], PointwiseReferences.QuantileHuber(0.75, 1)),
        new("QuantileHuber", [0.25, 0.5], PointwiseReferences.QuantileHuber(0.25, 0.5)),
        new("EpsilonInsensitive", [], PointwiseReferences.EpsilonInsensitive(0.1)),
        new("EpsilonInsensitive", [0.5], PointwiseReferences.EpsilonInsensitive(0.5)),
        new("SquaredEpsilonInsensitive", [], PointwiseReferences.SquaredEpsilonInsensitive(0.1)),
        new("SquaredEpsilonInsensitive", [0.5], PointwiseReferences.SquaredEpsilonInsensitive(0.5)),
        new("SquaredLogError", [], PointwiseReferences.SquaredLogError(1e-7)),
        new("SquaredLogError", [0.5], PointwiseReferences.SquaredLogError(0.5)),
        new("AbsolutePercentageError", [], PointwiseReferences.AbsolutePercentageError(double.Pow(2, -52))),
        new("AbsolutePercentageError", [0.5], PointwiseReferences.AbsolutePercentageError(0.5)),
        new("SymmetricPercentageError", [], PointwiseReferences.SymmetricPercentageError(double.Pow(2, -52))),
        new("SymmetricPercentageError", [2.5], PointwiseReferences.SymmetricPercentageError(2.5)),
        new("PseudoHuber", [], PointwiseReferences.PseudoHuber(1)),
        new("PseudoHuber", [2.5], PointwiseReferences.PseudoHuber(2.5)),
        new("Charbonnier", [], PointwiseReferences.Charbonnier(0.001)),
        new("Charbonnier", [2.5], PointwiseReferences.Charbonnier(2.5)),
        new("Fair", [], PointwiseReferences.Fair(1.3998)),
        new("Fair", [0.5], PointwiseReferences.Fair(0.5)),
        new("Linex", [-0.75], PointwiseReferences.Linex(-0.75, 1)),
        new("Linex", [1.25, 3.0], PointwiseReferences.Linex(1.25, 3)),
        new("LpDistance", [0.75], PointwiseReferences.LpDistance(0.75)),
        new("LpDistance", [1.5], PointwiseReferences.LpDistance(1.5)),
        new("LpDistance", [2.5], PointwiseReferences.LpDistance(2.5)),
        new("LpDistance", [4.0], PointwiseReferences.LpDistance(4)),
        new("LpDistance", [5.0], PointwiseReferences.LpDistance(5)),
        new("LogisticDistance", [], PointwiseReferences.LogisticDistance),
        new("Periodic", [4.0], PointwiseReferences.Periodic(4)),
        new("Cauchy", [], PointwiseReferences.Cauchy(1)),
        new("Cauchy", [2.5], PointwiseReferences.Cauchy(2.5)),
        new("GemanMcClure", [], PointwiseReferences.GemanMcClure(1)),
        new("GemanMcClure", [2.5], PointwiseReferences.GemanMcClure(2.5)),
        new("TukeyBiweight", [], PointwiseReferences.TukeyBiweight(4.6851)),
        new("TukeyBiweight", [2.0], PointwiseReferences.TukeyBiweight(2)),
        new("GeneralRobust", [0.5], PointwiseReferences.GeneralRobust(0.5, 1)),
        new("GeneralRobust", [-1.0, 2.5], PointwiseReferences.GeneralRobust(-1, 2.5)),
        new("GeneralRobust", [2.0, 0.5], PointwiseReferences.GeneralRobust(2, 0.5)),
        new("GeneralRobust", [1.0, 2.0], PointwiseReferences.GeneralRobust(1, 2)),
        new("GeneralRobust", [-2.0, 2.0], PointwiseReferences.GeneralRobust(-2, 2)),
        new("GeneralRobust", [0.0, 2.0], PointwiseReferences.GeneralRobust(0, 2)),
        new("Welsch", [], PointwiseReferences.Welsch(2.985)),
        new("Welsch", [2.5], PointwiseReferences.Welsch(2.5)),
        new("Arctan", [], PointwiseReferences.Arctan(1)),
        new("Arctan", [2.5], PointwiseReferences.Arctan(2.5)),
        new("AndrewWave", [], PointwiseReferences.AndrewWave(1.339)),
        new("AndrewWave", [2.5], PointwiseReferences.AndrewWave(2.5)),
        new("Hampel", [], PointwiseReferences.Hampel(2, 4, 8)),
        new("Hampel", [1.0, 1.5, 2.5], PointwiseReferences.Hampel(1, 1.5, 2.5)),
        new("Ramsay", [], PointwiseReferences.Ramsay(0.3)),
        new("Ramsay", [1.25], PointwiseReferences.Ramsay(1.25)),
        new("TrimmedSquaredError", [], PointwiseReferences.TrimmedSquaredError(2)),
        new("TrimmedSquaredError", [3.0], PointwiseReferences.TrimmedSquaredError(3)),
        new("Wing", [], PointwiseReferences.Wing(10, 2)),
        new("Wing", [3.0, 0.5], PointwiseReferences.Wing(3, 0.5)),
        new("Poisson", [], PointwiseReferences.Poisson()),
        new("Poisson", [true], PointwiseReferences.Poisson(true)),
        new("PoissonMean", [], PointwiseReferences.PoissonMean(1e-7)),
        new("PoissonMean", [0.125], PointwiseReferences.PoissonMean(0.125)),
        new("Gamma", [], PointwiseReferences.Gamma),
        new("Tweedie", [], PointwiseReferences.Tweedie(1.5)),
        new("Tweedie", [1.25], PointwiseReferences.Tweedie(1.25)),
        new("Tweedie", [2.5], PointwiseReferences.Tweedie(2.5)),
        new("TweedieIdentity", [], PointwiseReferences.TweedieIdentity(1.5)),
        new("TweedieIdentity", [2.5], PointwiseReferences.TweedieIdentity(2.5)),
        new("TweedieIdentity", [-1.0], PointwiseReferences.TweedieIdentity(-1)),
        new("TweedieIdentity", [1.25, true], PointwiseReferences.TweedieIdentity(1.25, true)),
        new("TweedieIdentity", [3.0, true], PointwiseReferences.TweedieIdentity(3, true)),
        new("TweedieIdentity", [-1.0, true], PointwiseReferences.TweedieIdentity(-1, true)),
        new("GeneralizedKl", [], PointwiseReferences.GeneralizedKl),
        new("LaplaceNegativeLogLikelihood", [0.75], PointwiseReferences.LaplaceNegativeLogLikelihood(0.75)),
        new("StudentTNegativeLogLikelihood", [4.0], PointwiseReferences.StudentTNegativeLogLikelihood(4, 1)),
        new("StudentTNegativeLogLikelihood", [1.0, 0.5], PointwiseReferences.StudentTNegativeLogLikelihood(1, 0.5)),
        new("StudentTNegativeLogLikelihood", [35.0, 2.0], PointwiseReferences.StudentTNegativeLogLikelihood(35, 2)),
        new("GaussianNegativeLogLikelihood", [2.5], PointwiseReferences.GaussianNegativeLogLikelihood(2.5)),
        new("Expectile", [0.75], PointwiseReferences.Expectile(0.75)),
        new("BinaryCrossEntropyLogits", [], PointwiseReferences.BinaryCrossEntropyLogits(1, 0)),
        new("BinaryCrossEntropyLogits", [2.5, 0.25], PointwiseReferences.BinaryCrossEntropyLogits(2.5, 0.25)),
        new("BinaryFocalLogits", [], PointwiseReferences.BinaryFocalLogits(2, null)),
        new("BinaryFocalLogits", [1.5, 0.75], PointwiseReferences.BinaryFocalLogits(1.5, 0.75)),
        new("QualityFocal", [], PointwiseReferences.QualityFocal(2)),
        new("QualityFocal", [2.5], PointwiseReferences.QualityFocal(2.5)),
        new("Varifocal", [], PointwiseReferences.Varifocal(0.75, 2)),
        new("Varifocal", [0.5, 1.5], PointwiseReferences.Varifocal(0.5, 1.5)),
        new("KlEstimator", [], PointwiseReferences.KlEstimator(KlEstimate.K3)),
        new("KlEstimator", [KlEstimate.K1], PointwiseReferences.KlEstimator(KlEstimate.K1)),
        new("AsymmetricMultilabel", [], PointwiseReferences.AsymmetricMultilabel(1, 4, 0.05)),
        new("AsymmetricMultilabel", [2.0, 3.0, 0.125, true], PointwiseReferences.AsymmetricMultilabel(2, 3, 0.125, true)),
        new("Hinge", [], PointwiseReferences.Hinge()),
        new("BinaryCrossEntropy", [], PointwiseReferences.BinaryCrossEntropy),
        new("SquaredHinge", [], PointwiseReferences.SquaredHinge()),
        new("SmoothedHinge", [], PointwiseReferences.SmoothedHinge(1)),
        new("SmoothedHinge", [0.5], PointwiseReferences.SmoothedHinge(0.5)),
        new("ModifiedHuber", [], PointwiseReferences.ModifiedHuber),
        new("Logistic", [], PointwiseReferences.Logistic),
        new("Exponential", [], PointwiseReferences.Exponential),
        new("Perceptron", [], PointwiseReferences.Perceptron),
        new("SigmoidMargin", [], PointwiseReferences.SigmoidMargin),
        new("ExpectedCost", [1.0, 10.0], PointwiseReferences.ExpectedCost(1, 10, 0, 0)),
        new("ExpectedCost", [2.0, 5.0, 0.5, -0.25], PointwiseReferences.ExpectedCost(2, 5, 0.5, -0.25)),
        new("Savage", [], PointwiseReferences.Savage),
        new("HingeEmbedding", [], PointwiseReferences.HingeEmbedding(1)),
        new("HingeEmbedding", [2.0], PointwiseReferences.HingeEmbedding(2)),
        new("Tangent", [], PointwiseReferences.Tangent),
        new("Dwd", [], PointwiseReferences.Dwd(1)),
        new("Dwd", [3.0], PointwiseReferences.Dwd(3)),
        new("LeastSquaresMargin", [], PointwiseReferences.LeastSquaresMargin),
        new("AdversarialNonSaturating", [], PointwiseReferences.Logistic),
        new("AdversarialLeastSquares", [], PointwiseReferences.LeastSquaresMargin),
        new("AdversarialHinge", [], PointwiseReferences.Hinge()),
        new("AdversarialWasserstein", [], PointwiseReferences.Wasserstein),
    ];

    /// <summary>Every modifier, on losses of each kind of target that it takes.</summary>
    public static IReadOnlyList<ModifierCall> ModifierCalls { get; } =
    [
        Modified(
            "Asymmetric",
            PointwiseReferences.Asymmetric(PointwiseReferences.SquaredError, 3, 0.5),
            () => Loss.SquaredError<float>().Asymmetric(3, 0.5),
            () => Loss.SquaredError<double>().Asymmetric(3, 0.5)),
        Modified(
            "Asymmetric",
            PointwiseReferences.Asymmetric(PointwiseReferences.AbsoluteError, 0.25, 2),
            () => Loss.AbsoluteError<float>().Asymmetric(0.25, 2),
            () => Loss.AbsoluteError<double>().Asymmetric(0.25, 2)),
        Modified(
            "Scaled",
            PointwiseReferences.Scaled(PointwiseReferences.Cauchy(1), 2.5),
            () => Loss.Cauchy<float>().Scaled(2.5),
            () => Loss.Cauchy<double>().Scaled(2.5)),
        Modified(
            "Plus",
            PointwiseReferences.Sum(PointwiseReferences.Huber(1), PointwiseReferences.LogCosh()),
            () => Loss.Huber<float>().Plus(Loss.LogCosh<float>()),
            () => Loss.Huber<double>().Plus(Loss.LogCosh<double>())),
        Modified(
            "ClassWeighted",
            PointwiseReferences.WeightedProbability(PointwiseReferences.BinaryCrossEntropyLogits(1, 0), 3, 0.5),
            () => Loss.BinaryCrossEntropyLogits<float>().ClassWeighted(3, 0.5),
            () => Loss.BinaryCrossEntropyLogits<double>().ClassWeighted(3, 0.5),
            TargetKind.Probability),
        Modified(
            "ClassWeighted",
            PointwiseReferences.WeightedSign(PointwiseReferences.SquaredHinge(), 3, 0.5),
            () => Loss.SquaredHinge<float>().ClassWeighted(3, 0.5),
            () => Loss.SquaredHinge<double>().ClassWeighted(3, 0.5),
            TargetKind.Sign),
        Modified(
            "Clipped",
            PointwiseReferences.Clipped(PointwiseReferences.AbsoluteError, 1.5),
            () => Loss.AbsoluteError<float>().Clipped(1.5),
            () => Loss.AbsoluteError<double>().Clipped(1.5)),
        Modified(
            "LabelSmoothed",
            PointwiseReferences.SmoothedProbability(PointwiseReferences.BinaryCrossEntropyLogits(2, 0), 0.25),
            () => Loss.BinaryCrossEntropyLogits<float>(2).LabelSmoothed(0.25),
            () => Loss.BinaryCrossEntropyLogits<double>(2).LabelSmoothed(0.25),
            TargetKind.Probability),
        Modified(
            "LabelSmoothed",
            PointwiseReferences.SmoothedSign(PointwiseReferences.SquaredHinge(), 0.25),
            () => Loss.SquaredHinge<float>().LabelSmoothed(0.25),
            () => Loss.SquaredHinge<double>().LabelSmoothed(0.25),
            TargetKind.Sign),
        Modified(
            "WithZeroOneTargets",
            PointwiseReferences.ZeroOneTargets(PointwiseReferences.Hinge()),
            () => Loss.Hinge<float>().WithZeroOneTargets(),
            () => Loss.Hinge<double>().WithZeroOneTargets(),
            TargetKind.Probability),
        Modified(
            "WithZeroOneTargets",
            PointwiseReferences.SmoothedProbability(
                PointwiseReferences.ZeroOneTargets(PointwiseReferences.HingeEmbedding(1)), 0.25),
            () => Loss.HingeEmbedding<float>().WithZeroOneTargets().LabelSmoothed(0.25),
            () => Loss.HingeEmbedding<double>().WithZeroOneTargets().LabelSmoothed(0.25),
            TargetKind.Probability),
        Modified(
            "HessianFloor",
            PointwiseReferences.HessianFloor(PointwiseReferences.GemanMcClure(1), 0.125),
            () => Loss.GemanMcClure<float>().HessianFloor(0.125),
            () => Loss.GemanMcClure<double>().HessianFloor(0.125)),
        Modified(
            "LogTarget",
            PointwiseReferences.LogTarget(PointwiseReferences.Huber(1)),
            () => Loss.Huber<float>().LogTarget(),
            () => Loss.Huber<double>().LogTarget()),
        Modified(
            "InUnits",
            PointwiseReferences.InUnits(PointwiseReferences.Huber(1), 4),
            () => Loss.Huber<float>().InUnits(4),
            () => Loss.Huber<double>().InUnits(4)),
    ];

    private static readonly Dictionary<string, KnownLoss> s_losses = LossCatalogue.All
        .Where(instance => s_ofCatalogue.ContainsKey(instance.Name))
        .Select(OfCatalogue)
        .Concat(FactoryCalls.Select(OfFactory))
        .Concat(ModifierCalls.Select(call => call.Loss))
        .ToDictionary(loss => loss.Name);

    public static IEnumerable<string> NamesOfCatalogue => s_ofCatalogue.Keys;

    public static TheoryData<string> Names => new(s_losses.Keys);

    public static KnownLoss Get(string name) => s_losses[name];

    private static bool MakesPointwiseLoss(MethodInfo method) => method.ReturnType.IsGenericType
        && method.ReturnType.GetGenericTypeDefinition() == typeof(PointwiseLoss<,>);

    private static KnownLoss OfCatalogue(LossInstance instance) => new(
        instance.Name, instance.Targets, s_ofCatalogue[instance.Name], instance.Loss<float>, instance.Loss<double>);

    private static KnownLoss OfFactory(FactoryCall call)
    {
        Domain targets = Make<double>(call).Facts.Targets;
        return new(
            $"Loss.{call.Factory}({string.Join(", ", call.Arguments)})",
            targets == Domain.Signs ? TargetKind.Sign
                : targets == Domain.Probabilities ? TargetKind.Probability
                : TargetKind.Value,
            call.Reference,
            () => Make<float>(call),
            () => Make<double>(call));
    }

    private static PointwiseLoss<T> Make<T>(FactoryCall call) where T : unmanaged, IFloatingPointIeee754<T>
    {
        MethodInfo factory = Factories.Single(factory => factory.Name == call.Factory).MakeGenericMethod(typeof(T));
        IEnumerable<object?> defaults =
            factory.GetParameters().Skip(call.Arguments.Length).Select(parameter => parameter.DefaultValue);
        return (PointwiseLoss<T>)factory.Invoke(null, [.. call.Arguments, .. defaults])!;
    }

    private static ModifierCall Modified(
        string modifier,
        PointwiseReference reference,
        Func<PointwiseLoss<float>> single,
        Func<PointwiseLoss<double>> twice,
        TargetKind targets = TargetKind.Value,
        [CallerArgumentExpression(nameof(single))] string source = "") =>
        new(modifier, new(source.Replace("() => ", null, StringComparison.Ordinal), targets, reference, single, twice));
}
