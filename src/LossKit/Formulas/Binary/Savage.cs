namespace LossKit.Formulas;

/// <summary>
/// σ(−2a)² of the margin a = y·x, for a score x and a target y of −1 or +1: bounded, so that mislabelled examples have
/// little force.
/// </summary>
/// <remarks>
/// Derivative with respect to a: −4σ(−2a)²σ(2a). Not convex. Source: Masnadi-Shirazi and Vasconcelos, "On the Design of
/// Loss Functions for Classification: Theory, Robustness to Outliers, and SavageBoost", NIPS 21, 2008.
/// </remarks>
public readonly struct Savage : IMarginFormula
{
    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.None,
        Curvature = Curvature.AnySign,
        Lipschitz = 16.0 / 27,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> =>
        TLane.Square(TLane.Sigmoid(-2.0 * margin));
}
