namespace LossKit.Internals.Pointwise;

/// <summary>Chooses what evaluates a pointwise formula.</summary>
internal static class PointwiseKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <exception cref="ArgumentOutOfRangeException">A parameter is missing, or out of the range of T.</exception>
    public static Kernel<T> For<TFormula>(TFormula formula) where TFormula : struct, IPointwiseFormula
    {
        Precision.Check<T>();
        ParameterChecks.Check<T, TFormula>(formula);
        return formula is IChoosesKernel chooser ? chooser.Kernel<T>() : new FormulaKernel<T, TFormula>(formula);
    }
}
