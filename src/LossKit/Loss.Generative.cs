namespace LossKit;

// Losses of models that make examples.
public static partial class Loss
{
    /// <summary>
    /// Σ max(½(e^v + μ² − 1 − v), f) over the means μ and log-variances v of a row: the divergence of a normal
    /// posterior from the standard normal prior, of which f nats a dimension are free.
    /// </summary>
    /// <remarks>
    /// A row has the means, then the log-variances; there are no targets. Where a dimension is not above f > 0 its
    /// gradient is 0. Sources: <see cref="Formulas.GaussianKlStandard"/>.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many means a row has.</param>
    /// <param name="freeBits">f, in nats; finite and not negative.</param>
    public static TupleRowsLoss<T> GaussianKlStandard<T>(int dimension, double freeBits = 0)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromTupleFormula<T, GaussianKlStandard>(new(freeBits)).OfRows(dimension)
            .Named(Made($"{dimension}{freeBits}"));

    /// <summary>
    /// Σ ½(e^(v − v′) − 1 − (v − v′) + (μ − μ′)²·e^(−v′)) over the means and log-variances of a row: the divergence of
    /// a normal posterior from a normal prior, which is learned as well.
    /// </summary>
    /// <remarks>
    /// A row has the means μ, the log-variances v, then those of the prior; there are no targets. Source:
    /// <see cref="Formulas.GaussianKl"/>.
    /// </remarks>
    /// <inheritdoc cref="GaussianKlStandard"/>
    /// <param name="dimension">How many means a row has.</param>
    public static TupleRowsLoss<T> GaussianKl<T>(int dimension) where T : unmanaged, IFloatingPointIeee754<T> =>
        FromTupleFormula<T, GaussianKl>(default).OfRows(dimension).Named(Made($"{dimension}"));

    /// <summary>
    /// The mean over a row of (x − t)², times a weight of its signal-to-noise ratio ρ: the loss of a diffusion model
    /// that predicts the noise, the sample or the velocity.
    /// </summary>
    /// <remarks>
    /// A row of targets has t, then ρ, one a row. Weights ρ, max(ρ, 1) or min(ρ, γ) are divided by ρ, 1 or ρ + 1, as
    /// what is predicted asks for; diffusers had min(ρ + 1, γ)/(ρ + 1) of the velocity for a while. Sources:
    /// <see cref="Formulas.DiffusionMse"/>.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="prediction">What is predicted.</param>
    /// <param name="weighting">What a step counts.</param>
    /// <param name="gamma">γ, positive and finite.</param>
    public static TupleRowsLoss<T> DiffusionMse<T>(
        int dimension,
        DiffusionPrediction prediction = DiffusionPrediction.Epsilon,
        DiffusionWeighting weighting = DiffusionWeighting.None,
        double gamma = 5)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromTupleFormula<T, DiffusionMse>(new(prediction, weighting, gamma))
            .OfRows(dimension, mean: true, targetsOfRow: 1)
            .Named(Made($"{dimension}{prediction}{weighting}{gamma}"));

    /// <summary>
    /// ½σᵏ·Σ(s + (y − x)/σ²)² over a row of predicted scores s at noisy numbers y, made of clean ones x by noise of
    /// scale σ.
    /// </summary>
    /// <remarks>
    /// A row of targets has x, y, then σ, one a row. Sources: <see cref="Formulas.DenoisingScoreMatching"/>.
    /// </remarks>
    /// <inheritdoc cref="DiffusionMse"/>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="power">k, what scales count; finite.</param>
    public static TupleRowsLoss<T> DenoisingScoreMatching<T>(int dimension, double power = 2)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromTupleFormula<T, DenoisingScoreMatching>(new(power)).OfRows(dimension, mean: false, targetsOfRow: 1)
            .Named(Made($"{dimension}{power}"));

    /// <summary>
    /// The mean over a row of (v − (x − z))², times a weight of its time: the loss of a predicted velocity v from noise
    /// z to data x.
    /// </summary>
    /// <remarks>
    /// A row of targets has z, x, then the time, one a row, strictly between 0 and 1. Sources:
    /// <see cref="Formulas.FlowMatching"/>.
    /// </remarks>
    /// <inheritdoc cref="DiffusionMse"/>
    /// <param name="dimension">How many numbers a row has.</param>
    /// <param name="weighting">What a time counts.</param>
    public static TupleRowsLoss<T> FlowMatching<T>(int dimension, FlowWeighting weighting = FlowWeighting.None)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FromTupleFormula<T, FlowMatching>(new(weighting)).OfRows(dimension, mean: true, targetsOfRow: 1)
            .Named(Made($"{dimension}{weighting}"));

    /// <summary>
    /// The negative evidence lower bound of a variational autoencoder: a reconstruction's loss and β times the
    /// divergence Σ ½(e^v + μ² − 1 − v) of its posterior from the standard normal prior.
    /// </summary>
    /// <remarks>
    /// Both parts are sums over the numbers of an example, without constants. Source: Higgins et al., "β-VAE", ICLR
    /// 2017.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="reconstruction">What an example is reconstructed as.</param>
    /// <param name="beta">β, finite and not negative.</param>
    /// <param name="variance">That of normal errors, positive and finite; 1 for binary ones, which have none.</param>
    public static ElboLoss<T> Elbo<T>(
        Reconstruction reconstruction = Reconstruction.Binary, double beta = 1, double variance = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => ElboFrom(
            reconstruction switch
            {
                Reconstruction.Binary when variance != 1 => throw new ArgumentException(
                    $"'variance' is {variance}, but binary reconstructions have none: expected 1.", nameof(variance)),
                Reconstruction.Binary => (PointwiseLoss<T>)BinaryCrossEntropyLogits<T>(),
                Reconstruction.Squared => SquaredError<T>().Scaled(
                    0.5 / Parameter.Positive(variance).In<T>(nameof(variance)).Value),
                _ => throw new ArgumentOutOfRangeException(
                    nameof(reconstruction), reconstruction, "Expected Binary or Squared."),
            },
            beta).Named(Made($"{reconstruction}{beta}{variance}"));

    /// <summary>The negative evidence lower bound with a reconstruction by any loss.</summary>
    /// <inheritdoc cref="Elbo"/>
    /// <param name="reconstruction">The loss of a number that is reconstructed.</param>
    /// <param name="beta">β, finite and not negative.</param>
    /// <param name="freeBits">How many nats a dimension are free; finite and not negative.</param>
    public static ElboLoss<T> ElboFrom<T>(PointwiseLoss<T> reconstruction, double beta = 1, double freeBits = 0)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(reconstruction);
        return new(reconstruction, beta, freeBits) { Name = Made($"{reconstruction}{beta}{freeBits}") };
    }

    /// <summary>
    /// The loss of a discriminator or critic, or of a generator, on scores of real and generated examples.
    /// </summary>
    /// <remarks>
    /// <see cref="AdversarialKind"/> has the losses of each score. A generator has its own examples alone. Sources:
    /// Goodfellow et al., NIPS 2014; Mao et al., ICCV 2017; Lim and Ye, 2017; Arjovsky et al., ICML 2017.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="kind">Which losses the scores have.</param>
    /// <param name="side">Whose loss it is.</param>
    public static AdversarialLoss<T> Gan<T>(
        AdversarialKind kind = AdversarialKind.Logistic, AdversarialSide side = AdversarialSide.Critic)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        OfScores<T>(kind, side, isRelative: false).Named(Made($"{kind}{side}"));

    /// <summary>
    /// The loss of a discriminator or critic, or of a generator, on scores less the mean score of the other examples:
    /// whether the real ones look more real than the generated ones do.
    /// </summary>
    /// <remarks>
    /// The critic's as <see cref="Gan"/>, on real − mean fake and fake − mean real; the generator's is the same with
    /// both exchanged. Both are differentiated, through the means. Source: Jolicoeur-Martineau, "The Relativistic
    /// Discriminator", ICLR 2019.
    /// </remarks>
    /// <inheritdoc cref="Gan"/>
    public static AdversarialLoss<T> RelativisticAverageGan<T>(
        AdversarialKind kind = AdversarialKind.Logistic, AdversarialSide side = AdversarialSide.Critic)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        OfScores<T>(kind, side, isRelative: true).Named(Made($"{kind}{side}"));

    private static AdversarialLoss<T> OfScores<T>(AdversarialKind kind, AdversarialSide side, bool isRelative)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool isCritic = side switch
        {
            AdversarialSide.Critic => true,
            AdversarialSide.Generator => false,
            _ => throw new ArgumentOutOfRangeException(nameof(side), side, "Expected Critic or Generator."),
        };
        PointwiseLoss<T> ofScore = kind switch
        {
            AdversarialKind.Logistic => AdversarialNonSaturating<T>(),
            AdversarialKind.LeastSquares => SquaredError<T>().Scaled(0.5),
            AdversarialKind.Hinge when isCritic || isRelative => AdversarialHinge<T>(),
            AdversarialKind.Hinge or AdversarialKind.Wasserstein => AdversarialWasserstein<T>(),
            _ => throw new ArgumentOutOfRangeException(
                nameof(kind), kind, "Expected Logistic, LeastSquares, Hinge or Wasserstein."),
        };
        double no = kind == AdversarialKind.LeastSquares ? 0 : -1;
        return new(ofScore, isCritic ? 1 : no, isCritic ? no : 1, isRelative, hasReal: isCritic || isRelative);
    }
}
