namespace LossKit.Formulas;

/// <summary>
/// −log(π·[t = 0] + (1 − π)·NB(t)) of a count t: the negative log-likelihood of counts of which a share π is 0 whatever
/// the mean m and the dispersion α of the negative binomial rest.
/// </summary>
/// <remarks>
/// Predictions the logit of π, log m and log α; one target, a count; in nats. Small shares keep their digits. Source:
/// Greene, "Accounting for Excess Zeros and Sample Selection in Poisson and Negative Binomial Regression Models", 1994;
/// scVI.
/// </remarks>
internal readonly struct ZeroInflatedNegativeBinomialNll : IExplicitTupleFormula, IFormulaDomains
{
    public int Predictions => 3;

    public int Targets => 1;

    Domain IFormulaDomains.TargetDomain(int k) => Domain.NotNegative;

    public int Spare => NegativeBinomialNll.Kept + ZeroInflation.Kept;

    public static int Questions(int predictions) => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask<TLane, TExample>(TExample x, int predictions)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        NegativeBinomialNll.Ask<TLane, TExample>(x, x[1], x[2]);
        ZeroInflation.Ask<TLane, TExample>(x, NegativeBinomialNll.Kept);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> Function<TLane, TJet>(TLane x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane> => TLane.At<StirlingErrorFunction, TJet>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        Derivatives<TLane> byMean = NegativeBinomialNll.Of<TLane, TExample>(
            x, x[1], out Derivatives<TLane> byDispersion);
        TLane loss = ZeroInflation.Of(
            x, byMean.Value, NegativeBinomialNll.Kept, out TLane share, out TLane missing);
        ZeroInflation.Differentiate(x, 1, byMean.First, byMean.Second, share, missing);
        ZeroInflation.Differentiate(x, 2, byDispersion.First, byDispersion.Second, share, missing);
        return loss;
    }
}
