namespace LossKit;

/// <summary>Makes losses. Each is named as the field names it; its formula's documentation has all about it.</summary>
public static partial class Loss
{
    /// <summary>A loss from a formula of your own, at the speed of a built-in one.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">A <c>readonly struct</c>.</typeparam>
    /// <param name="formula">The formula with its parameters.</param>
    public static PointwiseLoss<T, TFormula> FromFormula<T, TFormula>(TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IPointwiseFormula => new(formula) { Name = Made($"{formula}") };

    /// <summary>A loss from a formula of your own on the margin y·x, for targets of −1 or +1.</summary>
    /// <inheritdoc cref="FromFormula"/>
    public static PointwiseLoss<T, Margin<TFormula>> FromMarginFormula<T, TFormula>(TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IMarginFormula => new(new(formula)) { Name = Made($"{formula}") };

    /// <summary>A metric from a formula of your own that is constant almost everywhere, as an error count is.</summary>
    /// <inheritdoc cref="FromFormula"/>
    public static PointwiseMetric<T> MetricFromFormula<T, TFormula>(TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IPointwiseFormula =>
        new(FromFormula<T, TFormula>(formula)) { Name = Made($"{formula}") };

    /// <inheritdoc cref="Formulas.SquaredError"/>
    public static PointwiseLoss<T, SquaredError> SquaredError<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(default) { Name = Made() };

    /// <inheritdoc cref="Formulas.AbsoluteError"/>
    public static PointwiseLoss<T, AbsoluteError> AbsoluteError<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(default) { Name = Made() };

    /// <inheritdoc cref="Formulas.Huber"/>
    public static PointwiseLoss<T, Huber> Huber<T>(double delta = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(delta)) { Name = Made($"{delta}") };

    /// <inheritdoc cref="Formulas.SmoothL1"/>
    public static PointwiseLoss<T, SmoothL1> SmoothL1<T>(double beta = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(beta)) { Name = Made($"{beta}") };

    /// <inheritdoc cref="Formulas.LogCosh"/>
    public static PointwiseLoss<T, LogCosh> LogCosh<T>(double scale = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(scale)) { Name = Made($"{scale}") };

    /// <inheritdoc cref="Formulas.Quantile"/>
    public static PointwiseLoss<T, Quantile> Quantile<T>(double quantile)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(quantile)) { Name = Made($"{quantile}") };

    /// <inheritdoc cref="Formulas.LogLinearQuantile"/>
    public static PointwiseLoss<T, LogLinearQuantile> LogLinearQuantile<T>(double quantile)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(quantile)) { Name = Made($"{quantile}") };

    /// <summary>
    /// q·h where the prediction is at most the target, else (1 − q)·h, h being ½d²/δ where |d| &lt; δ, else |d| − ½δ:
    /// the pinball loss without its corner.
    /// </summary>
    /// <remarks>
    /// <see cref="Formulas.SmoothL1"/>, asymmetric; the gradient at the target is 0. Source: Dabney et al.,
    /// "Distributional Reinforcement Learning with Quantile Regression", AAAI 2018.
    /// </remarks>
    /// <param name="quantile">q, strictly between 0 and 1.</param>
    /// <param name="delta">δ, where the square turns into a line, in units of the target; positive and finite.</param>
    public static PointwiseLoss<T, Asymmetric<SmoothL1>> QuantileHuber<T>(double quantile, double delta = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(
            new(Parameter.Positive(delta).In<T>(nameof(delta)).Value),
            1 - Parameter.InnerProbability(quantile).In<T>(nameof(quantile)).Value,
            quantile))
        {
            Name = Made($"{quantile}{delta}"),
        };

    /// <inheritdoc cref="Formulas.EpsilonInsensitive"/>
    public static PointwiseLoss<T, EpsilonInsensitive> EpsilonInsensitive<T>(double epsilon = 0.1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(epsilon)) { Name = Made($"{epsilon}") };

    /// <inheritdoc cref="Formulas.SquaredEpsilonInsensitive"/>
    public static PointwiseLoss<T, SquaredEpsilonInsensitive> SquaredEpsilonInsensitive<T>(double epsilon = 0.1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(epsilon)) { Name = Made($"{epsilon}") };

    /// <inheritdoc cref="Formulas.SquaredLogError"/>
    public static PointwiseLoss<T, SquaredLogError> SquaredLogError<T>(double epsilon = 1e-7)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(epsilon)) { Name = Made($"{epsilon}") };

    /// <inheritdoc cref="Formulas.AbsolutePercentageError"/>
    public static PointwiseLoss<T, AbsolutePercentageError> AbsolutePercentageError<T>(double epsilon = 2.220446049250313e-16)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(epsilon)) { Name = Made($"{epsilon}") };

    /// <inheritdoc cref="Formulas.SymmetricPercentageError"/>
    public static PointwiseLoss<T, SymmetricPercentageError> SymmetricPercentageError<T>(double epsilon = 2.220446049250313e-16)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(epsilon)) { Name = Made($"{epsilon}") };

    /// <inheritdoc cref="Formulas.PseudoHuber"/>
    public static PointwiseLoss<T, PseudoHuber> PseudoHuber<T>(double delta = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(delta)) { Name = Made($"{delta}") };

    /// <inheritdoc cref="Formulas.Charbonnier"/>
    public static PointwiseLoss<T, Charbonnier> Charbonnier<T>(double epsilon = 0.001)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(epsilon)) { Name = Made($"{epsilon}") };

    /// <inheritdoc cref="Formulas.Fair"/>
    public static PointwiseLoss<T, Fair> Fair<T>(double c = 1.3998)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(c)) { Name = Made($"{c}") };

    /// <inheritdoc cref="Formulas.Linex"/>
    public static PointwiseLoss<T, Linex> Linex<T>(double a, double b = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(a, b)) { Name = Made($"{a}{b}") };

    /// <inheritdoc cref="Formulas.LpDistance"/>
    public static PointwiseLoss<T, LpDistance> LpDistance<T>(double p)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(p)) { Name = Made($"{p}") };

    /// <inheritdoc cref="Formulas.LogisticDistance"/>
    public static PointwiseLoss<T, LogisticDistance> LogisticDistance<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(default) { Name = Made() };

    /// <inheritdoc cref="Formulas.Periodic"/>
    public static PointwiseLoss<T, Periodic> Periodic<T>(double period)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(period)) { Name = Made($"{period}") };

    /// <inheritdoc cref="Formulas.Cauchy"/>
    public static PointwiseLoss<T, Cauchy> Cauchy<T>(double c = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(c)) { Name = Made($"{c}") };

    /// <inheritdoc cref="Formulas.GemanMcClure"/>
    public static PointwiseLoss<T, GemanMcClure> GemanMcClure<T>(double c = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(c)) { Name = Made($"{c}") };

    /// <inheritdoc cref="Formulas.TukeyBiweight"/>
    public static PointwiseLoss<T, TukeyBiweight> TukeyBiweight<T>(double c = 4.6851)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(c)) { Name = Made($"{c}") };

    /// <inheritdoc cref="Formulas.GeneralRobust"/>
    public static PointwiseLoss<T, GeneralRobust> GeneralRobust<T>(double alpha, double c = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(alpha, c)) { Name = Made($"{alpha}{c}") };

    /// <inheritdoc cref="Formulas.Welsch"/>
    public static PointwiseLoss<T, Welsch> Welsch<T>(double c = 2.985)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(c)) { Name = Made($"{c}") };

    /// <inheritdoc cref="Formulas.Arctan"/>
    public static PointwiseLoss<T, Arctan> Arctan<T>(double c = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(c)) { Name = Made($"{c}") };

    /// <inheritdoc cref="Formulas.AndrewWave"/>
    public static PointwiseLoss<T, AndrewWave> AndrewWave<T>(double a = 1.339)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(a)) { Name = Made($"{a}") };

    /// <inheritdoc cref="Formulas.Hampel"/>
    public static PointwiseLoss<T, Hampel> Hampel<T>(double a = 2, double b = 4, double c = 8)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(a, b, c)) { Name = Made($"{a}{b}{c}") };

    /// <inheritdoc cref="Formulas.Ramsay"/>
    public static PointwiseLoss<T, Ramsay> Ramsay<T>(double a = 0.3)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(a)) { Name = Made($"{a}") };

    /// <inheritdoc cref="Formulas.TrimmedSquaredError"/>
    public static PointwiseLoss<T, TrimmedSquaredError> TrimmedSquaredError<T>(double c = 2)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(c)) { Name = Made($"{c}") };

    /// <inheritdoc cref="Formulas.Wing"/>
    public static PointwiseLoss<T, Wing> Wing<T>(double width = 10, double epsilon = 2)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(width, epsilon)) { Name = Made($"{width}{epsilon}") };

    /// <inheritdoc cref="Formulas.Poisson"/>
    public static PointwiseLoss<T, Poisson> Poisson<T>(bool full = false)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(full)) { Name = Made($"{full}") };

    /// <inheritdoc cref="Formulas.PoissonMean"/>
    public static PointwiseLoss<T, PoissonMean> PoissonMean<T>(double epsilon = 1e-7)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(epsilon)) { Name = Made($"{epsilon}") };

    /// <inheritdoc cref="Formulas.Gamma"/>
    public static PointwiseLoss<T, Gamma> Gamma<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(default) { Name = Made() };

    /// <inheritdoc cref="Formulas.Tweedie"/>
    public static PointwiseLoss<T, Tweedie> Tweedie<T>(double power = 1.5)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(power)) { Name = Made($"{power}") };

    /// <inheritdoc cref="Formulas.TweedieIdentity"/>
    public static PointwiseLoss<T, TweedieIdentity> TweedieIdentity<T>(double power = 1.5, bool full = false)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(power, full)) { Name = Made($"{power}{full}") };

    /// <inheritdoc cref="Formulas.GeneralizedKl"/>
    public static PointwiseLoss<T, GeneralizedKl> GeneralizedKl<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(default) { Name = Made() };

    /// <inheritdoc cref="Formulas.LaplaceNegativeLogLikelihood"/>
    public static PointwiseLoss<T, LaplaceNegativeLogLikelihood> LaplaceNegativeLogLikelihood<T>(double scale)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(scale)) { Name = Made($"{scale}") };

    /// <inheritdoc cref="Formulas.StudentTNegativeLogLikelihood"/>
    public static PointwiseLoss<T, StudentTNegativeLogLikelihood> StudentTNegativeLogLikelihood<T>(double degreesOfFreedom, double scale = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new(degreesOfFreedom, scale)) { Name = Made($"{degreesOfFreedom}{scale}") };

    /// <inheritdoc cref="Formulas.GaussianNegativeLogLikelihood"/>
    public static PointwiseLoss<T, GaussianNegativeLogLikelihood> GaussianNegativeLogLikelihood<T>(double variance)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(variance)) { Name = Made($"{variance}") };

    /// <summary>The asymmetric squared error, least at the expectile τ of the targets.</summary>
    /// <remarks>Source: Newey and Powell, "Asymmetric Least Squares", Econometrica 55(4), 1987.</remarks>
    /// <param name="expectile">
    /// τ, strictly between 0 and 1: the factor of under-prediction; that of over-prediction is 1 − τ.
    /// </param>
    public static PointwiseLoss<T, Asymmetric<SquaredError>> Expectile<T>(double expectile)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(
            default, 1 - Parameter.InnerProbability(expectile).In<T>(nameof(expectile)).Value, expectile))
        {
            Name = Made($"{expectile}"),
        };

    /// <inheritdoc cref="Formulas.BinaryCrossEntropyLogits"/>
    public static PointwiseLoss<T, BinaryCrossEntropyLogits> BinaryCrossEntropyLogits<T>(
        double positiveWeight = 1, double labelSmoothing = 0)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new(positiveWeight, labelSmoothing)) { Name = Made($"{positiveWeight}{labelSmoothing}") };

    /// <inheritdoc cref="Formulas.BinaryFocalLogits"/>
    public static PointwiseLoss<T, BinaryFocalLogits> BinaryFocalLogits<T>(double gamma = 2, double? alpha = null)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(gamma, alpha)) { Name = Made($"{gamma}{alpha}") };

    /// <inheritdoc cref="Formulas.QualityFocal"/>
    public static PointwiseLoss<T, QualityFocal> QualityFocal<T>(double beta = 2)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(beta)) { Name = Made($"{beta}") };

    /// <inheritdoc cref="Formulas.Varifocal"/>
    public static PointwiseLoss<T, Varifocal> Varifocal<T>(double alpha = 0.75, double gamma = 2)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(alpha, gamma)) { Name = Made($"{alpha}{gamma}") };

    /// <inheritdoc cref="Formulas.KlEstimator"/>
    public static PointwiseLoss<T, KlEstimator> KlEstimator<T>(KlEstimate estimator = KlEstimate.K3)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(estimator)) { Name = Made($"{estimator}") };

    /// <inheritdoc cref="Formulas.AsymmetricMultilabel"/>
    public static PointwiseLoss<T, AsymmetricMultilabel> AsymmetricMultilabel<T>(
        double gammaPositive = 1, double gammaNegative = 4, double clip = 0.05, bool stopWeights = false)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(gammaPositive, gammaNegative, clip, stopWeights))
        {
            Name = Made($"{gammaPositive}{gammaNegative}{clip}{stopWeights}"),
        };

    /// <inheritdoc cref="Formulas.Hinge"/>
    public static PointwiseLoss<T, Margin<Hinge>> Hinge<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(default)) { Name = Made() };

    /// <inheritdoc cref="Formulas.BinaryCrossEntropy"/>
    public static PointwiseLoss<T, BinaryCrossEntropy> BinaryCrossEntropy<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(default) { Name = Made() };

    /// <inheritdoc cref="Formulas.Misclassification"/>
    public static PointwiseMetric<T> Misclassification<T>()
        where T : unmanaged, IFloatingPointIeee754<T> =>
        MetricFromFormula<T, Misclassification>(default).Named(Made());

    /// <inheritdoc cref="Formulas.HingeEmbedding"/>
    public static PointwiseLoss<T, HingeEmbedding> HingeEmbedding<T>(double margin = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new(margin)) { Name = Made($"{margin}") };

    /// <inheritdoc cref="Formulas.SquaredHinge"/>
    public static PointwiseLoss<T, Margin<SquaredHinge>> SquaredHinge<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(default)) { Name = Made() };

    /// <inheritdoc cref="Formulas.SmoothedHinge"/>
    public static PointwiseLoss<T, Margin<SmoothedHinge>> SmoothedHinge<T>(double gamma = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(new(gamma))) { Name = Made($"{gamma}") };

    /// <inheritdoc cref="Formulas.ModifiedHuber"/>
    public static PointwiseLoss<T, Margin<ModifiedHuber>> ModifiedHuber<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(default)) { Name = Made() };

    /// <inheritdoc cref="Formulas.Logistic"/>
    public static PointwiseLoss<T, Margin<Logistic>> Logistic<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(default)) { Name = Made() };

    /// <inheritdoc cref="Formulas.Exponential"/>
    public static PointwiseLoss<T, Margin<Exponential>> Exponential<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(default)) { Name = Made() };

    /// <inheritdoc cref="Formulas.Perceptron"/>
    public static PointwiseLoss<T, Margin<Perceptron>> Perceptron<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(default)) { Name = Made() };

    /// <inheritdoc cref="Formulas.SigmoidMargin"/>
    public static PointwiseLoss<T, Margin<SigmoidMargin>> SigmoidMargin<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(default)) { Name = Made() };

    /// <inheritdoc cref="Formulas.Savage"/>
    public static PointwiseLoss<T, Margin<Savage>> Savage<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(default)) { Name = Made() };

    /// <inheritdoc cref="Formulas.Tangent"/>
    public static PointwiseLoss<T, Margin<Tangent>> Tangent<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(default)) { Name = Made() };

    /// <inheritdoc cref="Formulas.Dwd"/>
    public static PointwiseLoss<T, Margin<Dwd>> Dwd<T>(double q = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(new(q))) { Name = Made($"{q}") };

    /// <inheritdoc cref="Formulas.ZeroOne"/>
    public static PointwiseMetric<T> ZeroOne<T>()
        where T : unmanaged, IFloatingPointIeee754<T> =>
        MetricFromFormula<T, Margin<ZeroOne>>(default).Named(Made());

    /// <inheritdoc cref="Formulas.LeastSquaresMargin"/>
    public static PointwiseLoss<T, Margin<LeastSquaresMargin>> LeastSquaresMargin<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(default)) { Name = Made() };

    /// <summary>The non-saturating GAN loss, of discriminator and generator: <see cref="Formulas.Logistic"/>.</summary>
    /// <remarks>
    /// <see cref="Formulas.Wasserstein"/> has the targets that make the roles. Source: Goodfellow et al., "Generative
    /// Adversarial Nets", NIPS 2014.
    /// </remarks>
    public static PointwiseLoss<T, Margin<Logistic>> AdversarialNonSaturating<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(default)) { Name = Made() };

    /// <summary>
    /// The least-squares GAN loss, of discriminator and generator: <see cref="Formulas.LeastSquaresMargin"/>.
    /// </summary>
    /// <remarks>
    /// <see cref="Formulas.Wasserstein"/> has the targets that make the roles. Source: Mao et al., "Least Squares
    /// Generative Adversarial Networks", ICCV 2017.
    /// </remarks>
    public static PointwiseLoss<T, Margin<LeastSquaresMargin>> AdversarialLeastSquares<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(default)) { Name = Made() };

    /// <summary>
    /// The hinge GAN loss of the discriminator: <see cref="Formulas.Hinge"/>. The generator has
    /// <see cref="AdversarialWasserstein"/>.
    /// </summary>
    /// <remarks>
    /// <see cref="Formulas.Wasserstein"/> has the targets that make the roles. Source: Lim and Ye, "Geometric GAN",
    /// arXiv:1705.02894, 2017.
    /// </remarks>
    public static PointwiseLoss<T, Margin<Hinge>> AdversarialHinge<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(default)) { Name = Made() };

    /// <inheritdoc cref="Formulas.Wasserstein"/>
    public static PointwiseLoss<T, Margin<Wasserstein>> AdversarialWasserstein<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(default)) { Name = Made() };
}
