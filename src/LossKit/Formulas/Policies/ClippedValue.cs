namespace LossKit.Formulas;

/// <summary>
/// ½max((v − R)², (clip(v, v₀ ± ε) − R)²) of a value v, its old estimate v₀ and the return R: a value function that
/// does not move far in one step.
/// </summary>
/// <remarks>
/// One prediction, v; targets v₀ and R. Where both sides are equal the gradient is that of the first. PPO
/// implementations have it, with or without the ½. Source: Engstrom et al., "Implementation Matters in Deep RL", ICLR
/// 2020.
/// </remarks>
/// <param name="clip">ε, how far the value may move; positive and finite.</param>
public readonly struct ClippedValue(double clip) : ITupleFormula
{
    private readonly Parameter _clip = Parameter.Positive(clip);

    /// <inheritdoc/>
    public static int Predictions => 1;

    /// <inheritdoc/>
    public static int Targets => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        TLane old = x.Target(0);
        TLane clipped = TLane.Clamp(x[0], old - _clip, old + _clip);
        TLane target = x.Target(1);
        return 0.5 * TLane.Max(TLane.Square(x[0] - target), TLane.Square(clipped - target));
    }
}
