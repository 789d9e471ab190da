namespace LossKit.Formulas;

/// <summary>
/// ½(p·log(p/m) + t·log(t/m)), m = ½(p + t), of a probability p and the probability t it should have: one class' part
/// of the Jensen–Shannon divergence.
/// </summary>
/// <remarks>
/// Symmetric in p and t, and at most log 2 for a row. The derivative with respect to p is ½log(p/m), −∞ at p = 0 where
/// t is positive, and ½log 2 wherever t = 0. In nats; the square root is a distance. Source: Lin, "Divergence Measures
/// Based on the Shannon Entropy", IEEE Transactions on Information Theory 37(1), 1991.
/// </remarks>
public readonly struct JensenShannonDivergence : IPointwiseFormula, IExplicitFormula
{
    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Predictions = Domain.Probabilities,
        Targets = Domain.Probabilities,
        Convexity = Convexity.Convex,
        Curvature = Curvature.NotNegative,
        IsSymmetric = false,
        IsLeastAtTarget = true,
        Lipschitz = double.PositiveInfinity,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    /// <remarks>
    /// With δ = (p − t)/(p + t) the loss is ½m·((1 + δ)·log(1 + δ) + (1 − δ)·log(1 − δ)), which cancels near 0, where
    /// its series Σ δ²ᵏ/(k(2k − 1)) stands in; the derivatives are ½log(1 + δ) and t/(2p(p + t)).
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane sum = prediction + target;
        TLane bounded = TLane.Max(TLane.SmallestNormal, sum);
        TLane ratio = (prediction - target) / bounded;
        ratio = TLane.SelectGreater(TLane.Abs(sum), 0.0, ratio, 1.0);
        TLane square = TLane.Square(ratio);

        // Far below the target 1 + δ is exact as a quotient only.
        TLane above = TLane.SelectGreater(ratio, -0.5, TLane.Log1p(ratio), TLane.Log(2.0 * (prediction / bounded)));
        TLane below = TLane.Log(2.0 * (target / bounded));
        TLane far = TLane.Weigh(1.0 + ratio, above) + TLane.Weigh(1.0 - ratio, below);
        TLane series = 1.0 / 276.0;
        series = series * square + 1.0 / 231.0;
        series = series * square + 1.0 / 190.0;
        series = series * square + 1.0 / 153.0;
        series = series * square + 1.0 / 120.0;
        series = series * square + 1.0 / 91.0;
        series = series * square + 1.0 / 66.0;
        series = series * square + 1.0 / 45.0;
        series = series * square + 1.0 / 28.0;
        series = series * square + 1.0 / 15.0;
        series = series * square + 1.0 / 6.0;
        series = series * square + 1.0;
        return new()
        {
            Value = 0.25 * (sum * TLane.SelectGreater(square, 1.0 / 16, far, series * square)),
            First = 0.5 * above,

            // The product of both divisors may be 0 where neither is.
            Second = 0.5 * TLane.Weigh(TLane.Weigh(target, 1.0 / prediction), 1.0 / sum),
        };
    }
}
