namespace LossKit.Formulas;

/// <summary>
/// σ(z)·a + σ(−z)·b of a logit z: <see cref="ExpectedCost"/> with costs of each example, as a missed fraud costs the
/// amount of its transaction.
/// </summary>
/// <remarks>
/// One prediction, the logit; five targets: what is true, positive if greater than ½, then the costs of a false
/// positive, a false negative, a true positive and a true negative, as <see cref="DecisionCosts"/> has them. Source:
/// Bahnsen, Aouada and Ottersten, "Example-Dependent Cost-Sensitive Logistic Regression for Credit Scoring", ICMLA
/// 2014.
/// </remarks>
public readonly struct ExpectedCostPerExample : ITupleFormula
{
    /// <inheritdoc/>
    public static int Predictions => 1;

    /// <inheritdoc/>
    public static int Targets => 5;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        TLane ifPositive = TLane.SelectGreater(x.Target(0), 0.5, x.Target(3), x.Target(1));
        TLane ifNegative = TLane.SelectGreater(x.Target(0), 0.5, x.Target(2), x.Target(4));
        Logistic<TLane> logistic = TLane.Logistic(x[0]);
        TLane cost = ifPositive * logistic.Sigmoid + ifNegative * logistic.OppositeSigmoid;

        // The costs' difference before they are multiplied: it is what derivatives are of.
        TLane move = logistic.Sigmoid - TLane.StopGradient(logistic.Sigmoid);
        return TLane.StopGradient(cost) + (ifPositive - ifNegative) * move;
    }
}
