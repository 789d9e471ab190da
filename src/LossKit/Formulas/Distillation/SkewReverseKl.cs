namespace LossKit.Formulas;

/// <summary>
/// p·log(p/m) − p + m, m = αp + (1 − α)t, of a log-probability log p and the log-probability log t it should have: one
/// class' part of the divergence of the prediction from a mixture.
/// </summary>
/// <remarks>
/// α = 0 is one class' part of the reverse Kullback–Leibler divergence. The derivative with respect to log p is
/// p·log(p/m) + α(1 − α)·p(t − p)/m. Source: Ko et al., "DistiLLM", ICML 2024.
/// </remarks>
/// <param name="alpha">α, at least 0 and less than 1.</param>
public readonly struct SkewReverseKl(double alpha) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _alpha = Parameter.InRange(0, 1, alpha);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        Mixture<TLane> mixture = new(prediction, target, _alpha);
        TLane share = 1.0 - (TLane)_alpha;
        TLane part = mixture.ByMiddle(_alpha * mixture.A);

        // Also where the probability itself is 0 in the format.
        TLane rest = _alpha.Value == 0 ? 1.0 : mixture.ByMiddle(share * mixture.B);
        TLane slope = -TLane.Weigh(mixture.A, mixture.Ratio);
        TLane pull = share * (part * mixture.Difference);
        return new()
        {
            Value = mixture.Divergence,
            First = slope + pull,
            Second = slope + mixture.A * rest + pull * rest - share * (part * mixture.A),
        };
    }
}
