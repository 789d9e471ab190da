namespace LossKit.Formulas;

/// <summary>
/// (1 − p^q)/q of the probability p of the true class: between cross-entropy (q → 0) and the absolute error of
/// probabilities (q = 1), so that wrong labels pull less.
/// </summary>
/// <remarks>
/// Bounded by 1/q. Source: Zhang and Sabuncu, "Generalized Cross Entropy Loss for Training Deep Neural Networks with
/// Noisy Labels", NeurIPS 2018, eq. 6.
/// </remarks>
/// <param name="q">q, positive and at most 1.</param>
public readonly struct GeneralizedCrossEntropy(double q) : ITrueClassFormula
{
    private readonly Parameter _q = Parameter.Positive(Parameter.Probability(q).Value, nameof(q));
    private readonly Parameter _inverse = 1 / q;

    /// <summary>With the usual parameter, 0.7.</summary>
    public GeneralizedCrossEntropy() : this(0.7)
    {
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane logProbability) where TLane : struct, ILane<TLane> =>
        -(_inverse * TLane.Expm1(_q * logProbability));
}
