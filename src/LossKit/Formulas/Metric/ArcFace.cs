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
    public TLane Score<TLane>(TLane angle, TLane margin) where TLane : struct, ILane<TLane>
    {
        TLane last = Math.PI - margin;
        TLane drop = TLane.SelectGreater(angle, last, margin * Functions.Sin(margin), 0.0);
        return Functions.Cos(angle + TLane.SelectGreater(angle, last, 0.0, margin)) - drop;
    }
}
