namespace LossKit.Formulas;

/// <summary>(c − 1/(2β))² + (r + 1/(2β))²: self-play preference optimization with sure preferences.</summary>
/// <remarks>
/// c and r are log-ratios, in nats: predictions are the log-probabilities of the chosen and of the rejected answer,
/// targets those by the reference. Smooth. TRL's <c>sppo_hard</c>. Source: Wu et al., "Self-Play Preference
/// Optimization for Language Model Alignment", 2024.
/// </remarks>
/// <param name="beta">β, the inverse of the temperature; positive and finite.</param>
public readonly struct SppoHard(double beta) : IPreferenceFormula
{
    private readonly Parameter _margin = 0.5 / Parameter.Positive(beta).Value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane chosen, TLane rejected) where TLane : struct, ILane<TLane> =>
        TLane.Square(chosen - _margin) + TLane.Square(rejected + _margin);
}
