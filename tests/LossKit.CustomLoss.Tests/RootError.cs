using System.Runtime.CompilerServices;
using LossKit.Formulas;

namespace LossKit.CustomLoss.Tests;

/// <summary>√(1 − p) of the probability p of the true class.</summary>
public readonly struct RootError : ITrueClassFormula
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane logProbability) where TLane : struct, ILane<TLane> =>
        TLane.Sqrt(-TLane.Expm1(logProbability));
}
