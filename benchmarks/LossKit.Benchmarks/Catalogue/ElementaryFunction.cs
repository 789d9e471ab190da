using System.Runtime.CompilerServices;

namespace LossKit.Benchmarks.Catalogue;

/// <summary>The functions that losses are made of.</summary>
internal enum Function
{
    /// <summary>Nothing but reading both spans, a difference, and writing the gradient.</summary>
    Pass,
    Division,
    Sqrt,
    Exp,
    Expm1,
    Log,
    Log1p,
    Logistic,
    Hyperbolic,
    SinPi,
}

/// <summary>One function of the error as a loss: what evaluating it with its derivative costs at least.</summary>
internal readonly struct ElementaryFunction(Function function) : IPointwiseFormula
{
    private readonly Function _function = function;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane error = prediction - target;
        return _function switch
        {
            Function.Division => error / (error + 9.0),
            Function.Sqrt => TLane.Sqrt(error),
            Function.Exp => TLane.Exp(error),
            Function.Expm1 => TLane.Expm1(error),
            Function.Log => TLane.Log(error),
            Function.Log1p => TLane.Log1p(error),
            Function.Logistic => TLane.Softplus(error),
            Function.Hyperbolic => TLane.LogCosh(error),
            Function.SinPi => TLane.SinPi(error),
            _ => error,
        };
    }
}
