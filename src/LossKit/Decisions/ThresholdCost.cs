namespace LossKit.Internals;

/// <summary>
/// What it costs to decide by a threshold: a step function of the score, without a gradient to follow.
/// </summary>
internal readonly struct ThresholdCost(DecisionCosts costs, double threshold) : IPointwiseFormula
{
    private readonly Parameter _truePositive = costs.TruePositive;
    private readonly Parameter _falsePositive = costs.FalsePositive;
    private readonly Parameter _trueNegative = costs.TrueNegative;
    private readonly Parameter _falseNegative = costs.FalseNegative;
    private readonly Parameter _threshold = threshold;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane ifPositive = TLane.SelectGreater(target, 0.5, _truePositive, _falsePositive);
        TLane ifNegative = TLane.SelectGreater(target, 0.5, _falseNegative, _trueNegative);
        return TLane.SelectGreater(_threshold, prediction, ifNegative, ifPositive);
    }
}
