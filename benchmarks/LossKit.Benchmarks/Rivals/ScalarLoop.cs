using System.Numerics;

namespace LossKit.Benchmarks.Rivals;

/// <summary>One example after another: sums in double, no bounds checks, all that is wanted in one loop.</summary>
public static class ScalarLoop
{
    /// <summary>The mean loss.</summary>
    public static double Value<T, TFormula>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IScalarFormula<T>
    {
        targets = targets[..predictions.Length];
        double sum = 0;
        for (int i = 0; i < predictions.Length; i++)
        {
            sum += double.CreateTruncating(TFormula.Evaluate(predictions[i], targets[i], T.One, out _, out _));
        }

        return sum / predictions.Length;
    }

    /// <summary>The mean loss and its gradient.</summary>
    public static double ValueAndGradient<T, TFormula>(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IScalarFormula<T>
    {
        targets = targets[..predictions.Length];
        gradient = gradient[..predictions.Length];
        T scale = T.CreateTruncating(1.0 / predictions.Length);
        double sum = 0;
        for (int i = 0; i < predictions.Length; i++)
        {
            T loss = TFormula.Evaluate(predictions[i], targets[i], scale, out T first, out _);
            gradient[i] = first;
            sum += double.CreateTruncating(loss);
        }

        return sum / predictions.Length;
    }

    /// <summary>The mean loss, its gradient and the diagonal of its Hessian.</summary>
    public static double ValueGradientAndHessian<T, TFormula>(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, Span<T> hessian)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IScalarFormula<T>
    {
        targets = targets[..predictions.Length];
        gradient = gradient[..predictions.Length];
        hessian = hessian[..predictions.Length];
        T scale = T.CreateTruncating(1.0 / predictions.Length);
        double sum = 0;
        for (int i = 0; i < predictions.Length; i++)
        {
            T loss = TFormula.Evaluate(predictions[i], targets[i], scale, out T first, out T second);
            gradient[i] = first;
            hessian[i] = second;
            sum += double.CreateTruncating(loss);
        }

        return sum / predictions.Length;
    }
}
