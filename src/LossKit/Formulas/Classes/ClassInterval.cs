namespace LossKit.Formulas;

/// <summary>
/// −log(F(upper − x) − F(lower − x)): of a class that is what lies between two thresholds, given a score x.
/// </summary>
/// <remarks>Predictions x, the lower threshold or −∞, the upper one or ∞.</remarks>
/// <typeparam name="TDistribution">F.</typeparam>
internal readonly struct ClassInterval<TDistribution> : ITupleFormula where TDistribution : struct, ITimeDistribution
{
    /// <summary>What stands for ∞: its tail is 0, and its square still a float.</summary>
    private const double Far = 1e15;

    /// <inheritdoc/>
    public static int Predictions => 3;

    /// <inheritdoc/>
    public static int Targets => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        TLane score = x[0];
        TLane lower = x[1];
        TLane upper = x[2];
        TLane width = TLane.SelectGreater(double.PositiveInfinity, upper, upper - lower, Far);
        return TDistribution.Between(
            TLane.SelectGreater(lower, double.NegativeInfinity, lower - score, -Far),
            TLane.SelectGreater(double.PositiveInfinity, upper, upper - score, Far),
            TLane.SelectGreater(lower, double.NegativeInfinity, width, Far));
    }
}
