namespace LossKit.Formulas;

/// <summary>
/// A loss whose predictions above the target cost a price of their example, and those below it another: each item has
/// its own price of too much stock and of an empty shelf.
/// </summary>
/// <remarks>
/// One prediction; three targets: the target t, the price of a prediction above it, and the price of one below it, both
/// at least 0. As <see cref="Asymmetric{TFormula}"/> with the factors of each example, over · l or under · l and
/// l* + over · (l − l*) of a loss that is not 0 at the target: by the inverse link, the excess is priced, and a price
/// of 0 leaves out even an infinite one. Where prediction and target are equal, the second price counts. On the
/// absolute error it is the newsvendor's cost, least at the quantile under/(over + under) of each example. Source:
/// Arrow, Harris and Marschak, "Optimal Inventory Policy", Econometrica 19, 1951.
/// </remarks>
/// <typeparam name="TFormula">The formula it modifies.</typeparam>
/// <param name="formula">The formula it modifies.</param>
/// <exception cref="NotSupportedException">
/// The loss is of a margin, or a sum whose parts take the prediction to be on different scales.
/// </exception>
public readonly struct AsymmetricPerExample<TFormula>(TFormula formula) : ITupleFormula, IFormulaDomains
    where TFormula : struct, IPointwiseFormula
{
    private readonly TFormula _formula = Suits.Comparison(formula, "AsymmetricPerExample");
    private readonly AtTarget<TFormula> _atTarget = new(formula);

    /// <inheritdoc/>
    public static int Predictions => 1;

    /// <inheritdoc/>
    public static int Targets => 3;

    Domain IFormulaDomains.PredictionDomain(int k) => _formula.Facts.Predictions;

    Domain IFormulaDomains.TargetDomain(int k) => k == 0 ? _atTarget.Targets : Domain.NotNegative;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        TLane target = x.Target(0);
        TLane best = _atTarget.Prediction(target);
        TLane least = _atTarget.Loss(best, target);
        TLane price = TLane.SelectGreater(x[0], best, x.Target(1), x.Target(2));
        return TLane.Weigh(price, _formula.Loss(x[0], target) - least) + least;
    }
}
