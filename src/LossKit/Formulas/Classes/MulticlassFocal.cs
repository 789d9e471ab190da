namespace LossKit.Formulas;

/// <summary>
/// −(1 − p)^γ·log p of the probability p of the true class: cross-entropy with easy examples faded out.
/// </summary>
/// <remarks>
/// γ = 0 is cross-entropy. At saturated logits the gradient is its limit, 0, also for γ &lt; 1. Source: Lin et al.,
/// "Focal Loss for Dense Object Detection", ICCV 2017.
/// </remarks>
/// <param name="gamma">γ, how fast easy examples fade; finite and not negative.</param>
public readonly struct MulticlassFocal(double gamma) : ITrueClassFormula
{
    private readonly Parameter _gamma = Parameter.NotNegative(gamma);

    /// <summary>With the usual parameter, 2.</summary>
    public MulticlassFocal() : this(2)
    {
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane logProbability) where TLane : struct, ILane<TLane>
    {
        TLane error = -TLane.Expm1(logProbability);

        TLane modulation = Powers.Fading(error, _gamma);
        return TLane.Weigh(modulation, -logProbability);
    }
}
