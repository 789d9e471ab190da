namespace LossKit.Formulas;

/// <summary>
/// A loss whose second derivative is reported as at least some minimum, as boosting and Newton's method need it where
/// the true one is 0 or negative. Value and gradient are unchanged.
/// </summary>
/// <remarks>
/// The floor applies to each example before its weight. XGBoost's squared log error has a floor of 1e-6, its softmax
/// 1e-16; scikit-learn and LightGBM report 1 for the absolute error.
/// </remarks>
/// <typeparam name="TFormula">The formula it modifies.</typeparam>
/// <param name="formula">The formula it modifies.</param>
/// <param name="minimum">The least second derivative; positive and finite.</param>
public readonly struct HessianFloor<TFormula>(TFormula formula, double minimum) : IPointwiseFormula
    where TFormula : struct, IPointwiseFormula
{
    private readonly TFormula _formula = formula;
    private readonly Parameter _minimum = Parameter.Positive(minimum);

    /// <inheritdoc/>
    public LossFacts Facts => _formula.Facts with
    {
        Curvature = Curvature.NotNegative,
        IsHessianExact = false,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.FloorCurvature(_formula.Loss(prediction, target), _minimum);
}
