using System.Runtime.CompilerServices;

namespace LossKit;

/// <summary>−t·log q of a probability q and the probability t it should have: one class' part of a cross-entropy.</summary>
/// <remarks>
/// 0·log 0 = 0: where t = 0, loss and derivatives are 0. The derivative is −t/q. Neither clipped nor renormalised; Keras
/// and scikit-learn do both.
/// </remarks>
internal readonly struct ProbabilityCrossEntropy : IPointwiseFormula
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
        TLane.Weigh(target, -TLane.Log(prediction));
}
