namespace LossKit.Formulas;

/// <summary>
/// log Γ(α) + log Γ(β) − log Γ(α + β) − (α − 1)·log t − (β − 1)·log(1 − t): the negative log-likelihood of a beta
/// distribution whose parameters α and β are both predicted.
/// </summary>
/// <remarks>
/// Predictions α and β or their logarithms, as <typeparamref name="TLink"/> says; one target, between 0 and 1; in nats.
/// Gradient α(ψ(α) − ψ(α + β) − log t) of log α, Fisher information α²(ψ′(α) − ψ′(α + β)). Large parameters lose no
/// digits. Source: Ferrari and Cribari-Neto, "Beta Regression for Modelling Rates and Proportions", Journal of Applied
/// Statistics 31, 2004.
/// </remarks>
/// <typeparam name="TLink">How α and β are given.</typeparam>
internal readonly struct BetaDistributionNll<TLink> : IExplicitTupleFormula, IFormulaDomains
    where TLink : struct, IScaleLink
{
    public int Predictions => 2;

    public int Targets => 1;

    Domain IFormulaDomains.PredictionDomain(int k) => TLink.Domain;

    Domain IFormulaDomains.TargetDomain(int k) => Domain.Probabilities;

    public int Spare => DirichletNll<TLink>.Kept;

    public static int Questions(int predictions) => predictions + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask<TLane, TExample>(TExample x, int predictions)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct =>
        DirichletNll<TLink>.Ask<TLane, TExample>(x, predictions);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> Function<TLane, TJet>(TLane x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane> => TLane.At<StirlingErrorFunction, TJet>(x);

    public static bool HasFisherInformation => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Expect<TLane, TExample>(TExample x, int predictions)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct =>
        DirichletNll<TLink>.Expect<TLane, TExample>(x, predictions);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct =>
        DirichletNll<TLink>.Of<TLane, TExample, ShareAndRest>(x, 2);
}
