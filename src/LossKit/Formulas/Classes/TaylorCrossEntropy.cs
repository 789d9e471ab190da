namespace LossKit.Formulas;

/// <summary>
/// Σ (1 − p)^i/i over i = 1 … k of the probability p of the true class: the first terms of cross-entropy, between the
/// absolute error of probabilities (k = 1) and −log p (k → ∞).
/// </summary>
/// <remarks>
/// At most the k-th harmonic number. Source: Feng et al., "Can Cross Entropy Loss Be Robust to Label Noise?", IJCAI
/// 2020.
/// </remarks>
/// <param name="order">k, how many terms; from 1 to 100.</param>
public readonly struct TaylorCrossEntropy(int order) : ITrueClassFormula, IExplicitFormula
{
    private readonly int _order = order is >= 1 and <= 100
        ? order
        : throw new ArgumentOutOfRangeException(nameof(order), order, "'order' must be between 1 and 100.");

    /// <summary>With the usual parameter, 2.</summary>
    public TaylorCrossEntropy() : this(2)
    {
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane logProbability) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, logProbability, 1.0);

    /// <summary>The loss and its derivatives with respect to log p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // With u = 1 − p the derivatives are −(1 − u^k) and −k·u^(k − 1)·p; the first is −p·Σ u^i, which does not
        // cancel.
        TLane probability = TLane.Exp(prediction);
        TLane error = -TLane.Expm1(prediction);
        TLane loss = 0.0;
        TLane powers = 0.0;
        TLane power = _order;
        for (int i = _order; i > 0; i--)
        {
            loss = error * (loss + 1.0 / i);
            powers = error * powers + 1.0;
            power = i > 1 ? error * power : power;
        }

        return new() { Value = loss, First = -(probability * powers), Second = -(probability * power) };
    }
}
