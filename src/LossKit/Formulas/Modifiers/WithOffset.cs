namespace LossKit.Formulas;

/// <summary>
/// A loss of the prediction plus an offset of its example: l(p + o, t), what the model has to explain being only the
/// rest.
/// </summary>
/// <remarks>
/// One prediction; two targets: the target t, and the offset o, in units of the raw prediction, before the inverse
/// link. Derivatives are those of l at p + o. R's <c>offset</c> in <c>glm</c>, the base margin of XGBoost, the initial
/// score of LightGBM. Source: McCullagh and Nelder, "Generalized Linear Models", 1989.
/// </remarks>
/// <typeparam name="TFormula">The formula it modifies.</typeparam>
/// <param name="formula">The formula it modifies.</param>
public readonly struct WithOffset<TFormula>(TFormula formula) : ITupleFormula, IFormulaDomains
    where TFormula : struct, IPointwiseFormula
{
    private readonly TFormula _formula = formula;

    /// <inheritdoc/>
    public static int Predictions => 1;

    /// <inheritdoc/>
    public static int Targets => 2;

    Domain IFormulaDomains.TargetDomain(int k) => k == 0 ? _formula.Facts.Targets : Domain.Reals;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct =>
        _formula.Loss(x[0] + x.Target(1), x.Target(0));
}
