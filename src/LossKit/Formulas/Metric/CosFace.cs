namespace LossKit.Formulas;

/// <summary>cos θ − m.</summary>
/// <remarks>
/// The margin is a cosine. Source: Wang et al., "CosFace: Large Margin Cosine Loss for Deep Face Recognition", CVPR
/// 2018.
/// </remarks>
public readonly struct CosFace : IAngleFormula
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Score<TLane>(TLane angle, TLane margin) where TLane : struct, ILane<TLane> =>
        Functions.Cos(angle) - margin;
}
