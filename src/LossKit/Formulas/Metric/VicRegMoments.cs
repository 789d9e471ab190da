namespace LossKit.Formulas;

/// <summary>
/// v/2·max(0, 1 − √(C + ε)) of the variance C of a feature, c·C² of its covariance C with another: the part of VICReg
/// that keeps features apart.
/// </summary>
/// <remarks>
/// The target is 1 where both features are the same, else 0. <see cref="Loss.VicReg{T}"/> divides by the features.
/// Source: Bardes, Ponce and LeCun, "VICReg: Variance-Invariance-Covariance Regularization", ICLR 2022.
/// </remarks>
/// <param name="variance">v, finite and not negative.</param>
/// <param name="covariance">c, finite and not negative.</param>
/// <param name="epsilon">ε, finite and not negative.</param>
public readonly struct VicRegMoments(double variance, double covariance, double epsilon) : IPointwiseFormula
{
    private readonly Parameter _variance = 0.5 * Parameter.NotNegative(variance).Value;
    private readonly Parameter _covariance = Parameter.NotNegative(covariance);
    private readonly Parameter _epsilon = Parameter.NotNegative(epsilon);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane variance = TLane.SelectGreater(target, 0.5, prediction, 1.0);
        return TLane.SelectGreater(
            target,
            0.5,
            _variance * TLane.PositivePart(1.0 - TLane.Sqrt(variance + _epsilon)),
            _covariance * TLane.Square(prediction));
    }
}
