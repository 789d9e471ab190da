namespace LossKit.Formulas;

/// <summary>
/// 10·log₁₀(mean d²/R²) of a group: from the logarithms that <see cref="RootMeanSquare{TSize}"/> has.
/// </summary>
/// <param name="dataRange">R, positive and finite.</param>
internal readonly struct NegativePsnr(double dataRange) : IGroupFormula<LogSumExpFold, SumFold>
{
    private const double Decibels = 4.342944819032518;

    private readonly Parameter _range = Parameter.Positive(dataRange);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> =>
        default(RootMeanSquare<SizeOfError>).Entry(score, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> =>
        Decibels * (first - TLane.Log(second) - 2.0 * TLane.Log(_range));
}
