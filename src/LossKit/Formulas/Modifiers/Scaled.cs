namespace LossKit.Formulas;

/// <summary>A loss times a factor: its share in a weighted sum.</summary>
/// <remarks>A factor of 0 leaves out even an infinite loss.</remarks>
/// <typeparam name="TFormula">The formula it modifies.</typeparam>
/// <param name="formula">The formula it modifies.</param>
/// <param name="factor">The factor; finite and not negative.</param>
public readonly struct Scaled<TFormula>(TFormula formula, double factor) : IPointwiseFormula, IChoosesKernel
    where TFormula : struct, IPointwiseFormula
{
    private readonly TFormula _formula = formula;
    private readonly Parameter _factor = Parameter.NotNegative(factor);

    /// <inheritdoc/>
    public LossFacts Facts => _factor.Value > 0
        ? _formula.Facts with
        {
            Lipschitz = _factor.Value * _formula.Facts.Lipschitz,
            LossAtTarget = _factor.Value * _formula.Facts.LossAtTarget,
        }
        : LossFacts.Unknown;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        Factor.Times(_factor, _formula.Loss(prediction, target));

    Kernel<T> IChoosesKernel.Kernel<T>() => _factor.Value > 0
        ? new ScaledKernel<T>(PointwiseKernel<T>.For(_formula), _factor.Value)
        : new FormulaKernel<T, Scaled<TFormula>>(this);
}
