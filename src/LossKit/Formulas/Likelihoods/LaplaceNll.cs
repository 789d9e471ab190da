namespace LossKit.Formulas;

/// <summary>
/// |μ − t|/b + log 2b: the negative log-likelihood of a Laplace distribution whose location μ and scale b are both
/// predicted.
/// </summary>
/// <remarks>
/// Predictions μ and b or log b, as <typeparamref name="TLink"/> says; one target; in nats. Gradient ±1/b of the
/// location, 0 at μ = t; 1 − |μ − t|/b of log b; Fisher information 1/b² and 1. Source: Kotz, Kozubowski and Podgórski,
/// "The Laplace Distribution and Generalizations", 2001.
/// </remarks>
/// <typeparam name="TLink">How the scale is given.</typeparam>
public readonly struct LaplaceNll<TLink> : ITupleFormula, IFormulaDomains, IPropagatesNaN
    where TLink : struct, IScaleLink
{
    /// <inheritdoc/>
    public static int Predictions => 2;

    /// <inheritdoc/>
    public static int Targets => 1;

    bool ITupleFormula.HasFisherInformation => true;

    Domain IFormulaDomains.PredictionDomain(int k) => k == 1 ? TLink.Domain : Domain.Reals;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct =>
        TLink.Divide(TLane.Abs(x[0] - x.Target(0)), x[1]) + TLink.Log(x[1]) + Math.Log(2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane ITupleFormula.FisherInformation<TLane, TExample>(TExample x, int k) =>
        k == 0 ? TLink.Divide(TLink.Divide(1.0, x[1]), x[1]) : TLink.Information(1.0, x[1]);
}
