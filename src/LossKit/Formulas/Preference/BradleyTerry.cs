namespace LossKit.Formulas;

/// <summary>softplus(−(c − r)) + k·(c + r)² of the rewards c and r of a chosen and a rejected answer.</summary>
/// <remarks>
/// Predictions c and r; no targets. Smooth. Sources: Bradley and Terry, "Rank Analysis of Incomplete Block Designs",
/// Biometrika 39, 1952; centering: Eisenstein et al., "Helping or Herding?", 2023.
/// </remarks>
/// <param name="centering">k, what keeps rewards near 0; finite and at least 0.</param>
public readonly struct BradleyTerry(double centering) : ITupleFormula
{
    private readonly Parameter _centering = Parameter.NotNegative(centering);

    /// <inheritdoc/>
    public static int Predictions => 2;

    /// <inheritdoc/>
    public static int Targets => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct =>
        TLane.Softplus(x[1] - x[0]) + TLane.Weigh(_centering, TLane.Square(x[0] + x[1]));
}
