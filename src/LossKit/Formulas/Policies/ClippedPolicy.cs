namespace LossKit.Formulas;

/// <summary>
/// −min(ρ′A, clip(ρ, 1 − low, 1 + high)·A) + b·(eˣ − 1 − x) of a token with advantage A, with ρ the ratio of its
/// probability to the old one, ρ′ = min(ρ, c) and x = log-probability by the reference − log-probability.
/// </summary>
/// <remarks>
/// Predictions are log ρ and the log-probability; targets A and the log-probability by the reference. Where the
/// clipped side is the smaller, the first part has gradient 0; where both are equal, that of ρ′A. Sources: PPO:
/// Schulman et al., 2017; second clip: Ye et al., AAAI 2020; GRPO: Shao et al., "DeepSeekMath", 2024; unequal bounds:
/// Yu et al., "DAPO", 2025.
/// </remarks>
/// <param name="clipLow">How far below 1 the ratio counts, from 0 to 1.</param>
/// <param name="clipHigh">How far above 1 it counts; finite and not negative.</param>
/// <param name="dualClip">c, above which ρ costs no more where A is negative, usually 3; <c>null</c> is off.</param>
/// <param name="klWeight">b, finite and not negative.</param>
public readonly struct ClippedPolicy(double clipLow, double clipHigh, double? dualClip, double klWeight) : ITupleFormula
{
    private readonly Parameter _low = 1 - Parameter.Probability(clipLow).Value;
    private readonly Parameter _high = 1 + Parameter.NotNegative(clipHigh).Value;
    private readonly Parameter _dualClip =
        dualClip is { } most ? Parameter.AtLeast(1, most, nameof(dualClip)) : double.PositiveInfinity;
    private readonly Parameter _klWeight = Parameter.NotNegative(klWeight);

    /// <inheritdoc/>
    public static int Predictions => 2;

    /// <inheritdoc/>
    public static int Targets => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        TLane ratio = TLane.Exp(x[0]);
        TLane advantage = x.Target(0);
        TLane free = TLane.Weigh(advantage, TLane.Min(ratio, _dualClip));
        TLane clipped = TLane.Weigh(advantage, TLane.Clamp(ratio, _low, _high));
        return TLane.Weigh(_klWeight, TLane.Expm1Excess(x.Target(1) - x[1])) - TLane.Min(free, clipped);
    }
}
