namespace LossKit.Internals.Pointwise;

/// <summary>Evaluates a pointwise loss.</summary>
internal abstract class PointwiseKernel<T> : Kernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <exception cref="ArgumentOutOfRangeException">A parameter is missing, or out of the range of T.</exception>
    public static PointwiseKernel<T> For<TFormula>(TFormula formula) where TFormula : struct, IPointwiseFormula
    {
        Precision.Check<T>();
        ParameterChecks.Check<T, TFormula>(formula);
        return formula is IChoosesKernel chooser ? chooser.Kernel<T>() : new FormulaKernel<T, TFormula>(formula);
    }
}
