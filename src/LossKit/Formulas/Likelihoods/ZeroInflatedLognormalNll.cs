namespace LossKit.Formulas;

/// <summary>
/// softplus(x) where t = 0, else softplus(−x) + ½((log t − μ)/σ)² + log(tσ) + ½log 2π: the negative log-likelihood of
/// an amount that is 0 or log-normal.
/// </summary>
/// <remarks>
/// Predictions the logit x of an amount above 0, μ and log σ; one target, at least 0; in nats. Where the target is 0, μ
/// and σ have gradient 0. Wang et al. give σ by a softplus. Source: Wang, Liu and Miao, "A Deep Probabilistic Model for
/// Customer Lifetime Value Prediction", 2019.
/// </remarks>
public readonly struct ZeroInflatedLognormalNll : ITupleFormula, IFormulaDomains
{
    /// <inheritdoc/>
    public static int Predictions => 3;

    /// <inheritdoc/>
    public static int Targets => 1;

    Domain IFormulaDomains.TargetDomain(int k) => Domain.NotNegative;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        TLane amount = x.Target(0);
        TLane log = TLane.Log(amount);
        TLane some = TLane.Softplus(-x[0]) + log + x[2] + 0.5 * Math.Log(2 * Math.PI)
            + 0.5 * TLane.Square((log - x[1]) * Functions.BoundedExp(-x[2]));
        return TLane.SelectGreater(amount, 0.0, some, TLane.Softplus(x[0]));
    }
}
