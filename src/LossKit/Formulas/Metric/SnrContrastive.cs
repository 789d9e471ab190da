namespace LossKit.Formulas;

/// <summary>
/// max(0, r − m₊) of two rows of one label, max(0, m₋ − r) of two of different ones; r = Var(x_i − x_j)/Var(x_i), noise
/// by signal.
/// </summary>
/// <remarks>
/// Gradient 0 where the hinge's argument is 0. The target is 1 for one label, else 0. <see
/// cref="Loss.SnrContrastive{T}"/> takes it of the rows themselves. Source: Yuan et al., "Signal-to-Noise Ratio: A
/// Robust Distance Metric for Deep Metric Learning", CVPR 2019.
/// </remarks>
/// <param name="positiveMargin">m₊, finite.</param>
/// <param name="negativeMargin">m₋, finite.</param>
public readonly struct SnrContrastive(double positiveMargin, double negativeMargin) : IPointwiseFormula
{
    private readonly Parameter _positiveMargin = Parameter.Finite(positiveMargin);
    private readonly Parameter _negativeMargin = Parameter.Finite(negativeMargin);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.PositivePart(
            TLane.SelectGreater(target, 0.5, prediction - _positiveMargin, _negativeMargin - prediction));
}
