namespace LossKit;

public static partial class Loss
{
    /// <summary>A loss of several predictions and targets of each example, from a formula of your own.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">A <c>readonly struct</c>.</typeparam>
    /// <param name="formula">The formula with its parameters.</param>
    public static TupleLoss<T, TFormula> FromTupleFormula<T, TFormula>(TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, ITupleFormula => new(formula) { Name = Made($"{formula}") };

    /// <summary>
    /// A loss of pairs of answers beside a reference, from a formula of your own of the log-ratios: predictions are the
    /// log-probabilities of the chosen and the rejected answer, targets those by the reference.
    /// </summary>
    /// <inheritdoc cref="FromTupleFormula"/>
    public static TupleLoss<T, Preference<TFormula>> FromPreferenceFormula<T, TFormula>(TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IPreferenceFormula => new(new(formula)) { Name = Made($"{formula}") };

    /// <inheritdoc cref="Formulas.NormalNll{TLink}"/>
    /// <param name="link">
    /// How v is given: <see cref="Link.Log"/>, which it is by default, or <see cref="Link.Identity"/>.
    /// </param>
    /// <param name="full">Whether ½log 2π is added, which makes it nats.</param>
    /// <param name="beta">β of <see cref="BetaNormalNll{TLink}"/>; 0 is the likelihood itself.</param>
    public static TupleLoss<T> NormalNll<T>(Link? link = null, bool full = false, double beta = 0)
        where T : unmanaged, IFloatingPointIeee754<T> => ((TupleLoss<T>)((IsLog(link), beta == 0) switch
        {
            (true, true) => new TupleLoss<T, NormalNll<LogScale>>(new(full)),
            (true, false) => new TupleLoss<T, BetaNormalNll<LogScale>>(new(beta, full)),
            (false, true) => new TupleLoss<T, NormalNll<IdentityScale>>(new(full)),
            (false, false) => new TupleLoss<T, BetaNormalNll<IdentityScale>>(new(beta, full)),
        })).Named(Made($"{link}{full}{beta}"));

    /// <inheritdoc cref="Formulas.NormalNllGivenVariance"/>
    public static TupleLoss<T, NormalNllGivenVariance> NormalNllGivenVariance<T>(bool full = false)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(full)) { Name = Made($"{full}") };

    /// <inheritdoc cref="Formulas.QuantilePerExample"/>
    public static TupleLoss<T, QuantilePerExample> QuantilePerExample<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(default) { Name = Made() };

    /// <inheritdoc cref="Formulas.BoxIou{TFormat}"/>
    /// <param name="format">What the numbers of a box are.</param>
    /// <param name="epsilon">
    /// ε, what keeps boxes without area from dividing 0 by 0, in squared units; at least 0.
    /// </param>
    public static TupleLoss<T> BoxIou<T>(BoxFormat format = BoxFormat.Xyxy, double epsilon = 1e-7)
        where T : unmanaged, IFloatingPointIeee754<T> => IsXyxy(format)
            ? new TupleLoss<T, BoxIou<Xyxy>>(new(epsilon)) { Name = Made($"{format}{epsilon}") }
            : new TupleLoss<T, BoxIou<Cxcywh>>(new(epsilon)) { Name = Made($"{format}{epsilon}") };

    /// <inheritdoc cref="Formulas.BoxGiou{TFormat}"/>
    /// <inheritdoc cref="BoxIou" path="/param"/>
    public static TupleLoss<T> BoxGiou<T>(BoxFormat format = BoxFormat.Xyxy, double epsilon = 1e-7)
        where T : unmanaged, IFloatingPointIeee754<T> => IsXyxy(format)
            ? new TupleLoss<T, BoxGiou<Xyxy>>(new(epsilon)) { Name = Made($"{format}{epsilon}") }
            : new TupleLoss<T, BoxGiou<Cxcywh>>(new(epsilon)) { Name = Made($"{format}{epsilon}") };

    /// <inheritdoc cref="Formulas.BoxDiou{TFormat}"/>
    /// <inheritdoc cref="BoxIou" path="/param"/>
    public static TupleLoss<T> BoxDiou<T>(BoxFormat format = BoxFormat.Xyxy, double epsilon = 1e-7)
        where T : unmanaged, IFloatingPointIeee754<T> => IsXyxy(format)
            ? new TupleLoss<T, BoxDiou<Xyxy>>(new(epsilon)) { Name = Made($"{format}{epsilon}") }
            : new TupleLoss<T, BoxDiou<Cxcywh>>(new(epsilon)) { Name = Made($"{format}{epsilon}") };

    /// <inheritdoc cref="Formulas.BoxCiou{TFormat}"/>
    /// <inheritdoc cref="BoxIou" path="/param"/>
    public static TupleLoss<T> BoxCiou<T>(BoxFormat format = BoxFormat.Xyxy, double epsilon = 1e-7)
        where T : unmanaged, IFloatingPointIeee754<T> => IsXyxy(format)
            ? new TupleLoss<T, BoxCiou<Xyxy>>(new(epsilon)) { Name = Made($"{format}{epsilon}") }
            : new TupleLoss<T, BoxCiou<Cxcywh>>(new(epsilon)) { Name = Made($"{format}{epsilon}") };

    /// <inheritdoc cref="Formulas.BoxSiou{TFormat}"/>
    /// <param name="format">What the numbers of a box are.</param>
    /// <param name="epsilon">
    /// ε, what keeps boxes without area from dividing 0 by 0, in squared units; at least 0.
    /// </param>
    /// <param name="theta">θ, how little small differences of sides count; at least 1.</param>
    public static TupleLoss<T> BoxSiou<T>(
        BoxFormat format = BoxFormat.Xyxy, double epsilon = 1e-7, double theta = 4)
        where T : unmanaged, IFloatingPointIeee754<T> => IsXyxy(format)
            ? new TupleLoss<T, BoxSiou<Xyxy>>(new(theta, epsilon)) { Name = Made($"{format}{epsilon}{theta}") }
            : new TupleLoss<T, BoxSiou<Cxcywh>>(new(theta, epsilon)) { Name = Made($"{format}{epsilon}{theta}") };

    /// <inheritdoc cref="Formulas.BoxSmoothL1"/>
    public static TupleLoss<T, BoxSmoothL1> BoxSmoothL1<T>(double beta = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(beta)) { Name = Made($"{beta}") };

    /// <inheritdoc cref="Formulas.ClippedValue"/>
    public static TupleLoss<T, ClippedValue> ClippedValue<T>(double clip = 0.2)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(clip)) { Name = Made($"{clip}") };

    /// <inheritdoc cref="Formulas.Dpo"/>
    public static TupleLoss<T, Preference<Dpo>> Dpo<T>(double beta = 0.1, double labelSmoothing = 0)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new(new(beta, labelSmoothing))) { Name = Made($"{beta}{labelSmoothing}") };

    /// <inheritdoc cref="Formulas.RobustDpo"/>
    public static TupleLoss<T, Preference<RobustDpo>> RobustDpo<T>(double beta = 0.1, double labelSmoothing = 0)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new(new(beta, labelSmoothing))) { Name = Made($"{beta}{labelSmoothing}") };

    /// <inheritdoc cref="Formulas.Ipo"/>
    public static TupleLoss<T, Preference<Ipo>> Ipo<T>(double beta = 0.1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(new(beta))) { Name = Made($"{beta}") };

    /// <inheritdoc cref="Formulas.SlicHinge"/>
    public static TupleLoss<T, Preference<SlicHinge>> SlicHinge<T>(double beta = 0.1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(new(beta))) { Name = Made($"{beta}") };

    /// <inheritdoc cref="Formulas.ExoPair"/>
    public static TupleLoss<T, Preference<ExoPair>> ExoPair<T>(double beta = 0.1, double labelSmoothing = 0.001)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new(new(beta, labelSmoothing))) { Name = Made($"{beta}{labelSmoothing}") };

    /// <inheritdoc cref="Formulas.NcaPair"/>
    public static TupleLoss<T, Preference<NcaPair>> NcaPair<T>(double beta = 0.1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(new(beta))) { Name = Made($"{beta}") };

    /// <inheritdoc cref="Formulas.BcoPair"/>
    public static TupleLoss<T, Preference<BcoPair>> BcoPair<T>(double beta = 0.1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(new(beta))) { Name = Made($"{beta}") };

    /// <inheritdoc cref="Formulas.SppoHard"/>
    public static TupleLoss<T, Preference<SppoHard>> SppoHard<T>(double beta = 0.1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(new(beta))) { Name = Made($"{beta}") };

    /// <inheritdoc cref="Formulas.ApoZero"/>
    public static TupleLoss<T, Preference<ApoZero>> ApoZero<T>(double beta = 0.1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(new(beta))) { Name = Made($"{beta}") };

    /// <inheritdoc cref="Formulas.ApoDown"/>
    public static TupleLoss<T, Preference<ApoDown>> ApoDown<T>(double beta = 0.1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(new(beta))) { Name = Made($"{beta}") };

    /// <inheritdoc cref="Formulas.Cpo"/>
    public static TupleLoss<T, PreferenceAlone<Cpo>> Cpo<T>(
        double beta = 0.1, double labelSmoothing = 0, double likelihoodWeight = 0)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(new(beta, labelSmoothing, likelihoodWeight)))
        {
            Name = Made($"{beta}{labelSmoothing}{likelihoodWeight}"),
        };

    /// <inheritdoc cref="Formulas.SimPo"/>
    public static TupleLoss<T, PreferenceAlone<SimPo>> SimPo<T>(
        double beta = 2, double gamma = 0.5, double labelSmoothing = 0)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new(new(beta, gamma, labelSmoothing))) { Name = Made($"{beta}{gamma}{labelSmoothing}") };

    /// <inheritdoc cref="Formulas.Orpo"/>
    public static TupleLoss<T, PreferenceAlone<Orpo>> Orpo<T>(double lambda = 0.1, double likelihoodWeight = 0)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new(new(lambda, likelihoodWeight))) { Name = Made($"{lambda}{likelihoodWeight}") };

    /// <inheritdoc cref="Formulas.Kto"/>
    public static TupleLoss<T, Kto> Kto<T>(
        double beta = 0.1, double kl = 0, double desirableWeight = 1, double undesirableWeight = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(beta, kl, desirableWeight, undesirableWeight))
        {
            Name = Made($"{beta}{kl}{desirableWeight}{undesirableWeight}"),
        };

    /// <inheritdoc cref="Formulas.BradleyTerry"/>
    public static TupleLoss<T, BradleyTerry> BradleyTerry<T>(double centering = 0)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(centering)) { Name = Made($"{centering}") };

    /// <inheritdoc cref="Formulas.BradleyTerryMargin"/>
    public static TupleLoss<T, BradleyTerryMargin> BradleyTerryMargin<T>(double centering = 0)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(centering)) { Name = Made($"{centering}") };

    private static bool IsXyxy(BoxFormat format) => format switch
    {
        BoxFormat.Xyxy => true,
        BoxFormat.Cxcywh => false,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Expected Xyxy or Cxcywh."),
    };

    private static bool IsLog(Link? link) => link is null || link == Link.Log || (link == Link.Identity
        ? false
        : throw new ArgumentOutOfRangeException(nameof(link), link, "Expected the link 'log' or 'identity'."));
}
