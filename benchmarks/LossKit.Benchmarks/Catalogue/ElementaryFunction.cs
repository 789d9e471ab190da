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
internal static class ElementaryFunction
{
    public static PointwiseLoss<float> AsLoss(Function function) => function switch
    {
        Function.Division => Loss.FromFormula<float, Of<Division>>(default),
        Function.Sqrt => Loss.FromFormula<float, Of<Sqrt>>(default),
        Function.Exp => Loss.FromFormula<float, Of<Exp>>(default),
        Function.Expm1 => Loss.FromFormula<float, Of<Expm1>>(default),
        Function.Log => Loss.FromFormula<float, Of<Log>>(default),
        Function.Log1p => Loss.FromFormula<float, Of<Log1p>>(default),
        Function.Logistic => Loss.FromFormula<float, Of<Softplus>>(default),
        Function.Hyperbolic => Loss.FromFormula<float, Of<LogCosh>>(default),
        Function.SinPi => Loss.FromFormula<float, Of<SinPi>>(default),
        _ => Loss.FromFormula<float, Of<Pass>>(default),
    };

    // Types, not a switch inside one formula: compiled into one loop, all of them together would not be inlined.
    private interface IFunction
    {
        static abstract TLane Apply<TLane>(TLane x) where TLane : struct, ILane<TLane>;
    }

    private readonly struct Of<TFunction> : IPointwiseFormula where TFunction : struct, IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            TFunction.Apply(prediction - target);
    }

    private readonly struct Pass : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLane Apply<TLane>(TLane x) where TLane : struct, ILane<TLane> => x;
    }

    private readonly struct Division : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLane Apply<TLane>(TLane x) where TLane : struct, ILane<TLane> => 1.0 / x;
    }

    private readonly struct Sqrt : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLane Apply<TLane>(TLane x) where TLane : struct, ILane<TLane> => TLane.Sqrt(x);
    }

    private readonly struct Exp : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLane Apply<TLane>(TLane x) where TLane : struct, ILane<TLane> => TLane.Exp(x);
    }

    private readonly struct Expm1 : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLane Apply<TLane>(TLane x) where TLane : struct, ILane<TLane> => TLane.Expm1(x);
    }

    private readonly struct Log : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLane Apply<TLane>(TLane x) where TLane : struct, ILane<TLane> => TLane.Log(x);
    }

    private readonly struct Log1p : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLane Apply<TLane>(TLane x) where TLane : struct, ILane<TLane> => TLane.Log1p(x);
    }

    private readonly struct Softplus : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLane Apply<TLane>(TLane x) where TLane : struct, ILane<TLane> => TLane.Softplus(x);
    }

    private readonly struct LogCosh : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLane Apply<TLane>(TLane x) where TLane : struct, ILane<TLane> => TLane.LogCosh(x);
    }

    private readonly struct SinPi : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLane Apply<TLane>(TLane x) where TLane : struct, ILane<TLane> => TLane.SinPi(x);
    }
}
