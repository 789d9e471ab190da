namespace LossKit.Internals;

// Formulas by which the pointwise loop updates a buffer in place: the "target" is what the buffer held, the
// "derivative" what it is to hold.

/// <summary>l1·|θ| + ½·l2·θ² of a parameter θ, with its derivative added to the gradient so far.</summary>
internal readonly struct ElasticNet(double l1, double l2) : IPointwiseFormula, IExplicitFormula, IPropagatesNaN
{
    private readonly Parameter _l1 = l1;
    private readonly Parameter _l2 = l2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // The last branch is for 0 and NaN, which both stay what they are.
        TLane slope = TLane.SelectGreater(
            0.0, prediction, -_l1, TLane.SelectGreater(prediction, 0.0, _l1, prediction));
        return new()
        {
            // Not the square, which leaves the range of numbers long before the strength makes up for it.
            Value = TLane.Weigh(_l1, TLane.Abs(prediction))
                + TLane.Weigh(TLane.Weigh(_l2, 0.5 * prediction), prediction),
            First = target + (slope + TLane.Weigh(_l2, prediction)),
        };
    }
}

/// <summary>Adds a constant to every entry.</summary>
internal readonly struct Shift(double constant) : IPointwiseFormula, IExplicitFormula, IPropagatesNaN
{
    private readonly Parameter _constant = constant;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        new() { Value = prediction, First = prediction + _constant };
}
