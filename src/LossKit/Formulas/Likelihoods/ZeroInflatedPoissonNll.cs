namespace LossKit.Formulas;

/// <summary>
/// −log(π·[t = 0] + (1 − π)·e^(−λ)λᵗ/t!) of a count t: the negative log-likelihood of counts of which a share π is 0
/// whatever the rate λ.
/// </summary>
/// <remarks>
/// Predictions the logit of π and log λ; one target, a count; in nats. Small shares and rates and large counts lose no
/// digits. Source: Lambert, "Zero-Inflated Poisson Regression, with an Application to Defects in Manufacturing",
/// Technometrics 34, 1992.
/// </remarks>
internal readonly struct ZeroInflatedPoissonNll : IExplicitTupleFormula, IFormulaDomains
{
    public int Predictions => 2;

    public int Targets => 1;

    Domain IFormulaDomains.TargetDomain(int k) => Domain.NotNegative;

    public int Spare => ZeroInflation.Kept + 2;

    public static int Questions(int predictions) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask<TLane, TExample>(TExample x, int predictions)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        TLane count = x.Target(0);
        TLane rate = Functions.BoundedExp(x[1]);
        TLane log = TLane.Log(count);
        x.Ask(0, log);
        x.Keep(ZeroInflation.Kept, rate);

        // How far the likelihood is below the largest, and what that is: a difference of large numbers loses no digits.
        TLane error = rate - count;
        TLane excess = LogRatio.Deficit(count, error, error / count, x[1] - log);
        x.Keep(ZeroInflation.Kept + 1, excess + 0.5 * (log + Math.Log(2 * Math.PI)));
        ZeroInflation.Ask<TLane, TExample>(x, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> Function<TLane, TJet>(TLane x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane> => TLane.At<StirlingErrorFunction, TJet>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        TLane count = x.Target(0);
        TLane rate = x.Spare(ZeroInflation.Kept);
        TLane rest = TLane.SelectGreater(count, 0.0, x.Spare(ZeroInflation.Kept + 1) + x.Answer(0).Value, rate);
        TLane loss = ZeroInflation.Of(x, rest, 0, out TLane share, out TLane missing);
        ZeroInflation.Differentiate(x, 1, rate - count, rate, share, missing);
        return loss;
    }
}
