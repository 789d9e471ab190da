namespace LossKit.Formulas;

/// <summary>
/// −t·log q of a probability q and the probability t it should have: one class' part of a cross-entropy.
/// </summary>
/// <remarks>
/// 0·log 0 = 0: where t = 0, loss and derivatives are 0. The derivative is −t/q. Neither clipped nor renormalised;
/// Keras and scikit-learn do both.
/// </remarks>
public readonly struct ProbabilityCrossEntropy : IPointwiseFormula, IExplicitFormula
{
    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Predictions = Domain.Probabilities,
        Targets = Domain.Probabilities,
        Convexity = Convexity.Convex,
        Curvature = Curvature.NotNegative,
        Lipschitz = double.PositiveInfinity,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    // By hand, because the square of 1/q may be infinite where t/q² is not.

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane inverse = 1.0 / prediction;
        TLane ratio = TLane.Weigh(target, inverse);
        return new()
        {
            Value = TLane.Weigh(target, -TLane.Log(prediction)),
            First = -ratio,
            Second = TLane.Weigh(ratio, inverse),
        };
    }
}
