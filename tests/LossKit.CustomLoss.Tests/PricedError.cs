using System.Runtime.CompilerServices;
using LossKit.Formulas;

namespace LossKit.CustomLoss.Tests;

/// <summary>
/// A forecast's cost: what was ordered too much spoils, what was too little is not sold, each at its own price.
/// </summary>
public readonly struct PricedError(double spoilt) : ITupleFormula
{
    private readonly Parameter _spoilt = Parameter.Positive(spoilt);

    public static int Predictions => 1;

    // What is sold, and the price of one.
    public static int Targets => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        TLane error = x[0] - x.Target(0);
        return TLane.SelectGreater(error, 0.0, _spoilt * error, x.Target(1) * -error);
    }
}
