namespace LossKit.Formulas;

/// <summary>
/// p + t·e^(−p) for a positive target t, p being the log of its mean: half the gamma deviance, but for −log t − 1.
/// </summary>
/// <remarks>
/// Gradient 1 − t·e^(−p); Hessian t·e^(−p); Fisher information 1, of a shape of 1. For amounts whose spread grows with
/// their size: claims, durations. May be negative, because the constant is left out. scikit-learn's
/// <c>HalfGammaLoss</c>. Source: McCullagh and Nelder, "Generalized Linear Models", 1989.
/// </remarks>
public readonly struct Gamma : IPointwiseFormula, IExplicitFormula
{
    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Targets = Domain.Positive,
        Link = Link.Log,
        Convexity = Convexity.Strict,
        Curvature = Curvature.NotNegative,
        IsLeastAtTarget = true,
        Elicits = Statistic.Mean,
        Lipschitz = double.PositiveInfinity,
    };

    bool IPointwiseFormula.HasFisherInformation => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane share = TLane.Weigh(target, TLane.Exp(-prediction));
        return new() { Value = LogLink.Line(prediction) + share, First = 1.0 - share, Second = share };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane IPointwiseFormula.FisherInformation<TLane>(TLane prediction) => 1.0;
}
