using System.Runtime.CompilerServices;
using LossKit.Formulas;

namespace LossKit.CustomLoss.Tests;

/// <summary>The expected cost of a decision on a logit: a missed positive costs more than a false alarm.</summary>
public readonly struct MissedPositive(double missCost) : IPointwiseFormula
{
    private readonly Parameter _missCost = Parameter.Positive(missCost);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        Logistic<TLane> logistic = TLane.Logistic(prediction);
        return _missCost * target * logistic.OppositeSigmoid + (1.0 - target) * logistic.Sigmoid;
    }
}
