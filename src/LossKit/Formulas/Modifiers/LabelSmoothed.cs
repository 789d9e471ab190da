namespace LossKit.Formulas;

/// <summary>
/// A loss that doubts its labels: a share s of them counts as drawn at random, half of it positive and half negative.
/// </summary>
/// <remarks>
/// For targets t in [0, 1] the target is t(1 − s) + s/2; for targets y of −1 or +1 the loss is its expectation, (1 −
/// s/2)·l(y) + (s/2)·l(−y); the facts of the loss tell which. On a cross-entropy both are the same. Keras smooths so;
/// Burn moves s/C instead, for the C columns of the batch. Source: Szegedy et al., "Rethinking the Inception
/// Architecture for Computer Vision", CVPR 2016.
/// </remarks>
/// <typeparam name="TFormula">The formula it modifies.</typeparam>
/// <param name="formula">The formula it modifies.</param>
/// <param name="smoothing">s in [0, 1]; 0 is off.</param>
/// <exception cref="NotSupportedException">The loss is not of classes.</exception>
public readonly struct LabelSmoothed<TFormula>(TFormula formula, double smoothing) : IPointwiseFormula
    where TFormula : struct, IPointwiseFormula
{
    private readonly TFormula _formula = Suits.Classes(formula, "LabelSmoothed");
    private readonly Flag _hasSigns = formula.Facts.Targets == Domain.Signs;
    private readonly Parameter _moved = 0.5 * Parameter.Probability(smoothing).Value;
    private readonly Parameter _trusted = 1 - 0.5 * smoothing;
    private readonly Parameter _kept = 1 - smoothing;

    /// <inheritdoc/>
    public LossFacts Facts
    {
        get
        {
            LossFacts facts = _formula.Facts with { Targets = _hasSigns ? Domain.Signs : Domain.Probabilities };
            return _moved.Value == 0
                ? facts
                : facts with
                {
                    Convexity = facts.Convexity == Convexity.None ? Convexity.Unknown : facts.Convexity,
                    Curvature = facts.Curvature == Curvature.AnySign ? Curvature.Unknown : facts.Curvature,
                    IsSymmetric = false,
                    IsLeastAtTarget = false,
                    LossAtTarget = double.NaN,
                    Elicits = null,
                    Lipschitz = double.NaN,
                    Kinks = facts.Kinks is [] ? [] : null,
                };
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // Without smoothing there is nothing to mix: 0 times the loss of the other sign may be 0 · ∞.
        if (_hasSigns && _moved.Value > 0)
        {
            return _trusted * _formula.Loss(prediction, target) + _moved * _formula.Loss(prediction, -target);
        }

        return _formula.Loss(prediction, _kept * target + _moved);
    }
}
