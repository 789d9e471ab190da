namespace LossKit.Formulas;

/// <summary>
/// A loss of prediction and target in other units: l(p/c, t/c), so that its parameters are in units of c.
/// </summary>
/// <remarks>
/// Huber's δ = 1.345 in units of the errors' standard deviation, for example. The gradient is still that with respect
/// to the prediction as given.
/// </remarks>
/// <typeparam name="TFormula">The formula it modifies.</typeparam>
/// <param name="formula">The formula it modifies.</param>
/// <param name="unit">c, the unit; positive and finite.</param>
/// <exception cref="NotSupportedException">
/// The loss is of classes, or its prediction is not on the scale of the target.
/// </exception>
public readonly struct InUnits<TFormula>(TFormula formula, double unit) : IPointwiseFormula
    where TFormula : struct, IPointwiseFormula
{
    private readonly TFormula _formula = Suits.Units(formula, "InUnits");
    private readonly Parameter _unit = Parameter.Positive(unit);
    private readonly Parameter _inverse = 1 / unit;

    /// <inheritdoc/>
    public LossFacts Facts
    {
        get
        {
            LossFacts facts = _formula.Facts;
            double unit = _unit.Value;
            return facts with
            {
                Predictions = facts.Predictions.InUnits(unit),
                Targets = facts.Targets.InUnits(unit),
                Lipschitz = facts.Lipschitz / unit,
                Kinks = facts.Kinks?.Select(k => k * unit).ToArray(),
            };
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        _formula.Loss(_inverse * prediction, _inverse * target);
}
