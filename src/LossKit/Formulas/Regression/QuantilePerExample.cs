namespace LossKit.Formulas;

/// <summary>
/// q(t − p) where the target t is at least the prediction p, else (1 − q)(p − t), for a quantile level q of each
/// example: the pinball loss of a model that is asked for any quantile.
/// </summary>
/// <remarks>
/// One prediction; two targets: t, and the level q, in [0, 1]. Gradient −q where t ≥ p, also at p = t, else 1 − q;
/// Hessian 0: as <see cref="Quantile"/>. With levels drawn at random and given to the model as an input, it learns the
/// whole distribution; the mean over uniform levels is half the CRPS. Source: Dabney et al.,
/// "Implicit Quantile Networks for Distributional Reinforcement Learning", ICML 2018; Koenker and Bassett, Econometrica
/// 46(1), 1978.
/// </remarks>
public readonly struct QuantilePerExample : ITupleFormula, IFormulaDomains
{
    /// <inheritdoc/>
    public static int Predictions => 1;

    /// <inheritdoc/>
    public static int Targets => 2;

    Domain IFormulaDomains.TargetDomain(int k) => k == 1 ? Domain.Probabilities : Domain.Reals;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        TLane level = x.Target(1);
        TLane slope = TLane.SelectGreater(x[0], x.Target(0), 1.0 - level, -level);
        return TLane.Weigh(slope, x[0] - x.Target(0));
    }
}
