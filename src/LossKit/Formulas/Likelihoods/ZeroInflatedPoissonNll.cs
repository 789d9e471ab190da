namespace LossKit.Formulas;

/// <summary>
/// −log(π·[t = 0] + (1 − π)·e^(−λ)λᵗ/t!) of a count t: the negative log-likelihood of counts of which a share π is 0
/// whatever the rate λ.
/// </summary>
/// <remarks>
/// Predictions the logit of π and log λ; one target, a count; in nats. Small shares and rates keep their digits. Source:
/// Lambert, "Zero-Inflated Poisson Regression, with an Application to Defects in Manufacturing", Technometrics 34, 1992.
/// </remarks>
public readonly struct ZeroInflatedPoissonNll : ITupleFormula
{
    /// <inheritdoc/>
    public static int Predictions => 2;

    /// <inheritdoc/>
    public static int Targets => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        TLane logit = x[0];
        TLane rate = TLane.Exp(x[1]);
        TLane count = x.Target(0);
        TLane some = TLane.Softplus(logit) + rate - TLane.Weigh(count, x[1]) + Functions.LogGamma(count + 1.0);
        return TLane.SelectGreater(count, 0.0, some, None(logit, rate));
    }

    /// <summary>−log(π + (1 − π)e^(−λ)), by what is not a difference of nearly equal numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane None<TLane>(TLane logit, TLane rate) where TLane : struct, ILane<TLane>
    {
        TLane missing = TLane.Sigmoid(-logit) * TLane.Expm1(-rate);
        TLane sum = logit + rate;
        TLane rare = TLane.SelectGreater(
            sum,
            0.0,
            TLane.Softplus(-logit) - TLane.Softplus(-sum),
            rate + TLane.Softplus(logit) - TLane.Softplus(sum));
        return TLane.SelectGreater(missing, -0.5, -TLane.Log1p(missing), rare);
    }
}
