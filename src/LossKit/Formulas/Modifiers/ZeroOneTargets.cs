namespace LossKit.Formulas;

/// <summary>A loss of a score and a sign, such as the hinge, for targets of 0 and 1.</summary>
/// <remarks>
/// t·l(x, +1) + (1 − t)·l(x, −1): for t = 1 the loss of +1, for t = 0 that of −1, and for a t between, the share of
/// examples that are positive, what it is on average. A t of 0 or 1 leaves out even an infinite loss of the other sign.
/// Prices of classes, <see cref="ClassWeighted{TFormula}"/> and <see cref="LabelSmoothed{TFormula}"/> come before or
/// after it. Keras' <c>Hinge</c> converts 0 and 1 by itself where it sees no other targets.
/// </remarks>
/// <typeparam name="TFormula">The formula it modifies.</typeparam>
/// <param name="formula">The formula it modifies.</param>
/// <exception cref="NotSupportedException">The loss is not one of targets −1 and +1.</exception>
public readonly struct ZeroOneTargets<TFormula>(TFormula formula) : IPointwiseFormula
    where TFormula : struct, IPointwiseFormula
{
    private readonly TFormula _formula = Suits.Signs(formula, "WithZeroOneTargets");

    /// <inheritdoc/>
    public LossFacts Facts
    {
        get
        {
            LossFacts facts = _formula.Facts;
            return facts with
            {
                Targets = Domain.Probabilities,
                IsSymmetric = false,
                IsLeastAtTarget = false,
                LossAtTarget = double.NaN,
                Elicits = null,

                // Scores are still not on the scale of the target, and those of a share have a kink of either sign.
                Kinks = facts.Kinks is [] ? [] : null,
                KinkVariable = KinkVariable.Margin,
            };
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Weigh(target, _formula.Loss(prediction, 1.0)) + TLane.Weigh(1.0 - target, _formula.Loss(prediction, -1.0));
}
