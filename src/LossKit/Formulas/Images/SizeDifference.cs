namespace LossKit.Formulas;

/// <summary>||p| − |t||^power: how much two differences differ in size.</summary>
/// <param name="power">The power, finite and at least 1.</param>
internal readonly struct SizeDifference(double power) : IPointwiseFormula
{
    private readonly Parameter _power = Parameter.AtLeast(1, power);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Pow(TLane.Abs(TLane.Abs(prediction) - TLane.Abs(target)), _power);
}
