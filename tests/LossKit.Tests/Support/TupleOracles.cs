namespace LossKit.Tests.Support;

/// <summary>A loss of tuples by its definition, in plain double.</summary>
/// <param name="Factory">The factory of <see cref="Loss"/>.</param>
/// <param name="InDouble">The loss.</param>
/// <param name="InSingle">The same loss of floats.</param>
/// <param name="Value">Of the predictions and the targets of an example.</param>
/// <param name="Lower">The least number of an example that is drawn, one for each.</param>
/// <param name="Upper">The largest.</param>
internal sealed record TupleOracle(
    string Factory,
    TupleLoss<double> InDouble,
    TupleLoss<float> InSingle,
    Func<double[], double[], double> Value,
    double[] Lower,
    double[] Upper)
{
    /// <summary>
    /// The loss of predictions near others, the last, where something made of these is held constant; else
    /// <see cref="Value"/>.
    /// </summary>
    public Func<double[], double[], double[], double>? Near { get; init; }
}

internal static class TupleOracles
{
    private static readonly double[] s_logsFrom = [-9, -9, -9, -9];
    private static readonly double[] s_logsTo = [-0.5, -0.5, -0.5, -0.5];

    // Corners that are less than their opposites, and sides that are positive.
    private static readonly double[] s_cornersFrom = [0, 0, 3, 3, 0, 0, 3, 3];
    private static readonly double[] s_cornersTo = [2.5, 2.5, 6, 6, 2.5, 2.5, 6, 6];
    private static readonly double[] s_centersFrom = [0, 0, 1, 1, 0, 0, 1, 1];
    private static readonly double[] s_centersTo = [3, 3, 4, 4, 3, 3, 4, 4];

    public static IReadOnlyList<TupleOracle> All { get; } =
    [
        Normal(Loss.NormalNll<double>(), Loss.NormalNll<float>(), x => x, full: 0, -2),
        Normal(Loss.NormalNll<double>(full: true), Loss.NormalNll<float>(full: true), x => x, full: 1, -2),
        Normal(
            Loss.NormalNll<double>(Link.Identity), Loss.NormalNll<float>(Link.Identity), Math.Log, full: 0, 0.3),
        .. Scaled(nameof(Loss.LaplaceNll), Loss.LaplaceNll<double>, Loss.LaplaceNll<float>, (d, b) =>
            Math.Abs(d) / b + Math.Log(2 * b)),
        .. Scaled(
            nameof(Loss.StudentTNll), link => Loss.StudentTNll<double>(2, link), link => Loss.StudentTNll<float>(2, link),
            (d, s) => Math.Log(s) + 1.5 * Math.Log(1 + d * d / (2 * s * s)) + Math.Log(2 * Math.Sqrt(2))),
        .. Scaled(nameof(Loss.CrpsGaussian), Loss.CrpsGaussian<double>, Loss.CrpsGaussian<float>, (d, s) =>
            d * ErfBySeries(d / s / Math.Sqrt(2))
            + s * (2 * Math.Exp(-0.5 * d * d / (s * s)) / Math.Sqrt(2 * Math.PI) - 1 / Math.Sqrt(Math.PI))),
        .. Scaled(nameof(Loss.CrpsLogistic), Loss.CrpsLogistic<double>, Loss.CrpsLogistic<float>, (d, s) =>
            s * (-d / s + 2 * Softplus(d / s) - 1)),
        .. Scaled(nameof(Loss.CrpsLaplace), Loss.CrpsLaplace<double>, Loss.CrpsLaplace<float>, (d, s) =>
            s * (Math.Abs(d / s) + Math.Exp(-Math.Abs(d / s)) - 0.75)),
        .. new[] { 0, 0.25 }.Select(price => new TupleOracle(
            nameof(Loss.EvidentialRegression),
            Loss.EvidentialRegression<double>(price),
            Loss.EvidentialRegression<float>(price),
            (p, t) =>
            {
                double omega = 2 * p[3] * (1 + p[1]);
                return 0.5 * Math.Log(Math.PI / p[1]) - p[2] * Math.Log(omega)
                    + (p[2] + 0.5) * Math.Log(p[1] * Math.Pow(t[0] - p[0], 2) + omega)
                    + LogGamma(p[2]) - LogGamma(p[2] + 0.5) + price * Math.Abs(t[0] - p[0]) * (2 * p[1] + p[2]);
            },
            [-3, 0.3, 1.1, 0.3, -3],
            [3, 3, 12, 3, 3])),
        new(
            nameof(Loss.IntervalScore),
            Loss.IntervalScore<double>(0.25),
            Loss.IntervalScore<float>(0.25),
            (p, t) => p[1] - p[0] + 8 * Math.Max(0, p[0] - t[0]) + 8 * Math.Max(0, t[0] - p[1]),
            [-2, 0, -3],
            [0, 2, 3]),
        new(
            nameof(Loss.ZeroInflatedPoissonNll),
            Loss.ZeroInflatedPoissonNll<double>(),
            Loss.ZeroInflatedPoissonNll<float>(),
            (p, t) => t[0] > 0
                ? -Math.Log(Sigmoid(-p[0])) + Math.Exp(p[1]) - t[0] * p[1] + LogGamma(t[0] + 1)
                : -Math.Log(Sigmoid(p[0]) + Sigmoid(-p[0]) * Math.Exp(-Math.Exp(p[1]))),
            [-2, -2, 0.5],
            [2, 2, 8]),
        new(
            nameof(Loss.ZeroInflatedLognormalNll),
            Loss.ZeroInflatedLognormalNll<double>(),
            Loss.ZeroInflatedLognormalNll<float>(),
            (p, t) => t[0] > 0
                ? Softplus(-p[0]) + Math.Log(t[0]) + p[2] + 0.5 * Math.Log(2 * Math.PI)
                    + 0.5 * Math.Pow((Math.Log(t[0]) - p[1]) / Math.Exp(p[2]), 2)
                : Softplus(p[0]),
            [-2, -2, -1, 0.1],
            [2, 2, 1, 5]),
        new(
            nameof(Loss.GammaNll),
            Loss.GammaNll<double>(),
            Loss.GammaNll<float>(),
            (p, t) => LogGamma(Math.Exp(p[1])) - Math.Exp(p[1]) * (p[1] - p[0]) - (Math.Exp(p[1]) - 1) * Math.Log(t[0])
                + Math.Exp(p[1] - p[0]) * t[0],
            [-2, -2, 0.1],
            [2, 2, 5]),
        Linked(
            nameof(Loss.StudentTNllDegrees), Loss.StudentTNllDegrees<double>(), Loss.StudentTNllDegrees<float>(), Math.Exp),
        Linked(
            nameof(Loss.StudentTNllDegrees),
            Loss.StudentTNllDegrees<double>(Link.Identity),
            Loss.StudentTNllDegrees<float>(Link.Identity),
            s => s),
        new(
            nameof(Loss.NegativeBinomialNll),
            Loss.NegativeBinomialNll<double>(),
            Loss.NegativeBinomialNll<float>(),
            (p, t) => NegativeBinomial(p[0], p[1], t[0]),
            [-2, -2, 0],
            [2, 2, 8]),
        new(
            nameof(Loss.ZeroInflatedNegativeBinomialNll),
            Loss.ZeroInflatedNegativeBinomialNll<double>(),
            Loss.ZeroInflatedNegativeBinomialNll<float>(),
            (p, t) => NegativeBinomial(p[1], p[2], t[0]) - Math.Log(Sigmoid(-p[0])),
            [-2, -2, -2, 0.5],
            [2, 2, 2, 8]),
        new(
            nameof(Loss.ZeroInflatedNegativeBinomialNll),
            Loss.ZeroInflatedNegativeBinomialNll<double>(),
            Loss.ZeroInflatedNegativeBinomialNll<float>(),
            (p, _) => -Math.Log(Sigmoid(p[0]) + Sigmoid(-p[0]) * Math.Exp(-NegativeBinomial(p[1], p[2], 0))),
            [-2, -2, -2, 0],
            [2, 2, 2, 0]),
        .. Concentrations(
            nameof(Loss.BetaDistributionNll),
            Loss.BetaDistributionNll<double>,
            Loss.BetaDistributionNll<float>,
            (a, t) => Dirichlet(a, [t[0], 1 - t[0]]),
            [0.1],
            [0.9]),
        .. Concentrations(
            nameof(Loss.DirichletNll),
            link => Loss.DirichletNll<double>(2, link),
            link => Loss.DirichletNll<float>(2, link),
            Dirichlet,
            [0.1, 0.1],
            [0.6, 0.6]),
        new(
            nameof(Loss.VonMisesNll),
            Loss.VonMisesNll<double>(),
            Loss.VonMisesNll<float>(),
            (p, t) => VonMises(p[0] - t[0], Math.Exp(p[1])),
            [-9, -3, -9],
            [9, 3.7, 9]),
        new(
            nameof(Loss.VonMisesNll),
            Loss.VonMisesNll<double>(Link.Identity),
            Loss.VonMisesNll<float>(Link.Identity),
            (p, t) => VonMises(p[0] - t[0], p[1]),
            [-9, 0.3, -9],
            [9, 9, 9]),
        new(
            nameof(Loss.MixtureDensityNll),
            Loss.MixtureDensityNll<double>(2),
            Loss.MixtureDensityNll<float>(2),
            (p, t) => Math.Log(Math.Exp(p[0]) + Math.Exp(p[1]))
                - Math.Log(Enumerable.Range(0, 2).Sum(k =>
                    Math.Exp(p[k] - Math.Pow((p[2 + k] - t[0]) / Math.Exp(p[4 + k]), 2) / 2 - p[4 + k])))
                + Math.Log(2 * Math.PI) / 2,
            [-2, -2, -2, -2, -0.7, -0.7, -2],
            [2, 2, 2, 2, 1, 1, 2]),
        new(
            nameof(Loss.MultivariateGaussianNll),
            Loss.MultivariateGaussianNll<double>(2),
            Loss.MultivariateGaussianNll<float>(2),
            (p, t) =>
            {
                double first = (t[0] - p[0]) / Math.Exp(p[2]);
                double second = (t[1] - p[1] - p[3] * first) / Math.Exp(p[4]);
                return (first * first + second * second) / 2 + p[2] + p[4] + Math.Log(2 * Math.PI);
            },
            [-2, -2, -0.7, -1, -0.7, -2, -2],
            [2, 2, 1, 1, 1, 2, 2]),
        new(
            nameof(Loss.QuantileVector),
            Loss.QuantileVector<double>([0.2, 0.7, 0.8], 0.5),
            Loss.QuantileVector<float>([0.2, 0.7, 0.8], 0.5),
            (p, t) => (p.Zip([0.2, 0.7, 0.8], (x, q) => Math.Max(q * (t[0] - x), (1 - q) * (x - t[0]))).Sum()
                + 0.5 * (Math.Max(0, p[0] - p[1]) + Math.Max(0, p[1] - p[2]))) / 3,
            [-2, -2, -2, -2],
            [2, 2, 2, 2]),
        new(
            nameof(Loss.CrpsEnsemble),
            Loss.CrpsEnsemble<double>(3, 0.4),
            Loss.CrpsEnsemble<float>(3, 0.4),
            (p, t) => Ensemble([.. p.Select(x => new[] { x })], t),
            [-2, -2, -2, -2],
            [2, 2, 2, 2]),
        new(
            nameof(Loss.EnergyScore),
            Loss.EnergyScore<double>(3, 2, 0.4),
            Loss.EnergyScore<float>(3, 2, 0.4),
            (p, t) => Ensemble([p[..2], p[2..4], p[4..]], t),
            [-2, -2, 0, 0, 2, 2, 4, 4],
            [-1, -1, 1, 1, 3, 3, 5, 5]),
        .. Times(
            SurvivalDistribution.Normal,
            z => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI),
            z => 0.5 + 0.5 * ErfBySeries(z / Math.Sqrt(2))),
        .. Times(SurvivalDistribution.Logistic, z => Sigmoid(z) * Sigmoid(-z), Sigmoid),
        .. Times(
            SurvivalDistribution.Extreme,
            z => Math.Exp(z - Math.Exp(z)),
            z => 1 - Math.Exp(-Math.Exp(z))),
        new(
            nameof(Loss.ExponentialSurvival),
            Loss.ExponentialSurvival<double>(),
            Loss.ExponentialSurvival<float>(),
            (p, t) => t[0] * Math.Exp(p[0]) - t[1] * p[0],
            [-2, 0.1, 0],
            [2, 4, 1]),
        new(
            nameof(Loss.WeibullSurvival),
            Loss.WeibullSurvival<double>(),
            Loss.WeibullSurvival<float>(),
            (p, t) => Math.Pow(t[0] / Math.Exp(p[0]), Math.Exp(p[1]))
                - t[1] * (p[1] - p[0] + (Math.Exp(p[1]) - 1) * (Math.Log(t[0]) - p[0])),
            [-1, -1, 0.1, 0],
            [1, 0.5, 4, 1]),
        .. Boxes(nameof(Loss.BoxIou), Loss.BoxIou<double>, Loss.BoxIou<float>, (_, _, _) => 0),
        .. Boxes(nameof(Loss.BoxGiou), Loss.BoxGiou<double>, Loss.BoxGiou<float>, (a, b, _) =>
        {
            double hull = (Math.Max(a[2], b[2]) - Math.Min(a[0], b[0])) * (Math.Max(a[3], b[3]) - Math.Min(a[1], b[1]));
            return (hull - Union(a, b)) / (hull + 1e-7);
        }),
        .. Boxes(nameof(Loss.BoxDiou), Loss.BoxDiou<double>, Loss.BoxDiou<float>, (a, b, _) => Apart(a, b)),
        .. Boxes(nameof(Loss.BoxCiou), Loss.BoxCiou<double>, Loss.BoxCiou<float>, (a, b, at) =>
        {
            double aspect = Aspect(at, b);
            double share = aspect / (1 - Common(at, b) / (Union(at, b) + 1e-7) + aspect + 1e-7);
            return Apart(a, b) + share * Aspect(a, b);
        }),
        .. Boxes(
            nameof(Loss.BoxSiou),
            (format, epsilon) => Loss.BoxSiou<double>(format, epsilon, theta: 3),
            (format, epsilon) => Loss.BoxSiou<float>(format, epsilon, theta: 3),
            (a, b, _) =>
            {
                double[] d = [.. new[] { 0, 1 }.Select(i => (a[i] + a[i + 2] - b[i] - b[i + 2]) / 2)];
                double angle = 2 * Math.Abs(d[0] * d[1]) / (d[0] * d[0] + d[1] * d[1] + 1e-7);
                return new[] { 0, 1 }.Sum(i =>
                {
                    double hull = Math.Max(a[i + 2], b[i + 2]) - Math.Min(a[i], b[i]) + 1e-7;
                    (double p, double t) = (a[i + 2] - a[i], b[i + 2] - b[i]);
                    return (1 - Math.Exp(-(2 - angle) * Math.Pow(d[i] / hull, 2))
                        + Math.Pow(1 - Math.Exp(-Math.Abs(p - t) / (Math.Max(p, t) + 1e-7)), 3)) / 2;
                });
            }),
        new(
            nameof(Loss.BoxSmoothL1),
            Loss.BoxSmoothL1<double>(0.625),
            Loss.BoxSmoothL1<float>(0.625),
            (p, t) => p.Zip(t).Sum(pair => Math.Abs(pair.First - pair.Second) is < 0.625 and double d
                ? 0.8 * d * d
                : Math.Abs(pair.First - pair.Second) - 0.3125),
            s_centersFrom,
            s_centersTo),
        new(
            nameof(Loss.ClippedValue),
            Loss.ClippedValue<double>(0.5),
            Loss.ClippedValue<float>(0.5),
            (p, t) => Math.Max(Math.Pow(p[0] - t[1], 2), Math.Pow(Math.Clamp(p[0], t[0] - 0.5, t[0] + 0.5) - t[1], 2)) / 2,
            [-2, -2, -2],
            [2, 2, 2]),
        Pair(
            nameof(Loss.Dpo), Loss.Dpo<double>(0.4, 0.1), Loss.Dpo<float>(0.4, 0.1), (c, r) =>
            0.9 * Softplus(0.4 * (r - c)) + 0.1 * Softplus(0.4 * (c - r))),
        Pair(
            nameof(Loss.RobustDpo), Loss.RobustDpo<double>(0.4, 0.1), Loss.RobustDpo<float>(0.4, 0.1), (c, r) =>
            (0.9 * Softplus(0.4 * (r - c)) - 0.1 * Softplus(0.4 * (c - r))) / 0.8),
        Pair(
            nameof(Loss.Ipo), Loss.Ipo<double>(0.4), Loss.Ipo<float>(0.4), (c, r) => Math.Pow(c - r - 1.25, 2)),
        new(
            nameof(Loss.Ipo),
            Loss.Ipo<double>(0.4).PerToken(),
            Loss.Ipo<float>(0.4).PerToken(),
            (p, t) => Math.Pow((p[0] - t[0]) / t[2] - (p[1] - t[1]) / t[3] - 1.25, 2),
            [.. s_logsFrom, 2, 2],
            [.. s_logsTo, 9, 9]),
        Alone(
            nameof(Loss.Ipo),
            Loss.Ipo<double>(0.4).WithoutReference(),
            Loss.Ipo<float>(0.4).WithoutReference(),
            (c, r) => Math.Pow(c - r - 1.25, 2)),
        new(
            nameof(Loss.Ipo),
            Loss.Ipo<double>(0.4).WithoutReference().PerToken(),
            Loss.Ipo<float>(0.4).WithoutReference().PerToken(),
            (p, t) => Math.Pow(p[0] / t[0] - p[1] / t[1] - 1.25, 2),
            [.. s_logsFrom[..2], 2, 2],
            [.. s_logsTo[..2], 9, 9]),
        Pair(
            nameof(Loss.SlicHinge), Loss.SlicHinge<double>(0.4), Loss.SlicHinge<float>(0.4), (c, r) =>
            Math.Max(0, 1 - 0.4 * (c - r))),
        Pair(
            nameof(Loss.ExoPair), Loss.ExoPair<double>(0.4, 0.1), Loss.ExoPair<float>(0.4, 0.1), (c, r) =>
        {
            double p = Sigmoid(0.4 * (c - r));
            return p * Math.Log(p / 0.9) + (1 - p) * Math.Log((1 - p) / 0.1);
        }),
        Pair(
            nameof(Loss.NcaPair), Loss.NcaPair<double>(0.4), Loss.NcaPair<float>(0.4), (c, r) =>
            Softplus(-0.4 * c) + 0.5 * Softplus(0.4 * c) + 0.5 * Softplus(0.4 * r)),
        Pair(
            nameof(Loss.BcoPair), Loss.BcoPair<double>(0.4), Loss.BcoPair<float>(0.4), (c, r) =>
            Softplus(-0.4 * c) + Softplus(0.4 * r)),
        Pair(
            nameof(Loss.SppoHard), Loss.SppoHard<double>(0.4), Loss.SppoHard<float>(0.4), (c, r) =>
            Math.Pow(c - 1.25, 2) + Math.Pow(r + 1.25, 2)),
        Pair(
            nameof(Loss.ApoZero), Loss.ApoZero<double>(0.4), Loss.ApoZero<float>(0.4), (c, r) =>
            Sigmoid(-0.4 * c) + Sigmoid(0.4 * r)),
        Pair(
            nameof(Loss.ApoDown), Loss.ApoDown<double>(0.4), Loss.ApoDown<float>(0.4), (c, r) =>
            Sigmoid(0.4 * c) + Sigmoid(-0.4 * (c - r))),
        Alone(
            nameof(Loss.Cpo), Loss.Cpo<double>(0.4, 0.1, 0.3), Loss.Cpo<float>(0.4, 0.1, 0.3), (c, r) =>
            0.9 * Softplus(0.4 * (r - c)) + 0.1 * Softplus(0.4 * (c - r)) - 0.3 * c),
        Alone(
            nameof(Loss.SimPo), Loss.SimPo<double>(0.4, 0.7, 0.1), Loss.SimPo<float>(0.4, 0.7, 0.1), (c, r) =>
            0.9 * Softplus(0.7 - 0.4 * (c - r)) + 0.1 * Softplus(0.4 * (c - r) - 0.7)),
        Alone(
            nameof(Loss.Orpo), Loss.Orpo<double>(0.4, 0.3), Loss.Orpo<float>(0.4, 0.3), (c, r) =>
            0.4 * Softplus(r - Math.Log(1 - Math.Exp(r)) - c + Math.Log(1 - Math.Exp(c))) - 0.3 * c),
        Alone(
            nameof(Loss.BradleyTerry), Loss.BradleyTerry<double>(0.3), Loss.BradleyTerry<float>(0.3), (c, r) =>
            Softplus(r - c) + 0.3 * (c + r) * (c + r)),
        new(
            nameof(Loss.BradleyTerryMargin),
            Loss.BradleyTerryMargin<double>(),
            Loss.BradleyTerryMargin<float>(),
            (p, t) => Softplus(p[1] - p[0] + t[0]),
            [-3, -3, 0],
            [3, 3, 2]),
        new(
            nameof(Loss.NormalNllGivenVariance),
            Loss.NormalNllGivenVariance<double>(),
            Loss.NormalNllGivenVariance<float>(),
            (p, t) => (Math.Log(t[1]) + Math.Pow(p[0] - t[0], 2) / t[1]) / 2,
            [-2, -2, 0.3],
            [2, 2, 4]),
        new(
            nameof(Loss.NormalNllGivenVariance),
            Loss.NormalNllGivenVariance<double>(full: true),
            Loss.NormalNllGivenVariance<float>(full: true),
            (p, t) => (Math.Log(2 * Math.PI * t[1]) + Math.Pow(p[0] - t[0], 2) / t[1]) / 2,
            [-2, -2, 0.3],
            [2, 2, 4]),
        new(
            nameof(Loss.QuantilePerExample),
            Loss.QuantilePerExample<double>(),
            Loss.QuantilePerExample<float>(),
            (p, t) => Math.Max(t[1] * (t[0] - p[0]), (1 - t[1]) * (p[0] - t[0])),
            [-2, -2, 0],
            [2, 2, 1]),
        new(
            nameof(Loss.ExpectedCostPerExample),
            Loss.ExpectedCostPerExample<double>(),
            Loss.ExpectedCostPerExample<float>(),
            (p, t) => t[0] > 0.5
                ? Sigmoid(p[0]) * t[3] + Sigmoid(-p[0]) * t[2]
                : Sigmoid(p[0]) * t[1] + Sigmoid(-p[0]) * t[4],
            [-3, 0, 0, 0, -1, -1],
            [3, 1, 4, 9, 1, 1]),
        new(
            nameof(Loss.ExpectedClassCostPerExample),
            Loss.ExpectedClassCostPerExample<double>(3),
            Loss.ExpectedClassCostPerExample<float>(3),
            (p, t) => p.Zip(t, (x, cost) => Math.Exp(x) * cost).Sum() / p.Sum(Math.Exp),
            [-2, -2, -2, -1, -1, -1],
            [2, 2, 2, 5, 5, 5]),
        .. SideInputs(),
        new(
            nameof(Loss.Kto),
            Loss.Kto<double>(0.4, 0.2, 1.5, 0.7),
            Loss.Kto<float>(0.4, 0.2, 1.5, 0.7),
            (p, t) => t[1] > 0.5 ? 1.5 * Sigmoid(0.4 * (0.2 - p[0] + t[0])) : 0.7 * Sigmoid(0.4 * (p[0] - t[0] - 0.2)),
            [-9, -9, 0],
            [-1, -1, 1]),
    ];

    /// <summary>Modifiers that take a number of each example besides its target.</summary>
    private static IEnumerable<TupleOracle> SideInputs()
    {
        yield return new(
            nameof(PointwiseLoss<>.AsymmetricPerExample),
            Loss.SquaredError<double>().AsymmetricPerExample(),
            Loss.SquaredError<float>().AsymmetricPerExample(),
            (p, t) => (p[0] > t[0] ? t[1] : t[2]) * Math.Pow(p[0] - t[0], 2),
            [-2, -2, 0, 0],
            [2, 2, 3, 3]);

        // Of a log, and of log-odds, only what is lost besides the best is priced.
        yield return new(
            nameof(PointwiseLoss<>.AsymmetricPerExample),
            Loss.Poisson<double>().AsymmetricPerExample(),
            Loss.Poisson<float>().AsymmetricPerExample(),
            (p, t) => Poisson(Math.Log(t[0]), t[0])
                + (p[0] > Math.Log(t[0]) ? t[1] : t[2]) * (Poisson(p[0], t[0]) - Poisson(Math.Log(t[0]), t[0])),
            [-1, 0.5, 0, 0],
            [2, 5, 3, 3]);
        yield return new(
            nameof(PointwiseLoss<>.AsymmetricPerExample),
            Loss.BinaryCrossEntropyLogits<double>().AsymmetricPerExample(),
            Loss.BinaryCrossEntropyLogits<float>().AsymmetricPerExample(),
            (p, t) =>
            {
                double least = -t[0] * Math.Log(t[0]) - (1 - t[0]) * Math.Log(1 - t[0]);
                return least + (Sigmoid(p[0]) > t[0] ? t[1] : t[2]) * (Softplus(p[0]) - t[0] * p[0] - least);
            },
            [-2, 0.1, 0, 0],
            [2, 0.9, 3, 3]);

        // Chosen at run time.
        yield return new(
            nameof(PointwiseLoss<>.AsymmetricPerExample),
            Loss.Parse<double>("huber(0.5)").AsymmetricPerExample(),
            Loss.Parse<float>("huber(0.5)").AsymmetricPerExample(),
            (p, t) => (p[0] > t[0] ? t[1] : t[2]) * Huber(p[0] - t[0], 0.5),
            [-2, -2, 0, 0],
            [2, 2, 3, 3]);
        yield return new(
            nameof(PointwiseLoss<>.Censored),
            Loss.SquaredError<double>().Censored(),
            Loss.SquaredError<float>().Censored(),
            (p, t) => t[1] * (p[0] - t[0]) > 0 ? 0 : Math.Pow(p[0] - t[0], 2),
            [-2, -2, -1],
            [2, 2, 1]);
        yield return new(
            nameof(PointwiseLoss<>.Censored),
            Loss.Parse<double>("poisson").Censored(),
            Loss.Parse<float>("poisson").Censored(),
            (p, t) => Poisson(t[1] * (p[0] - Math.Log(t[0])) > 0 ? Math.Log(t[0]) : p[0], t[0]),
            [-1, 0.5, -1],
            [2, 5, 1]);
        yield return new(
            nameof(PointwiseLoss<>.InUnitsPerExample),
            Loss.Huber<double>(0.5).InUnitsPerExample(),
            Loss.Huber<float>(0.5).InUnitsPerExample(),
            (p, t) => Huber((p[0] - t[0]) / t[1], 0.5),
            [-2, -2, 0.5],
            [2, 2, 4]);
        yield return new(
            nameof(PointwiseLoss<>.InUnitsPerExample),
            Loss.Parse<double>("logCosh").InUnitsPerExample(),
            Loss.Parse<float>("logCosh").InUnitsPerExample(),
            (p, t) => Math.Log(Math.Cosh((p[0] - t[0]) / t[1])),
            [-2, -2, 0.5],
            [2, 2, 4]);
        yield return new(
            nameof(PointwiseLoss<>.WithOffset),
            Loss.BinaryCrossEntropyLogits<double>().WithOffset(),
            Loss.BinaryCrossEntropyLogits<float>().WithOffset(),
            (p, t) => Softplus(p[0] + t[1]) - t[0] * (p[0] + t[1]),
            [-2, 0, -2],
            [2, 1, 2]);
        yield return new(
            nameof(PointwiseLoss<>.WithOffset),
            Loss.Parse<double>("poisson").WithOffset(),
            Loss.Parse<float>("poisson").WithOffset(),
            (p, t) => Poisson(p[0] + t[1], t[0]),
            [-1, 0, -1],
            [1, 5, 1]);
        yield return new(
            nameof(PointwiseLoss<>.WithExposure),
            Loss.Poisson<double>().WithExposure(),
            Loss.Poisson<float>().WithExposure(),
            (p, t) => t[1] * Math.Exp(p[0]) - t[0] * (p[0] + Math.Log(t[1])),
            [-1, 0, 0.3],
            [1, 5, 4]);
        yield return new(
            nameof(PointwiseLoss<>.WithExposure),
            Loss.Parse<double>("gamma").WithExposure(),
            Loss.Parse<float>("gamma").WithExposure(),
            (p, t) => p[0] + Math.Log(t[1]) + t[0] / t[1] * Math.Exp(-p[0]),
            [-1, 0.1, 0.3],
            [1, 5, 4]);

        static double Poisson(double logMean, double count) => Math.Exp(logMean) - count * logMean;

        static double Huber(double error, double delta) => Math.Abs(error) < delta
            ? error * error / 2
            : delta * (Math.Abs(error) - delta / 2);
    }

    private static TupleOracle Normal(
        TupleLoss<double> loss, TupleLoss<float> single, Func<double, double> log, double full, double least) => new(
            nameof(Loss.NormalNll),
            loss,
            single,
            (p, t) => (log(p[1]) + Math.Pow(p[0] - t[0], 2) / Math.Exp(log(p[1])) + full * Math.Log(2 * Math.PI)) / 2,
            [-2, least, -2],
            [2, 2, 2]);

    private static TupleOracle Linked(
        string factory, TupleLoss<double> loss, TupleLoss<float> single, Func<double, double> scale) => new(
            factory,
            loss,
            single,
            (p, t) => 0.5 * (p[2] + 1) * Math.Log(1 + Math.Pow((p[0] - t[0]) / scale(p[1]), 2) / p[2])
                + Math.Log(scale(p[1])) + 0.5 * Math.Log(Math.PI * p[2]) + LogGamma(p[2] / 2) - LogGamma((p[2] + 1) / 2),
            [-3, 0.3, 0.7, -3],
            [3, 1.5, 9, 3]);

    private static IEnumerable<TupleOracle> Concentrations(
        string factory,
        Func<Link?, TupleLoss<double>> loss,
        Func<Link?, TupleLoss<float>> single,
        Func<double[], double[], double> value,
        double[] lower,
        double[] upper)
    {
        yield return new(
            factory,
            loss(null),
            single(null),
            (p, t) => value([.. p.Select(Math.Exp)], t),
            [-2, -2, .. lower],
            [2, 2, .. upper]);
        yield return new(
            factory, loss(Link.Identity), single(Link.Identity), value, [0.2, 0.2, .. lower], [5, 5, .. upper]);
    }

    private static double Dirichlet(double[] alpha, double[] t) =>
        alpha.Sum(LogGamma) - LogGamma(alpha.Sum()) - alpha.Zip(t, (a, share) => (a - 1) * Math.Log(share)).Sum();

    private static double NegativeBinomial(double logMean, double logDispersion, double t)
    {
        double r = Math.Exp(-logDispersion);
        double m = Math.Exp(logMean);
        return LogGamma(r) - LogGamma(t + r) + LogGamma(t + 1) + r * Math.Log(1 + m / r) - t * Math.Log(m / (m + r));
    }

    /// <summary>The Bessel function by its series.</summary>
    private static double VonMises(double angle, double kappa)
    {
        double term = 1;
        double sum = 1;
        for (int k = 1; k < 200; k++)
        {
            term *= kappa / 2 / k * (kappa / 2 / k);
            sum += term;
        }

        return Math.Log(2 * Math.PI * sum) - kappa * Math.Cos(angle);
    }

    /// <summary>Of three members, almost fair by 0.4.</summary>
    private static double Ensemble(double[][] members, double[] target)
    {
        return members.Average(member => Distance(member, target))
            - 0.5 * (0.4 / 6 + 0.6 / 9) * members.Sum(one => members.Sum(other => Distance(one, other)));

        static double Distance(double[] one, double[] other) =>
            Math.Sqrt(one.Zip(other, (a, b) => (a - b) * (a - b)).Sum());
    }

    /// <summary>Times that were seen, and those between two.</summary>
    private static IEnumerable<TupleOracle> Times(
        SurvivalDistribution distribution, Func<double, double> density, Func<double, double> cdf)
    {
        foreach ((double[] from, double[] to) in (((double[], double[])[])
            [([-1, 0.5, 1.5], [1, 1.25, 4]), ([-1, 2, 0.1], [1, 3, 2])]))
        {
            yield return new(
                nameof(Loss.Aft),
                Loss.Aft<double>(distribution, 1.25),
                Loss.Aft<float>(distribution, 1.25),
                (p, t) => Value(p[0], 1.25, t),
                from,
                to);
            yield return new(
                nameof(Loss.AftLocationScale),
                Loss.AftLocationScale<double>(distribution),
                Loss.AftLocationScale<float>(distribution),
                (p, t) => Value(p[0], Math.Exp(p[1]), t),
                [from[0], -0.5, from[1], from[2]],
                [to[0], 0.5, to[1], to[2]]);
        }

        // Where the later of two times is not later, it is the earlier that was seen.
        double Value(double location, double scale, double[] times)
        {
            double z = (Math.Log(times[0]) - location) / scale;
            return times[1] > times[0]
                ? -Math.Log(cdf((Math.Log(times[1]) - location) / scale) - cdf(z))
                : -Math.Log(density(z)) + Math.Log(scale * times[0]);
        }
    }

    private static IEnumerable<TupleOracle> Boxes(
        string factory,
        Func<BoxFormat, double, TupleLoss<double>> loss,
        Func<BoxFormat, double, TupleLoss<float>> single,
        Func<double[], double[], double[], double> rest)
    {
        yield return new(
            factory,
            loss(BoxFormat.Xyxy, 1e-7),
            single(BoxFormat.Xyxy, 1e-7),
            (p, t) => Value(p, t, p),
            s_cornersFrom,
            s_cornersTo)
        { Near = Value };
        yield return new(
            factory,
            loss(BoxFormat.Cxcywh, 1e-7),
            single(BoxFormat.Cxcywh, 1e-7),
            (p, t) => Value(Corners(p), Corners(t), Corners(p)),
            s_centersFrom,
            s_centersTo)
        { Near = (p, t, at) => Value(Corners(p), Corners(t), Corners(at)) };

        double Value(double[] a, double[] b, double[] at) =>
            1 - Common(a, b) / (Union(a, b) + 1e-7) + rest(a, b, at);

        static double[] Corners(double[] box) =>
            [box[0] - box[2] / 2, box[1] - box[3] / 2, box[0] + box[2] / 2, box[1] + box[3] / 2];
    }

    private static IEnumerable<TupleOracle> Scaled(
        string factory,
        Func<Link?, TupleLoss<double>> loss,
        Func<Link?, TupleLoss<float>> single,
        Func<double, double, double> value)
    {
        yield return new(
            factory, loss(null), single(null), (p, t) => value(p[0] - t[0], Math.Exp(p[1])), [-3, -1, -3], [3, 1, 3]);
        yield return new(
            factory,
            loss(Link.Identity),
            single(Link.Identity),
            (p, t) => value(p[0] - t[0], p[1]),
            [-3, 0.3, -3],
            [3, 3, 3]);
    }

    /// <summary>By a series without a term of another sign.</summary>
    private static double ErfBySeries(double x)
    {
        if (Math.Abs(x) > 6)
        {
            return Math.Sign(x);
        }

        double term = x;
        double sum = x;
        for (int k = 1; k < 200; k++)
        {
            term *= 2 * x * x / (2 * k + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static double LogGamma(double x)
    {
        double shift = 0;
        for (; x < 20; x++)
        {
            shift += Math.Log(x);
        }

        return (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x * x * x)
            + 1 / (1260 * Math.Pow(x, 5)) - shift;
    }

    private static TupleOracle Pair(
        string factory, TupleLoss<double> loss, TupleLoss<float> single, Func<double, double, double> value) =>
        new(factory, loss, single, (p, t) => value(p[0] - t[0], p[1] - t[1]), s_logsFrom, s_logsTo);

    private static TupleOracle Alone(
        string factory, TupleLoss<double> loss, TupleLoss<float> single, Func<double, double, double> value) =>
        new(factory, loss, single, (p, _) => value(p[0], p[1]), s_logsFrom[..2], s_logsTo[..2]);

    private static double Common(double[] a, double[] b) =>
        Math.Max(0, Math.Min(a[2], b[2]) - Math.Max(a[0], b[0]))
        * Math.Max(0, Math.Min(a[3], b[3]) - Math.Max(a[1], b[1]));

    private static double Union(double[] a, double[] b) =>
        (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - Common(a, b);

    private static double Apart(double[] a, double[] b)
    {
        double x = Math.Max(a[2], b[2]) - Math.Min(a[0], b[0]);
        double y = Math.Max(a[3], b[3]) - Math.Min(a[1], b[1]);
        double dx = (a[0] + a[2] - b[0] - b[2]) / 2;
        double dy = (a[1] + a[3] - b[1] - b[3]) / 2;
        return (dx * dx + dy * dy) / (x * x + y * y + 1e-7);
    }

    private static double Aspect(double[] a, double[] b) => Math.Pow(
        2 / Math.PI * (Math.Atan((b[2] - b[0]) / (b[3] - b[1])) - Math.Atan((a[2] - a[0]) / (a[3] - a[1]))), 2);

    private static double Softplus(double x) => Math.Log(1 + Math.Exp(x));

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
