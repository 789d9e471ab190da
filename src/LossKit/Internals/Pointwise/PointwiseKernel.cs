namespace LossKit.Internals.Pointwise;

/// <summary>Evaluates a loss over a batch whose spans have been checked.</summary>
internal abstract class PointwiseKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <exception cref="ArgumentOutOfRangeException">A parameter is missing, or out of the range of T.</exception>
    public static PointwiseKernel<T> For<TFormula>(TFormula formula) where TFormula : struct, IPointwiseFormula
    {
        Precision.Check<T>();
        ParameterChecks.Check<T, TFormula>(formula);
        return formula is IChoosesKernel chooser ? chooser.Kernel<T>() : new FormulaKernel<T, TFormula>(formula);
    }

    /// <summary>
    /// Writes losses, gradient and Hessian as far as the batch and <paramref name="order"/> ask for them, and returns
    /// the weighted sum of the losses.
    /// </summary>
    public abstract CompensatedSum Run(in PointwiseBatch<T> batch, DerivativeOrder order, LaneWidth width);
}
