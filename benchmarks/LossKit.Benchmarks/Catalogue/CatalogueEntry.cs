using System.Runtime.CompilerServices;

namespace LossKit.Benchmarks.Catalogue;

/// <summary>A loss and the functions that it cannot do without, beyond sums and products.</summary>
internal sealed class CatalogueEntry(
    string name,
    PointwiseLoss<float> loss,
    Function[]? functions = null,
    [CallerArgumentExpression(nameof(loss))] string expression = "")
{
    public static IReadOnlyList<CatalogueEntry> All { get; } =
    [
        new("squared error", LossKit.Loss.SquaredError<float>()),
        new("absolute error", LossKit.Loss.AbsoluteError<float>()),
        new("Huber", LossKit.Loss.Huber<float>()),
        new("smooth L1", LossKit.Loss.SmoothL1<float>()),
        new("log cosh", LossKit.Loss.LogCosh<float>(), [Function.Hyperbolic]),
        new("quantile", LossKit.Loss.Quantile<float>(0.9)),
        new("epsilon-insensitive", LossKit.Loss.EpsilonInsensitive<float>()),
        new("squared epsilon-insensitive", LossKit.Loss.SquaredEpsilonInsensitive<float>()),
        new("squared log error", LossKit.Loss.SquaredLogError<float>(), [Function.Log1p, Function.Log1p]),
        new("percentage error", LossKit.Loss.AbsolutePercentageError<float>(), [Function.Division]),
        new("symmetric percentage error", LossKit.Loss.SymmetricPercentageError<float>(), [Function.Division]),
        new("pseudo-Huber", LossKit.Loss.PseudoHuber<float>(), [Function.Sqrt, Function.Division]),
        new("Fair", LossKit.Loss.Fair<float>(), [Function.Log1p, Function.Division]),
        new("LINEX", LossKit.Loss.Linex<float>(1), [Function.Expm1]),
        new("Lp 3", LossKit.Loss.LpDistance<float>(3), [Function.Exp, Function.Log]),
        new("logistic distance", LossKit.Loss.LogisticDistance<float>(), [Function.Hyperbolic]),
        new("periodic", LossKit.Loss.Periodic<float>(5), [Function.SinPi]),
        new("Cauchy", LossKit.Loss.Cauchy<float>(), [Function.Log1p]),
        new("Geman-McClure", LossKit.Loss.GemanMcClure<float>(), [Function.Division]),
        new("Tukey", LossKit.Loss.TukeyBiweight<float>(1)),
        new("general robust 1", LossKit.Loss.GeneralRobust<float>(1), [Function.Log1p, Function.Expm1]),
        new("Poisson", LossKit.Loss.Poisson<float>(), [Function.Exp]),
        new("gamma", LossKit.Loss.Gamma<float>(), [Function.Exp]),
        new("Tweedie 1.5", LossKit.Loss.Tweedie<float>(), [Function.Exp, Function.Exp]),
        new("Tweedie 1.5, identity", LossKit.Loss.TweedieIdentity<float>(), [Function.Log, Function.Exp, Function.Exp]),
        new("Laplace", LossKit.Loss.LaplaceNegativeLogLikelihood<float>(1)),
        new("Student t", LossKit.Loss.StudentTNegativeLogLikelihood<float>(3), [Function.Log1p]),
        new("Gaussian", LossKit.Loss.GaussianNegativeLogLikelihood<float>(1)),
        new("expectile", LossKit.Loss.Expectile<float>(0.9)),
        new("BCE, logits", LossKit.Loss.BinaryCrossEntropyLogits<float>(), [Function.Logistic]),
        new("BCE, probabilities", LossKit.Loss.BinaryCrossEntropy<float>(),
            [Function.Log, Function.Log1p, Function.Division]),
        new("focal 2", LossKit.Loss.BinaryFocalLogits<float>(), [Function.Logistic, Function.Log, Function.Exp]),
        new("hinge", LossKit.Loss.Hinge<float>()),
        new("squared hinge", LossKit.Loss.SquaredHinge<float>()),
        new("smoothed hinge", LossKit.Loss.SmoothedHinge<float>(1)),
        new("modified Huber", LossKit.Loss.ModifiedHuber<float>()),
        new("logistic", LossKit.Loss.Logistic<float>(), [Function.Logistic]),
        new("exponential", LossKit.Loss.Exponential<float>(), [Function.Exp]),
        new("perceptron", LossKit.Loss.Perceptron<float>()),
        new("sigmoid margin", LossKit.Loss.SigmoidMargin<float>(), [Function.Logistic]),
        new("least-squares margin", LossKit.Loss.LeastSquaresMargin<float>()),
        new("Wasserstein", LossKit.Loss.AdversarialWasserstein<float>()),
        new("DWD", LossKit.Loss.Dwd<float>(1), [Function.Exp, Function.Log]),
    ];

    public string Name => name;

    public PointwiseLoss<float> Loss => loss;

    public IReadOnlyList<Function> Functions => functions ?? [];

    /// <summary>The factory and its arguments as written above: <c>Quantile(0.9)</c>.</summary>
    public string Call { get; } = expression
        .Replace("LossKit.Loss.", "", StringComparison.Ordinal)
        .Replace("<float>", "", StringComparison.Ordinal);
}
