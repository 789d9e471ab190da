namespace LossKit;

// Likelihoods and scores of predicted distributions whose derivatives are by hand, some of as many outputs as are asked
// for.
public static partial class Loss
{
    // More would not be an example any more, but a batch.
    private const int MostOfExample = 4096;

    /// <inheritdoc cref="Formulas.GammaNll"/>
    public static TupleLoss<T> GammaNll<T>()
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Named<TupleLoss<T>>(new ExplicitTupleLoss<T, GammaNll>(default), Made());

    /// <inheritdoc cref="Formulas.StudentTNllDegrees{TLink}"/>
    /// <param name="link">
    /// How the scale is given: <see cref="Link.Log"/>, which it is by default, or <see cref="Link.Identity"/>.
    /// </param>
    public static TupleLoss<T> StudentTNllDegrees<T>(Link? link = null)
        where T : unmanaged, IFloatingPointIeee754<T> => Named<TupleLoss<T>>(
            IsLog(link)
                ? new ExplicitTupleLoss<T, StudentTNllDegrees<LogScale>>(default)
                : new ExplicitTupleLoss<T, StudentTNllDegrees<IdentityScale>>(default),
            Made($"{link}"));

    /// <inheritdoc cref="Formulas.NegativeBinomialNll"/>
    public static TupleLoss<T> NegativeBinomialNll<T>()
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Named<TupleLoss<T>>(new ExplicitTupleLoss<T, NegativeBinomialNll>(default), Made());

    /// <inheritdoc cref="Formulas.ZeroInflatedPoissonNll"/>
    public static TupleLoss<T> ZeroInflatedPoissonNll<T>()
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Named<TupleLoss<T>>(new ExplicitTupleLoss<T, ZeroInflatedPoissonNll>(default), Made());

    /// <inheritdoc cref="Formulas.ZeroInflatedNegativeBinomialNll"/>
    public static TupleLoss<T> ZeroInflatedNegativeBinomialNll<T>()
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Named<TupleLoss<T>>(new ExplicitTupleLoss<T, ZeroInflatedNegativeBinomialNll>(default), Made());

    /// <inheritdoc cref="Formulas.BetaDistributionNll{TLink}"/>
    /// <param name="link">
    /// How both parameters are given: <see cref="Link.Log"/>, which it is by default, or <see cref="Link.Identity"/>.
    /// </param>
    public static TupleLoss<T> BetaDistributionNll<T>(Link? link = null)
        where T : unmanaged, IFloatingPointIeee754<T> => Named<TupleLoss<T>>(
            IsLog(link)
                ? new ExplicitTupleLoss<T, BetaDistributionNll<LogScale>>(default)
                : new ExplicitTupleLoss<T, BetaDistributionNll<IdentityScale>>(default),
            Made($"{link}"));

    /// <inheritdoc cref="Formulas.VonMisesNll{TLink}"/>
    /// <param name="link">
    /// How the concentration is given: <see cref="Link.Log"/>, which it is by default, or <see cref="Link.Identity"/>.
    /// </param>
    public static TupleLoss<T> VonMisesNll<T>(Link? link = null)
        where T : unmanaged, IFloatingPointIeee754<T> => Named<TupleLoss<T>>(
            IsLog(link)
                ? new ExplicitTupleLoss<T, VonMisesNll<LogScale>>(default)
                : new ExplicitTupleLoss<T, VonMisesNll<IdentityScale>>(default),
            Made($"{link}"));

    /// <inheritdoc cref="Formulas.DirichletNll{TLink}"/>
    /// <param name="components">K, 2 or more.</param>
    /// <param name="link">
    /// How concentrations are given: <see cref="Link.Log"/>, which it is by default, or <see cref="Link.Identity"/>.
    /// </param>
    public static TupleLoss<T> DirichletNll<T>(int components, Link? link = null)
        where T : unmanaged, IFloatingPointIeee754<T> => Named<TupleLoss<T>>(
            IsLog(link)
                ? new ExplicitTupleLoss<T, DirichletNll<LogScale>>(new(AtLeast(2, components)))
                : new ExplicitTupleLoss<T, DirichletNll<IdentityScale>>(new(AtLeast(2, components))),
            Made($"{components}{link}"));

    /// <inheritdoc cref="Formulas.MixtureDensityNll"/>
    public static TupleLoss<T> MixtureDensityNll<T>(int components)
        where T : unmanaged, IFloatingPointIeee754<T> => Named<TupleLoss<T>>(
            new ExplicitTupleLoss<T, MixtureDensityNll>(new(AtLeast(1, components))), Made($"{components}"));

    /// <inheritdoc cref="Formulas.MultivariateGaussianNll"/>
    public static TupleLoss<T> MultivariateGaussianNll<T>(int dimension)
        where T : unmanaged, IFloatingPointIeee754<T> => Named<TupleLoss<T>>(
            new ExplicitTupleLoss<T, MultivariateGaussianNll>(new(AtLeast(1, dimension))), Made($"{dimension}"));

    /// <inheritdoc cref="Formulas.QuantileVector"/>
    public static TupleLoss<T> QuantileVector<T>(IReadOnlyList<double> quantiles, double crossing = 0)
        where T : unmanaged, IFloatingPointIeee754<T> => Named<TupleLoss<T>>(
            new ExplicitTupleLoss<T, QuantileVector>(new(quantiles, crossing)), Made($"{quantiles}{crossing}"));

    /// <inheritdoc cref="Formulas.Coverage"/>
    public static PointwiseMetric<T> Coverage<T>()
        where T : unmanaged, IFloatingPointIeee754<T> =>
        MetricFromFormula<T, Coverage>(default).Named(Made());

    /// <inheritdoc cref="Formulas.CrpsEnsemble"/>
    public static TupleLoss<T> CrpsEnsemble<T>(int members, double fairness = 0)
        where T : unmanaged, IFloatingPointIeee754<T> => Named<TupleLoss<T>>(
            new ExplicitTupleLoss<T, CrpsEnsemble>(new(AtLeast(1, members), fairness)),
            Made($"{members}{fairness}"));

    /// <inheritdoc cref="Formulas.EnergyScore"/>
    public static TupleLoss<T> EnergyScore<T>(int members, int dimension, double fairness = 0)
        where T : unmanaged, IFloatingPointIeee754<T> => Named<TupleLoss<T>>(
            new ExplicitTupleLoss<T, EnergyScore>(new(AtLeast(1, members), AtLeast(1, dimension), fairness)),
            Made($"{members}{dimension}{fairness}"));

    private static int AtLeast(int least, int given, [CallerArgumentExpression(nameof(given))] string name = "") =>
        given >= least && given <= MostOfExample
            ? given
            : throw new ArgumentOutOfRangeException(
                name, given, $"'{name}' must be between {least} and {MostOfExample}.");
}
