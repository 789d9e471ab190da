namespace LossKit.Gpu.Benchmarks;

/// <summary>
/// A composite loss as a user writes it: what a forecast of demand costs, a shortage by its smoothed size and its
/// square root, a surplus by its size and, beyond a limit, by its square.
/// </summary>
public readonly struct ShortageCost(double shortage, double holding, double limit) : IPointwiseFormula
{
    private readonly Parameter _shortage = Parameter.Positive(shortage);
    private readonly Parameter _holding = Parameter.Positive(holding);
    private readonly Parameter _limit = Parameter.Positive(limit);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane surplus = prediction - target;
        TLane missed = TLane.Softplus(-surplus);
        TLane excess = TLane.PositivePart(surplus - _limit);
        TLane ofShortage = _shortage * (missed + TLane.Sqrt(1.0 + TLane.Square(surplus)) - 1.0);
        return TLane.SelectGreater(
            surplus, 0.0, _holding * surplus + TLane.Square(excess) + _shortage * missed, ofShortage);
    }
}
