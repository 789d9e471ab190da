using System.Runtime.CompilerServices;
using LossKit;
using LossKit.Formulas;

namespace CostSensitiveDiagnosis;

/// <summary>
/// What a diagnosis is expected to cost if a logit x says malignant with probability σ(x): a malignant patient (t = 1)
/// is missed with probability σ(−x), a benign one (t = 0) alarmed with probability σ(x). Unlike a weighted
/// cross-entropy it never exceeds the price of the error: a hopeless case cannot outweigh those near the threshold.
/// </summary>
/// <param name="missedCost">The price of a missed malignancy.</param>
/// <param name="falseAlarmCost">The price of a false alarm.</param>
public readonly struct MissedMalignancy(double missedCost, double falseAlarmCost) : IPointwiseFormula
{
    private readonly Parameter _missedCost = missedCost;
    private readonly Parameter _falseAlarmCost = falseAlarmCost;

    // Inlined into the loop over the batch; the gradient follows from this one expression.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        Logistic<TLane> logistic = TLane.Logistic(prediction);
        return _missedCost * target * logistic.OppositeSigmoid
            + _falseAlarmCost * (1.0 - target) * logistic.Sigmoid;
    }
}
