namespace LossKit.Formulas;

/// <summary>
/// log Γ(k) − k·log(k/m) − (k − 1)·log t + k·t/m: the negative log-likelihood of a gamma distribution whose mean m and
/// shape k are both predicted.
/// </summary>
/// <remarks>
/// Predictions log m and log k; one target, above 0; in nats. Smooth: gradient k(1 − t/m) of log m. Large shapes lose no
/// digits. Source: McCullagh and Nelder, "Generalized Linear Models", 1989.
/// </remarks>
public readonly struct GammaNll : ITupleFormula
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
        TLane shape = TLane.Exp(x[1]);
        TLane log = TLane.Log(x.Target(0));
        return Stirling.ErrorOf(shape, x[1]) - 0.5 * x[1] + 0.5 * Math.Log(2 * Math.PI) + log
            + shape * TLane.Expm1Excess(log - x[0]);
    }
}
