namespace LossKit.Formulas;

/// <summary>
/// t·log(t/p) − t + p for a target t ≥ 0 and a prediction p &gt; 0 on the scale of the target: the generalised
/// Kullback–Leibler divergence, of amounts that need not add up to 1.
/// </summary>
/// <remarks>
/// Gradient 1 − t/p; Hessian t/p²; Fisher information 1/p. A target of 0 costs p. 0 at the target and accurate near it.
/// A prediction of 0 or less is NaN or infinite, but that both are 0 costs 0. Half the Poisson deviance:
/// <see cref="TweedieIdentity"/> of power 1, full. scikit-learn's NMF with <c>beta_loss=1</c>. Source: Lee and Seung,
/// "Algorithms for Non-negative Matrix Factorization", NIPS 2000.
/// </remarks>
public readonly struct GeneralizedKl : IPointwiseFormula, IExplicitFormula
{
    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Predictions = Domain.Positive,
        Targets = Domain.NotNegative,
        Convexity = Convexity.Convex,
        Curvature = Curvature.NotNegative,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
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
        // Near the target it is t·(x − log(1 + x)), x = (p − t)/t. Where the ratio p/t may leave the range, its
        // logarithm is a difference of two, which is large enough to be accurate.
        TLane error = prediction - target;
        TLane near = target * TLane.Log1pDeficit(error / target);
        TLane ratio = TLane.Log(prediction / target);
        ratio = TLane.SelectGreater(TLane.Abs(ratio), 60.0, TLane.Log(prediction) - TLane.Log(target), ratio);
        TLane far = error - TLane.Weigh(target, ratio);
        TLane loss = TLane.SelectGreater(0.5 * target, TLane.Abs(error), near, far);
        TLane inverse = 1.0 / prediction;
        TLane share = TLane.Weigh(target, inverse);
        return new()
        {
            // Without a target no logarithm would tell that the prediction is negative.
            Value = TLane.SelectGreater(0.0, prediction, double.NaN, loss),
            First = TLane.SelectGreater(2.0 * target, prediction, error / prediction, 1.0 - share),
            Second = TLane.Weigh(share, inverse),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane IPointwiseFormula.FisherInformation<TLane>(TLane prediction) => 1.0 / prediction;
}
