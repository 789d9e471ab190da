namespace LossKit.Formulas;

/// <summary>
/// A loss of targets some of which are only known to be at least, or at most, what is written: a demand that was cut
/// off by the stock, a measurement below what the instrument sees.
/// </summary>
/// <remarks>
/// One prediction; two targets: the bound t, and 1 where the truth is at least t, −1 where it is at most t, 0 where it
/// is t itself. A prediction, by the inverse link, on the side where the truth is costs what the prediction t would,
/// with derivatives of 0; any other costs l(p, t). Convex where l is and is least at the target. Nothing is said of a
/// distribution: for censored likelihoods there is <see cref="Aft{TDistribution}"/>. Source: Shivaswamy, Chu and
/// Jansche, "A Support Vector Approach to Censored Targets", ICDM 2007.
/// </remarks>
/// <inheritdoc cref="AsymmetricPerExample{TFormula}"/>
public readonly struct Censored<TFormula>(TFormula formula) : ITupleFormula, IFormulaDomains
    where TFormula : struct, IPointwiseFormula
{
    private readonly TFormula _formula = Suits.Comparison(formula, "Censored");
    private readonly AtTarget<TFormula> _atTarget = new(formula);

    /// <inheritdoc/>
    public static int Predictions => 1;

    /// <inheritdoc/>
    public static int Targets => 2;

    Domain IFormulaDomains.PredictionDomain(int k) => _formula.Facts.Predictions;

    Domain IFormulaDomains.TargetDomain(int k) => k == 0 ? _atTarget.Targets : Domain.Bounds;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        TLane target = x.Target(0);
        TLane bound = x.Target(1);
        TLane best = _atTarget.Prediction(target);
        TLane excuse = TLane.SelectGreater(x[0], best, bound, -bound);
        return TLane.SelectGreater(excuse, 0.0, _atTarget.Loss(best, target), _formula.Loss(x[0], target));
    }
}
