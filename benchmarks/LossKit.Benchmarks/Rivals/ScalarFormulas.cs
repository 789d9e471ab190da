using System.Numerics;
using System.Runtime.CompilerServices;

namespace LossKit.Benchmarks.Rivals;

/// <summary>d².</summary>
public readonly struct ScalarSquaredError<T> : IScalarFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Evaluate(T prediction, T target, T scale, out T gradient, out T hessian)
    {
        T error = prediction - target;
        hessian = scale + scale;
        gradient = error * hessian;
        return error * error;
    }
}

/// <summary>Huber's loss without branches: random data would mispredict them.</summary>
public readonly struct ScalarHuber<T> : IScalarFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Evaluate(T prediction, T target, T scale, out T gradient, out T hessian)
    {
        T delta = T.CreateTruncating(MeasuredLosses.Delta);
        T error = prediction - target;

        // The native ones are an instruction each, which here keep NaN because it comes second.
        T clipped = T.MaxNative(-delta, T.MinNative(delta, error));
        gradient = clipped * scale;
        hessian = Choice.OneIf<T>(clipped == error) * scale;
        return clipped * (error - (T.CreateTruncating(0.5) * clipped));
    }
}

/// <summary>Huber's loss as textbooks have it: a square here, a line there.</summary>
public readonly struct ScalarTextbookHuber<T> : IScalarFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Evaluate(T prediction, T target, T scale, out T gradient, out T hessian)
    {
        T delta = T.CreateTruncating(MeasuredLosses.Delta);
        T half = T.CreateTruncating(0.5);
        T error = prediction - target;
        T size = T.Abs(error);
        if (size <= delta)
        {
            gradient = error * scale;
            hessian = scale;
            return half * error * error;
        }

        gradient = T.CopySign(delta * scale, error);
        hessian = T.Zero;
        return delta * (size - (half * delta));
    }
}

/// <summary>Huber's loss, times a factor that depends on the side; without branches.</summary>
public readonly struct ScalarAsymmetricHuber<T> : IScalarFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Evaluate(T prediction, T target, T scale, out T gradient, out T hessian)
    {
        T over = T.CreateTruncating(MeasuredLosses.Over);
        T under = T.CreateTruncating(MeasuredLosses.Under);
        T factor = under + ((over - under) * Choice.OneIf<T>(prediction > target));
        return factor * ScalarHuber<T>.Evaluate(prediction, target, factor * scale, out gradient, out hessian);
    }
}

/// <summary>Binary cross-entropy of a logit, with the exponential that cannot overflow; without branches.</summary>
public readonly struct ScalarBinaryCrossEntropy<T> : IScalarFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Evaluate(T prediction, T target, T scale, out T gradient, out T hessian)
    {
        T exponential = T.Exp(-T.Abs(prediction));
        T larger = T.One / (T.One + exponential);
        T smaller = exponential * larger;
        T sigmoid = smaller + ((larger - smaller) * Choice.OneIf<T>(prediction > T.Zero));
        gradient = (sigmoid - target) * scale;
        hessian = larger * smaller * scale;
        return T.Max(prediction, T.Zero) - (target * prediction) + T.Log(T.One + exponential);
    }
}

/// <summary>The sum of the asymmetric Huber loss and binary cross-entropy.</summary>
public readonly struct ScalarComposite<T> : IScalarFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Evaluate(T prediction, T target, T scale, out T gradient, out T hessian)
    {
        T huber = ScalarAsymmetricHuber<T>.Evaluate(prediction, target, scale, out T gradient1, out T hessian1);
        T entropy = ScalarBinaryCrossEntropy<T>.Evaluate(prediction, target, scale, out T gradient2, out T hessian2);
        gradient = gradient1 + gradient2;
        hessian = hessian1 + hessian2;
        return huber + entropy;
    }
}

/// <summary>A condition as a number, which the JIT compiler makes without a branch.</summary>
internal static class Choice
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T OneIf<T>(bool condition) where T : IFloatingPointIeee754<T> =>
        T.CreateTruncating(condition ? 1 : 0);
}
