namespace LossKit.Formulas;

/// <summary>cos(θ + m), and beyond θ = π − m, where that would rise again, cos θ − m·sin m.</summary>
/// <remarks>
/// The margin is an angle. Source: Deng et al., "ArcFace: Additive Angular Margin Loss for Deep Face Recognition", CVPR
/// 2019.
/// </remarks>
public readonly struct ArcFace : IAngleFormula
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Score<TLane>(TLane angle, TLane margin) where TLane : struct, ILane<TLane> => TLane.SelectGreater(
        angle,
        Math.PI - margin,
        Functions.Cos(angle) - margin * Functions.Sin(margin),
        Functions.Cos(angle + margin));
}
