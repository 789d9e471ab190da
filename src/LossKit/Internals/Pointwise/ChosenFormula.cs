namespace LossKit.Internals.Pointwise;

/// <summary>
/// The formula of a loss that is known at run time only: a call for each register of examples, but for what asks for
/// its kernel.
/// </summary>
internal readonly struct ChosenFormula<TLoss>(PointwiseLoss<TLoss> loss, IPointwiseFormula formula)
    : IPointwiseFormula, IChoosesKernel
    where TLoss : unmanaged, IFloatingPointIeee754<TLoss>
{
    private readonly PointwiseLoss<TLoss> _loss = loss;
    private readonly IPointwiseFormula _formula = formula;

    public LossFacts Facts => _loss.Facts;

    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        _formula.Loss(prediction, target);

    PointwiseKernel<T> IChoosesKernel.Kernel<T>() =>
        _loss.Kernel as PointwiseKernel<T> ?? (PointwiseKernel<T>)(object)_loss.InDouble().Kernel;
}
