namespace LossKit.Formulas;

/// <summary>
/// −x, ½x² or eˣ − 1 − x, with x = log-probability by the reference − log-probability by the policy: an estimate of
/// the Kullback–Leibler divergence of the policy from the reference, from what the policy has drawn.
/// </summary>
/// <remarks>
/// The prediction is the policy's log-probability, the target the reference's. Gradient 1, −x or 1 − eˣ: that of the
/// number, as a penalty, not of the divergence that it estimates. Source: Schulman, "Approximating KL Divergence",
/// 2020.
/// </remarks>
/// <param name="estimator">Which of them.</param>
public readonly struct KlEstimator(KlEstimate estimator) : IPointwiseFormula
{
    private readonly KlEstimate _estimator = Enum.IsDefined(estimator)
        ? estimator
        : throw new ArgumentOutOfRangeException(nameof(estimator), estimator, "Expected K1, K2 or K3.");

    /// <inheritdoc/>
    public LossFacts Facts => _estimator == KlEstimate.K1
        ? new() { Convexity = Convexity.Convex, Curvature = Curvature.Zero, Lipschitz = 1 }
        : new()
        {
            Convexity = Convexity.Strict,
            Curvature = Curvature.NotNegative,
            IsSymmetric = _estimator == KlEstimate.K2,
            IsLeastAtTarget = true,
            LossAtTarget = 0,
            Lipschitz = double.PositiveInfinity,
            Elicits = _estimator == KlEstimate.K2 ? Statistic.Mean : null,
        };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> => _estimator switch
    {
        KlEstimate.K1 => prediction - target,
        KlEstimate.K2 => 0.5 * TLane.Square(prediction - target),
        _ => TLane.Expm1Excess(target - prediction),
    };
}
