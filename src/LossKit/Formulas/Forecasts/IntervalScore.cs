namespace LossKit.Formulas;

/// <summary>
/// u − l + 2/α·max(0, l − t) + 2/α·max(0, t − u): Winkler's score of an interval from l to u that is to hold a share
/// 1 − α of the targets.
/// </summary>
/// <remarks>
/// Predictions l and u; one target; in its units. Least in expectation at the quantiles α/2 and 1 − α/2. The penalties
/// have gradient 0 at 0. Source: Winkler, "A Decision-Theoretic Approach to Interval Estimation", JASA 67, 1972.
/// </remarks>
/// <param name="alpha">α, the share of targets outside, between 0 and 1.</param>
public readonly struct IntervalScore(double alpha) : ITupleFormula, IPropagatesNaN
{
    private readonly Parameter _price = 2 / Parameter.Positive(alpha).Value;

    /// <inheritdoc/>
    public static int Predictions => 2;

    /// <inheritdoc/>
    public static int Targets => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct =>
        x[1] - x[0]
            + _price * (TLane.PositivePart(x[0] - x.Target(0)) + TLane.PositivePart(x.Target(0) - x[1]));
}
