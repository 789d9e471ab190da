namespace LossKit.Formulas;

/// <summary>
/// Σₖ pₖ·cₖ, p = softmax of a row of logits: what is expected to be paid if each of K decisions is made with its
/// probability, c being what the decisions of this example cost.
/// </summary>
/// <remarks>
/// Predictions K logits; K targets, the cost of each decision, in any unit, a gain being negative. Gradient
/// pⱼ(cⱼ − Σₖ pₖ·cₖ), Hessian that times 1 − 2pⱼ, of either sign: not convex, so start from a good model, as one
/// trained on cross-entropy. Costs count by how much dearer they are than the likeliest decision, so that nothing is a
/// difference from 1. A decision whose logit is −∞ is not made, with a gradient of 0. Policies' expected reward is its
/// negative. Source: Elkan, "The Foundations of Cost-Sensitive Learning", IJCAI 2001.
/// </remarks>
/// <param name="classes">K, 2 or more.</param>
internal readonly struct ExpectedClassCostPerExample(int classes) : IExplicitTupleFormula, IFormulaDomains
{
    public int Predictions => classes;

    public int Targets => classes;

    public int Spare => classes;

    Domain IFormulaDomains.PredictionDomain(int k) => Domain.Logits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        TLane largest = x[0];
        TLane ofLargest = x.Target(0);
        for (int k = 1; k < classes; k++)
        {
            ofLargest = TLane.SelectGreater(x[k], largest, x.Target(k), ofLargest);
            largest = TLane.Max(largest, x[k]);
        }

        // In blocks, so that rounding does not grow with the row.
        TLane total = default;
        TLane dearer = default;
        for (int first = 0; first < classes; first += LaneWidths.AddedInLane)
        {
            TLane some = default;
            TLane costs = default;
            for (int k = first; k < Math.Min(first + LaneWidths.AddedInLane, classes); k++)
            {
                TLane exponential = TLane.Exp(x[k] - largest);
                x.Keep(k, exponential);
                some += exponential;
                costs += TLane.Weigh(exponential, x.Target(k) - ofLargest);
            }

            total += some;
            dearer += costs;
        }

        TLane inverse = TLane.Reciprocal(total);
        TLane mean = inverse * dearer;
        for (int k = 0; k < classes && TExample.Order > 0; k++)
        {
            TLane probability = inverse * x.Spare(k);
            TLane slope = TLane.Weigh(probability, x.Target(k) - ofLargest - mean);
            x.Differentiate(k, slope, slope * (1.0 - 2.0 * probability));
        }

        return ofLargest + mean;
    }
}
