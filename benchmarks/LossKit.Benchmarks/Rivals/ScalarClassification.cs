using System.Numerics;
using System.Runtime.CompilerServices;

namespace LossKit.Benchmarks.Rivals;

/// <summary>max(0, 1 − y·x); without branches.</summary>
public readonly struct ScalarHinge<T> : IScalarFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Evaluate(T prediction, T target, T scale, out T gradient, out T hessian)
    {
        T missing = T.One - (target * prediction);
        gradient = -target * scale * Choice.OneIf<T>(missing > T.Zero);
        hessian = T.Zero;
        return T.Max(missing, T.Zero);
    }
}

/// <summary>max(0, 1 − y·x)²; without branches.</summary>
public readonly struct ScalarSquaredHinge<T> : IScalarFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Evaluate(T prediction, T target, T scale, out T gradient, out T hessian)
    {
        T missing = T.Max(T.One - (target * prediction), T.Zero);
        T slope = T.CreateTruncating(-2) * target * scale;
        gradient = missing * slope;
        hessian = -target * slope * Choice.OneIf<T>(missing > T.Zero);
        return missing * missing;
    }
}

/// <summary>log(1 + exp(−y·x)), with the exponential that cannot overflow; without branches.</summary>
public readonly struct ScalarLogistic<T> : IScalarFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Evaluate(T prediction, T target, T scale, out T gradient, out T hessian)
    {
        T margin = target * prediction;
        T exponential = T.Exp(-T.Abs(margin));
        T larger = T.One / (T.One + exponential);
        T smaller = exponential * larger;
        gradient = -target * scale * (larger + ((smaller - larger) * Choice.OneIf<T>(margin > T.Zero)));
        hessian = target * target * larger * smaller * scale;
        return T.Max(-margin, T.Zero) + T.Log(T.One + exponential);
    }
}

/// <summary>q²·CE, q = t·σ(−x) + (1 − t)·σ(x), CE the binary cross-entropy of a logit.</summary>
public readonly struct ScalarFocal<T> : IScalarFormula<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Evaluate(T prediction, T target, T scale, out T gradient, out T hessian)
    {
        T two = T.CreateTruncating(2);
        T entropy = ScalarBinaryCrossEntropy<T>.Evaluate(prediction, target, T.One, out T error, out T spread);
        T sigmoid = error + target;
        T side = T.One - (two * target);
        T wrong = target + (side * sigmoid);
        T wrong1 = side * spread;
        T wrong2 = wrong1 * (T.One - (two * sigmoid));
        gradient = wrong * ((two * wrong1 * entropy) + (wrong * error)) * scale;
        hessian = ((two * entropy * ((wrong1 * wrong1) + (wrong * wrong2)))
            + (wrong * ((T.CreateTruncating(4) * wrong1 * error) + (wrong * spread)))) * scale;
        return wrong * wrong * entropy;
    }
}
