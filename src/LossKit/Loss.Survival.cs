namespace LossKit;

// Losses of times until an event.
public static partial class Loss
{
    /// <summary>
    /// log Σ_{j at risk at t_i} e^(η_j) − η_i for each person i whose event was observed, at t_i: Cox's negative
    /// logarithmic partial likelihood. η are the risks, log hazard ratios; at risk are all whose time is not before
    /// t_i, and whose entry is.
    /// </summary>
    /// <remarks>
    /// <para>
    /// With case weights w the sum is Σ w_j·e^(η_j), and the term counts w_i. Efron's rule takes the mean of
    /// log(Σ w_j·e^(η_j) − l/d·Σ_D w_j·e^(η_j)) for l = 0 … d − 1 over the d tied events D. Gradient:
    /// Σ_i w_i·p_i(j) − w_j (the latter for an event), p_i(j) being j's share of i's sum. Any risks are allowed;
    /// nothing is exponentiated but differences that are not positive. The order of the inputs does not matter, and
    /// takes n log n.
    /// </para>
    /// <para>
    /// The mean is over events, as pycox has it; R and lifelines report the sum, scikit-survival's default are
    /// Breslow's ties, R's and lifelines' Efron's. Several nets sum over the sorted batch instead of the sets at risk,
    /// which is right only without ties. The loss is no sum over people: an event is compared with those at risk in its
    /// own batch alone, so that costs of mini-batches do not add up to the likelihood of the whole, and a small batch,
    /// whose sets at risk are nearly empty, says little. Draw people at random into large batches to train; take all of
    /// them in one call to report a likelihood. Sources:
    /// Cox, "Regression Models and Life-Tables", JRSS B 34, 1972; Breslow, Biometrics 30, 1974; Efron, "The Efficiency
    /// of Cox's Likelihood Function for Censored Data", JASA 72, 1977.
    /// </para>
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="ties">Who is at risk among those whose events happen at the same time.</param>
    public static CoxLoss<T> Cox<T>(Ties ties = Ties.Breslow)
        where T : unmanaged, IFloatingPointIeee754<T> => new(ties) { Name = Made($"{ties}") };

    /// <inheritdoc cref="Formulas.Aft{TDistribution}"/>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="distribution">F.</param>
    /// <param name="sigma">σ, positive and finite.</param>
    public static TupleLoss<T> Aft<T>(
        SurvivalDistribution distribution = SurvivalDistribution.Normal, double sigma = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => ((TupleLoss<T>)(distribution switch
        {
            SurvivalDistribution.Normal => new TupleLoss<T, Aft<NormalTime>>(new(sigma)),
            SurvivalDistribution.Logistic => new TupleLoss<T, Aft<LogisticTime>>(new(sigma)),
            SurvivalDistribution.Extreme => new TupleLoss<T, Aft<ExtremeTime>>(new(sigma)),
            _ => throw Unknown(distribution),
        })).Named(Made($"{distribution}{sigma}"));

    /// <inheritdoc cref="Formulas.AftLocationScale{TDistribution}"/>
    /// <inheritdoc cref="Aft" path="/typeparam"/>
    /// <param name="distribution">F.</param>
    public static TupleLoss<T> AftLocationScale<T>(SurvivalDistribution distribution = SurvivalDistribution.Normal)
        where T : unmanaged, IFloatingPointIeee754<T> => ((TupleLoss<T>)(distribution switch
        {
            SurvivalDistribution.Normal => new TupleLoss<T, AftLocationScale<NormalTime>>(default),
            SurvivalDistribution.Logistic => new TupleLoss<T, AftLocationScale<LogisticTime>>(default),
            SurvivalDistribution.Extreme => new TupleLoss<T, AftLocationScale<ExtremeTime>>(default),
            _ => throw Unknown(distribution),
        })).Named(Made($"{distribution}"));

    /// <inheritdoc cref="Formulas.ExponentialSurvival"/>
    public static TupleLoss<T, ExponentialSurvival> ExponentialSurvival<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(default) { Name = Made() };

    /// <inheritdoc cref="Formulas.WeibullSurvival"/>
    public static TupleLoss<T, WeibullSurvival> WeibullSurvival<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(default) { Name = Made() };

    /// <summary>
    /// Σ_{j &lt; k} softplus(x_j) + softplus(−x_k) of an event in interval k, x being logits of the hazards; censored
    /// there, Σ_{j &lt; k} softplus(x_j), and softplus(x_k) if that interval was survived.
    /// </summary>
    /// <remarks>
    /// A binary cross-entropy of every interval that was watched. pycox' <c>nll_logistic_hazard</c> counts the censored
    /// interval as survived; nnet-survival if half of it was, which its caller says by the interval. Sources: Brown,
    /// "On the Use of Indicator Variables for Studying the Time-Dependence of Parameters in a Response-Time Model",
    /// Biometrics 31, 1975; Gensheimer and Narasimhan, "A Scalable Discrete-Time Survival Model for Neural Networks",
    /// PeerJ 7, 2019.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="intervals">How many predictions a person has.</param>
    /// <param name="censoredInterval">What is known of the interval in which a censored person is last seen.</param>
    public static IntervalLoss<T> DiscreteTimeHazard<T>(
        int intervals, CensoredInterval censoredInterval = CensoredInterval.Survived)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(
            intervals,
            OfSides<T, AsGiven, DiscreteHazard>(default, default),
            censoredInterval switch
            {
                CensoredInterval.Survived => IntervalLoss<T>.Kind.HazardSurvived,
                CensoredInterval.Ignored => IntervalLoss<T>.Kind.HazardIgnored,
                _ => throw new ArgumentOutOfRangeException(
                    nameof(censoredInterval), censoredInterval, "Expected Survived or Ignored."),
            })
        {
            Name = Made($"{intervals}{censoredInterval}"),
        };

    /// <summary>
    /// −log p_k of an event in interval k, −log Σ_{j &gt; k} p_j if censored there; p is the softmax of the logits and
    /// of a 0 for what is after the last interval.
    /// </summary>
    /// <remarks>
    /// DeepHit's likelihood, pycox' <c>nll_pmf</c>, which adds 1e-7 within the logarithm and so stops near 16. Sources:
    /// Lee et al., "DeepHit: A Deep Learning Approach to Survival Analysis with Competing Risks", AAAI 2018; Kvamme and
    /// Borgan, "Continuous and Discrete-Time Survival Prediction with Neural Networks", Lifetime Data Analysis 27,
    /// 2021.
    /// </remarks>
    /// <inheritdoc cref="DiscreteTimeHazard"/>
    public static IntervalLoss<T> DiscreteTimeMass<T>(int intervals)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(
            intervals,
            FromGroupFormula<T, MarkedShare, LogSumExpFold, LogSumExpFold>(default),
            IntervalLoss<T>.Kind.Mass)
        {
            Name = Made($"{intervals}"),
        };

    /// <summary>
    /// Σ_{j &lt; k} h_j + f·h_k − event·log h_k for someone last seen after a fraction f of interval k, h = softplus(x)
    /// being hazards that are constant on each interval.
    /// </summary>
    /// <remarks>
    /// PC-Hazard. log h is x where h is small. Source: Kvamme and Borgan, "Continuous and Discrete-Time Survival
    /// Prediction with Neural Networks", Lifetime Data Analysis 27, 2021.
    /// </remarks>
    /// <inheritdoc cref="DiscreteTimeHazard"/>
    public static IntervalLoss<T> PiecewiseConstantHazard<T>(int intervals)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(intervals, OfSides<T, AsGiven, ConstantHazard>(default, default), IntervalLoss<T>.Kind.ConstantHazard)
        {
            Name = Made($"{intervals}"),
        };

    /// <summary>
    /// (1/n)·Σ_j e^((F_j(k) − F_i(k))/σ) of each of n persons i with an event in interval k, over all j who are left
    /// after it or censored in it; F is the sum of the probabilities up to k, of the softmax that
    /// <see cref="DiscreteTimeMass"/> has.
    /// </summary>
    /// <remarks>
    /// DeepHit's ranking term, pycox'. Source: Lee et al., "DeepHit: A Deep Learning Approach to Survival Analysis with
    /// Competing Risks", AAAI 2018.
    /// </remarks>
    /// <inheritdoc cref="DiscreteTimeHazard"/>
    /// <param name="intervals">How many predictions a person has.</param>
    /// <param name="sigma">σ, positive and finite, in units of probability.</param>
    public static DeepHitRankLoss<T> DeepHitRank<T>(int intervals, double sigma = 0.1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(intervals, sigma) { Name = Made($"{intervals}{sigma}") };

    private static ArgumentOutOfRangeException Unknown(
        SurvivalDistribution distribution, [CallerArgumentExpression(nameof(distribution))] string name = "") =>
        new(name, distribution, "Expected Normal, Logistic or Extreme.");
}
