namespace LossKit.Gpu.Kernels;

/// <summary>How many derivatives a kernel writes. Each is its own kernel: what it does not need is not there.</summary>
internal interface IOrder
{
    static abstract int Derivatives { get; }

    /// <summary>The loss of an example and its derivatives with respect to the prediction, as far as they go.</summary>
    static abstract Derivatives<T> Of<T, TArithmetic, TFormula>(TFormula formula, T prediction, T target)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, IPointwiseFormula;

    /// <summary>The loss of a row by the log-probability of its label, whose slope is given.</summary>
    static abstract Derivatives<T> OfClass<T, TArithmetic, TFormula>(TFormula formula, T logProbability, T slope)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, ITrueClassFormula;

    /// <summary>The loss of an example of several predictions, differentiated with respect to one of them.</summary>
    static abstract Derivatives<T> OfTuple<T, TArithmetic, TFormula>(
        TFormula formula, ExampleArguments<T> arguments, int index, int direction)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, ITupleFormula;
}

/// <summary>Losses only.</summary>
internal readonly struct OfValue : IOrder
{
    public static int Derivatives => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<T> Of<T, TArithmetic, TFormula>(TFormula formula, T prediction, T target)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, IPointwiseFormula =>
        Evaluation<T, TArithmetic, DeviceLane<T, TArithmetic>>.Of(formula, prediction, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<T> OfClass<T, TArithmetic, TFormula>(TFormula formula, T logProbability, T slope)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, ITrueClassFormula =>
        Evaluation<T, TArithmetic, DeviceLane<T, TArithmetic>>.OfClass(formula, logProbability, slope);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<T> OfTuple<T, TArithmetic, TFormula>(
        TFormula formula, ExampleArguments<T> arguments, int index, int direction)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, ITupleFormula =>
        Evaluation<T, TArithmetic, DeviceLane<T, TArithmetic>>.OfTuple(formula, arguments, index, direction);
}

/// <summary>Losses and gradient.</summary>
internal readonly struct OfGradient : IOrder
{
    public static int Derivatives => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<T> Of<T, TArithmetic, TFormula>(TFormula formula, T prediction, T target)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, IPointwiseFormula =>
        Evaluation<T, TArithmetic, Jet<DeviceLane<T, TArithmetic>>>.Of(formula, prediction, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<T> OfClass<T, TArithmetic, TFormula>(TFormula formula, T logProbability, T slope)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, ITrueClassFormula =>
        Evaluation<T, TArithmetic, Jet<DeviceLane<T, TArithmetic>>>.OfClass(formula, logProbability, slope);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<T> OfTuple<T, TArithmetic, TFormula>(
        TFormula formula, ExampleArguments<T> arguments, int index, int direction)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, ITupleFormula =>
        Evaluation<T, TArithmetic, Jet<DeviceLane<T, TArithmetic>>>.OfTuple(formula, arguments, index, direction);
}

/// <summary>Losses, gradient and Hessian diagonal.</summary>
internal readonly struct OfHessian : IOrder
{
    public static int Derivatives => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<T> Of<T, TArithmetic, TFormula>(TFormula formula, T prediction, T target)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, IPointwiseFormula =>
        Evaluation<T, TArithmetic, Jet2<DeviceLane<T, TArithmetic>>>.Of(formula, prediction, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<T> OfClass<T, TArithmetic, TFormula>(TFormula formula, T logProbability, T slope)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, ITrueClassFormula =>
        Evaluation<T, TArithmetic, Jet2<DeviceLane<T, TArithmetic>>>.OfClass(formula, logProbability, slope);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<T> OfTuple<T, TArithmetic, TFormula>(
        TFormula formula, ExampleArguments<T> arguments, int index, int direction)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
        where TFormula : struct, ITupleFormula =>
        Evaluation<T, TArithmetic, Jet2<DeviceLane<T, TArithmetic>>>.OfTuple(formula, arguments, index, direction);
}
