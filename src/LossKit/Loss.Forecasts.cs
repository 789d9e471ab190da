namespace LossKit;

// Losses of forecasts that are distributions or intervals.
public static partial class Loss
{
    /// <inheritdoc cref="Formulas.LaplaceNll{TLink}"/>
    /// <param name="link">
    /// How the scale is given: <see cref="Link.Log"/>, which it is by default, or <see cref="Link.Identity"/>.
    /// </param>
    public static TupleLoss<T> LaplaceNll<T>(Link? link = null)
        where T : unmanaged, IFloatingPointIeee754<T> => Named<TupleLoss<T>>(
            IsLog(link) ? new TupleLoss<T, LaplaceNll<LogScale>>(default) : new TupleLoss<T, LaplaceNll<IdentityScale>>(default),
            Made($"{link}"));

    /// <inheritdoc cref="Formulas.StudentTNll{TLink}"/>
    /// <param name="degrees">ν, the smaller the heavier the tails; positive and finite.</param>
    /// <param name="link">
    /// How the scale is given: <see cref="Link.Log"/>, which it is by default, or <see cref="Link.Identity"/>.
    /// </param>
    public static TupleLoss<T> StudentTNll<T>(double degrees, Link? link = null)
        where T : unmanaged, IFloatingPointIeee754<T> => Named<TupleLoss<T>>(
            IsLog(link)
                ? new TupleLoss<T, StudentTNll<LogScale>>(new(degrees))
                : new TupleLoss<T, StudentTNll<IdentityScale>>(new(degrees)),
            Made($"{degrees}{link}"));

    /// <inheritdoc cref="Formulas.ZeroInflatedLognormalNll"/>
    public static TupleLoss<T, ZeroInflatedLognormalNll> ZeroInflatedLognormalNll<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => new(default) { Name = Made() };

    /// <inheritdoc cref="Formulas.CrpsGaussian{TLink}"/>
    /// <param name="link">
    /// How the scale is given: <see cref="Link.Log"/>, which it is by default, or <see cref="Link.Identity"/>.
    /// </param>
    public static TupleLoss<T> CrpsGaussian<T>(Link? link = null)
        where T : unmanaged, IFloatingPointIeee754<T> => Named<TupleLoss<T>>(
            IsLog(link)
                ? new ExplicitTupleLoss<T, CrpsGaussian<LogScale>>(default)
                : new ExplicitTupleLoss<T, CrpsGaussian<IdentityScale>>(default),
            Made($"{link}"));

    /// <inheritdoc cref="Formulas.CrpsLogistic{TLink}"/>
    /// <param name="link">
    /// How the scale is given: <see cref="Link.Log"/>, which it is by default, or <see cref="Link.Identity"/>.
    /// </param>
    public static TupleLoss<T> CrpsLogistic<T>(Link? link = null)
        where T : unmanaged, IFloatingPointIeee754<T> => Named<TupleLoss<T>>(
            IsLog(link)
                ? new ExplicitTupleLoss<T, CrpsLogistic<LogScale>>(default)
                : new ExplicitTupleLoss<T, CrpsLogistic<IdentityScale>>(default),
            Made($"{link}"));

    /// <inheritdoc cref="Formulas.CrpsLaplace{TLink}"/>
    /// <param name="link">
    /// How the scale is given: <see cref="Link.Log"/>, which it is by default, or <see cref="Link.Identity"/>.
    /// </param>
    public static TupleLoss<T> CrpsLaplace<T>(Link? link = null)
        where T : unmanaged, IFloatingPointIeee754<T> => Named<TupleLoss<T>>(
            IsLog(link)
                ? new ExplicitTupleLoss<T, CrpsLaplace<LogScale>>(default)
                : new ExplicitTupleLoss<T, CrpsLaplace<IdentityScale>>(default),
            Made($"{link}"));

    /// <inheritdoc cref="Formulas.EvidentialRegression"/>
    public static TupleLoss<T, EvidentialRegression> EvidentialRegression<T>(double regularization = 0.01)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(regularization)) { Name = Made($"{regularization}") };

    /// <inheritdoc cref="Formulas.IntervalScore"/>
    public static TupleLoss<T, IntervalScore> IntervalScore<T>(double alpha = 0.1)
        where T : unmanaged, IFloatingPointIeee754<T> => new(new(alpha)) { Name = Made($"{alpha}") };
}
