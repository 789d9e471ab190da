namespace LossKit.Formulas;

/// <summary>
/// <see cref="NormalNll{TLink}"/> times v^β, v being held constant there: examples of large predicted variance are not
/// neglected.
/// </summary>
/// <remarks>
/// β = 0 is the likelihood itself, β = 1 weighs errors of the mean as a squared error does. The value is scaled, too,
/// and the Hessian holds v^β constant as well. Source: Seitzer, Tavakoli, Antic and Martius, "On the Pitfalls of
/// Heteroscedastic Uncertainty Estimation with Probabilistic Neural Networks", ICLR 2022.
/// </remarks>
/// <param name="beta">β, from 0 to 1.</param>
/// <param name="full">Whether ½log 2π is added before.</param>
/// <typeparam name="TLink">How v is given.</typeparam>
public readonly struct BetaNormalNll<TLink>(double beta, bool full) : ITupleFormula, IFormulaDomains, IPropagatesNaN
    where TLink : struct, IScaleLink
{
    private readonly Parameter _beta = Parameter.Probability(beta);
    private readonly Parameter _constant = full ? Math.Log(2 * Math.PI) : 0;

    /// <inheritdoc/>
    public static int Predictions => NormalNll<TLink>.Predictions;

    /// <inheritdoc/>
    public static int Targets => NormalNll<TLink>.Targets;

    Domain IFormulaDomains.PredictionDomain(int k) => k == 1 ? TLink.Domain : Domain.Reals;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        // v^β by the error's own exponent: 0 times an infinite likelihood would be NaN.
        TLane log = TLink.Log(x[1]);
        TLane held = _beta * TLane.StopGradient(log);
        TLane error = Functions.BoundedExp(0.5 * (held - log)) * (x[0] - x.Target(0));
        return 0.5 * (Functions.BoundedExp(held) * (log + _constant) + TLane.Square(error));
    }
}
