namespace LossKit.Formulas;

/// <summary>
/// −min(ρ, c)·A·log p of a token with advantage A and probability p, with ρ the ratio of p to the old one: the factor
/// is held constant, so that no token loses its gradient.
/// </summary>
/// <remarks>
/// Predictions are log ρ, which has gradient 0, and log p; targets A and a log-probability by a reference that has no
/// part. Source: MiniMax, "MiniMax-M1", 2025.
/// </remarks>
/// <param name="cap">c, the largest factor; positive and finite.</param>
public readonly struct Cispo(double cap) : ITupleFormula
{
    private readonly Parameter _cap = Parameter.Positive(cap);

    /// <inheritdoc/>
    public static int Predictions => 2;

    /// <inheritdoc/>
    public static int Targets => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        TLane factor = TLane.Weigh(x.Target(0), TLane.Min(TLane.Exp(x[0]), _cap));
        return -TLane.Weigh(TLane.StopGradient(factor), x[1]);
    }
}
