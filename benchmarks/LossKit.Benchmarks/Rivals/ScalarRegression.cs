using System.Numerics;
using System.Runtime.CompilerServices;

namespace LossKit.Benchmarks.Rivals;

/// <summary>|d|.</summary>
public readonly struct ScalarAbsoluteError<T> : IScalarFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Evaluate(T prediction, T target, T scale, out T gradient, out T hessian)
    {
        T error = prediction - target;
        gradient = (Choice.OneIf<T>(error > T.Zero) - Choice.OneIf<T>(error < T.Zero)) * scale;
        hessian = T.Zero;
        return T.Abs(error);
    }
}

/// <summary>The pinball loss (1 − q)·max(d, 0) + q·max(−d, 0); without branches.</summary>
public readonly struct ScalarQuantile<T> : IScalarFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Evaluate(T prediction, T target, T scale, out T gradient, out T hessian)
    {
        T quantile = T.CreateTruncating(MeasuredLosses.Quantile);
        T error = prediction - target;
        T slope = Choice.OneIf<T>(error > T.Zero) - quantile;
        gradient = slope * scale;
        hessian = T.Zero;
        return slope * error;
    }
}

/// <summary>|d| + log(1 + exp(−2|d|)) − log 2.</summary>
public readonly struct ScalarLogCosh<T> : IScalarFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Evaluate(T prediction, T target, T scale, out T gradient, out T hessian)
    {
        T error = prediction - target;
        T size = T.Abs(error);
        T exponential = T.Exp(-(size + size));
        T inverse = T.One / (T.One + exponential);
        gradient = T.CopySign((T.One - exponential) * inverse * scale, error);
        hessian = T.CreateTruncating(4) * exponential * inverse * inverse * scale;
        return size + T.Log(T.One + exponential) - T.CreateTruncating(0.6931471805599453);
    }
}

/// <summary>exp(p) − t·p.</summary>
public readonly struct ScalarPoisson<T> : IScalarFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Evaluate(T prediction, T target, T scale, out T gradient, out T hessian)
    {
        T rate = T.Exp(prediction);
        gradient = (rate - target) * scale;
        hessian = rate * scale;
        return rate - (target * prediction);
    }
}
