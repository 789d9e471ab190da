namespace LossKit.Formulas;

/// <summary>
/// log(1 + Σ_n e^(4·tan²α·(z_i + z_j)·z_n − 2(1 + tan²α)·z_i·z_j)) of each ordered pair z_i, z_j of one label: the
/// negatives z_n are to be seen from the pair at an angle of at most α.
/// </summary>
/// <remarks>
/// Targets are 1 for z_i·z_j and 0 for the products of the pair's sum with negatives. <see cref="Loss.Angular{T}"/>
/// takes it of the rows themselves. Source: Wang et al., "Deep Metric Learning with Angular Loss", ICCV 2017.
/// </remarks>
/// <param name="angle">α in radians, between 0 and π/2.</param>
public readonly struct Angular(double angle) : IGroupFormula<LogSumExpFold, LogSumExpFold>
{
    private readonly Parameter _toNegatives = 4 * SquaredTangent(angle);
    private readonly Parameter _between = 2 * (1 + SquaredTangent(angle));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<TLane> Entry<TLane>(TLane score, TLane target) where TLane : struct, ILane<TLane> => new(
        TLane.SelectGreater(target, 0.5, _between * score, double.NegativeInfinity),
        TLane.SelectGreater(0.5, target, _toNegatives * score, double.NegativeInfinity));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane first, TLane second) where TLane : struct, ILane<TLane> =>
        TLane.Softplus(second - first);

    private static double SquaredTangent(double angle)
    {
        if (!(angle > 0 && angle < Math.PI / 2))
        {
            throw new ArgumentOutOfRangeException(
                nameof(angle), angle, "Expected an angle between 0 and π/2, in radians.");
        }

        return Math.Tan(angle) * Math.Tan(angle);
    }
}
