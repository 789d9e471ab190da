using System.Runtime.CompilerServices;
using LossKit.Formulas;

namespace LossKit.CustomLoss.Tests;

/// <summary>x/√(1 + x²), a function that the library does not have, with its derivatives.</summary>
public readonly struct SmoothStep : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> At<TLane>(TLane x) where TLane : struct, ILane<TLane>
    {
        TLane inverse = 1.0 / TLane.Sqrt(1.0 + TLane.Square(x));
        TLane slope = inverse * TLane.Square(inverse);
        return new()
        {
            Value = x * inverse,
            First = slope,
            Second = -3.0 * (x * slope * TLane.Square(inverse)),
        };
    }
}

/// <summary>The square of the step between prediction and target.</summary>
public readonly struct SmoothStepError : IPointwiseFormula
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Square(TLane.Apply(default(SmoothStep), 2.0 * (prediction - target)));
}
