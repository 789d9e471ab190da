namespace LossKit.Formulas;

/// <summary>
/// A loss of counts or amounts that come of an exposure of their example, as years insured or visits seen:
/// l(p + log e, t), so that the prediction is the logarithm of the mean of one unit of exposure.
/// </summary>
/// <remarks>
/// One prediction; two targets: the target t, of the whole exposure and not divided by it, and the exposure e, above 0.
/// The mean of t is e·exp(p). Of the loss of a log mean only; <see cref="WithOffset{TFormula}"/> of log e is the same.
/// Not the same as weights of e on t/e, but for Poisson's loss up to what no prediction changes. Source: McCullagh and
/// Nelder, "Generalized Linear Models", 1989, section 6.3.
/// </remarks>
/// <typeparam name="TFormula">The formula it modifies.</typeparam>
/// <param name="formula">The formula it modifies.</param>
/// <exception cref="NotSupportedException">The prediction of the loss is not a logarithm.</exception>
public readonly struct WithExposure<TFormula>(TFormula formula) : ITupleFormula, IFormulaDomains
    where TFormula : struct, IPointwiseFormula
{
    private readonly TFormula _formula = Suits.Logarithms(formula, "WithExposure");

    /// <inheritdoc/>
    public static int Predictions => 1;

    /// <inheritdoc/>
    public static int Targets => 2;

    Domain IFormulaDomains.TargetDomain(int k) => k == 0 ? _formula.Facts.Targets : Domain.Positive;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct =>
        _formula.Loss(x[0] + TLane.Log(x.Target(1)), x.Target(0));
}
