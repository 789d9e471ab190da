namespace LossKit.Formulas;

/// <summary>
/// A formula chosen at run time, for modifiers around it: a call for each lane. Modifiers that work block by block call
/// its kernel instead, unless that is of the other precision.
/// </summary>
internal readonly struct Chosen(IPointwiseFormula formula, object kernel) : IPointwiseFormula, IChoosesKernel
{
    public LossFacts Facts => formula.Facts;

    // The call inside is what costs, inlined or not.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        formula.Loss(prediction, target);

    public bool HasFisherInformation => formula.HasFisherInformation;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane FisherInformation<TLane>(TLane prediction) where TLane : struct, ILane<TLane> =>
        formula.FisherInformation(prediction);

    Kernel<T> IChoosesKernel.Kernel<T>() => kernel as Kernel<T> ?? new FormulaKernel<T, Chosen>(this);
}
