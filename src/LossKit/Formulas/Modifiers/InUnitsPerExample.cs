namespace LossKit.Formulas;

/// <summary>
/// A loss of prediction and target in units of each example: l(p/c, t/c), so that small and large series count alike.
/// </summary>
/// <remarks>
/// One prediction; two targets: the target t, and the unit c, above 0; where it is not, the loss is NaN. The gradient
/// is still that with respect to the prediction as given: 1/c times that of l. With the mean absolute error of a naive
/// forecast as the unit, the absolute error is MASE. Source: Hyndman and Koehler, "Another Look at Measures of Forecast
/// Accuracy", International Journal of Forecasting 22, 2006.
/// </remarks>
/// <typeparam name="TFormula">The formula it modifies.</typeparam>
/// <param name="formula">The formula it modifies.</param>
/// <exception cref="NotSupportedException">
/// The loss is of classes, or its prediction is not on the scale of the target.
/// </exception>
public readonly struct InUnitsPerExample<TFormula>(TFormula formula) : ITupleFormula, IFormulaDomains
    where TFormula : struct, IPointwiseFormula
{
    private readonly TFormula _formula = Suits.Units(formula, "InUnitsPerExample");

    /// <inheritdoc/>
    public static int Predictions => 1;

    /// <inheritdoc/>
    public static int Targets => 2;

    Domain IFormulaDomains.TargetDomain(int k) => k == 1 ? Domain.Positive : Domain.Reals;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        TLane inverse = 1.0 / TLane.SelectGreater(x.Target(1), 0.0, x.Target(1), double.NaN);
        return _formula.Loss(inverse * x[0], inverse * x.Target(0));
    }
}
