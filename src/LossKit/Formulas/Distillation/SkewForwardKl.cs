namespace LossKit.Formulas;

/// <summary>
/// t·log(t/m) − t + m, m = αt + (1 − α)p, of a log-probability log p and the log-probability log t it should have: one
/// class' part of the divergence of a mixture from the target.
/// </summary>
/// <remarks>
/// α = 0 is one class' part of the forward Kullback–Leibler divergence. The derivative with respect to log p is
/// (1 − α)²·p(p − t)/m. Source: Ko et al., "DistiLLM", ICML 2024.
/// </remarks>
/// <param name="alpha">α, at least 0 and less than 1.</param>
public readonly struct SkewForwardKl(double alpha) : IPointwiseFormula, IExplicitFormula
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
        Mixture<TLane> mixture = new(target, prediction, _alpha);
        TLane share = 1.0 - (TLane)_alpha;

        // Also where the probability itself is 0 in the format.
        TLane part = _alpha.Value == 0 ? 1.0 : mixture.ByMiddle(share * mixture.B);
        TLane slope = share * (part * mixture.Difference);
        return new()
        {
            Value = mixture.Divergence,
            First = slope,
            Second = slope * (1.0 - part) + share * (part * mixture.B),
        };
    }
}
