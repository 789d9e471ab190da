namespace LossKit.Formulas;

/// <summary>
/// softplus(−(c − r − m)) + k·(c + r)² of the rewards c and r of a chosen and a rejected answer, with a margin m.
/// </summary>
/// <remarks>
/// Predictions c and r; the target is m, how much better the chosen answer is, in units of the rewards. Smooth. Source:
/// Touvron et al., "Llama 2", 2023; otherwise as <see cref="BradleyTerry"/>.
/// </remarks>
/// <param name="centering">k, what keeps rewards near 0; finite and at least 0.</param>
public readonly struct BradleyTerryMargin(double centering) : ITupleFormula
{
    private readonly Parameter _centering = Parameter.NotNegative(centering);

    /// <inheritdoc/>
    public static int Predictions => 2;

    /// <inheritdoc/>
    public static int Targets => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct =>
        TLane.Softplus(x[1] - x[0] + x.Target(0)) + TLane.Weigh(_centering, TLane.Square(x[0] + x[1]));
}
