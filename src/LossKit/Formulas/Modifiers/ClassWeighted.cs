namespace LossKit.Formulas;

/// <summary>
/// A loss times the weight of its example's class: <c>positive</c> for positives, <c>negative</c> for negatives, so
/// that a rare class is not outvoted.
/// </summary>
/// <remarks>
/// The weight is positive·t + negative·(1 − t) for a target t in [0, 1], and the same with t = (1 + y)/2 for a target
/// y of −1 or +1, which the facts of the loss tell apart. It multiplies losses and derivatives and does not enter the
/// divisor of the mean, as <c>pos_weight</c> in PyTorch and unlike <c>class_weight</c> in scikit-learn: for that,
/// give the weights of the examples. A weight of 0 leaves out even an infinite loss. Losses of other targets are
/// refused. Source: King and Zeng, "Logistic
/// Regression in Rare Events Data", Political Analysis 9(2), 2001.
/// </remarks>
/// <typeparam name="TFormula">The formula it modifies.</typeparam>
/// <param name="formula">The formula it modifies.</param>
/// <param name="positive">The weight of positives; finite and not negative.</param>
/// <param name="negative">The weight of negatives; finite and not negative.</param>
/// <exception cref="NotSupportedException">The loss is not of classes.</exception>
public readonly struct ClassWeighted<TFormula>(TFormula formula, double positive, double negative) : IPointwiseFormula
    where TFormula : struct, IPointwiseFormula
{
    private readonly TFormula _formula = Suits.Classes(formula, "ClassWeighted");
    private readonly Parameter _positive = Parameter.NotNegative(positive);
    private readonly Parameter _negative = Parameter.NotNegative(negative);

    // t = slope·target + offset.
    private readonly Parameter _slope = formula.Facts.Targets == Domain.Signs ? 0.5 : 1;
    private readonly Parameter _offset = formula.Facts.Targets == Domain.Signs ? 0.5 : 0;

    /// <inheritdoc/>
    public LossFacts Facts
    {
        get
        {
            LossFacts facts = _formula.Facts;
            bool ofMargin = facts.KinkVariable == KinkVariable.Margin && facts.Kinks is not null;
            LossFacts known = _positive.Value > 0 && _negative.Value > 0
                ? facts
                : LossFacts.Unknown with { Predictions = facts.Predictions, Link = facts.Link };
            return known with
            {
                IsHessianExact = facts.IsHessianExact,
                Targets = facts.Targets == Domain.Signs ? Domain.Signs : Domain.Probabilities,
                LossAtTarget = known.LossAtTarget == 0 ? 0 : double.NaN,
                Elicits = null,

                // A function of the margin is as steep for positives as for negatives.
                Lipschitz = ofMargin || _positive == _negative
                    ? Math.Max(_positive.Value, _negative.Value) * facts.Lipschitz
                    : double.NaN,
            };
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane share = _slope * target + _offset;
        return TLane.Weigh(
            _positive * share + _negative * (1.0 - share), _formula.Loss(prediction, target));
    }
}
