namespace LossKit.Formulas;

/// <summary>
/// (c − r − 1/(2β))²: identity preference optimization, which does not drive sure preferences to infinity.
/// </summary>
/// <remarks>
/// c and r are log-ratios, in nats: predictions are the log-probabilities of the chosen and of the rejected answer,
/// targets those by the reference. Smooth. TRL divides the log-ratios by the numbers of tokens, as <see
/// cref="PreferencePerToken{TFormula}"/> does; the paper does not. Source: Azar et al., "A General Theoretical
/// Paradigm to Understand Learning from Human Preferences", AISTATS 2024.
/// </remarks>
/// <param name="beta">β, the inverse of the temperature; positive and finite.</param>
public readonly struct Ipo(double beta) : IPreferenceFormula
{
    private readonly Parameter _margin = 0.5 / Parameter.Positive(beta).Value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane chosen, TLane rejected) where TLane : struct, ILane<TLane> =>
        TLane.Square(chosen - rejected - _margin);
}
