namespace LossKit.Formulas;

/// <summary>
/// −t·log p − (1 − t)·log(1 − p) for a probability p and a target t in [0, 1], with logarithms of at least −100. NaN
/// for a p that is no probability.
/// </summary>
/// <remarks>
/// Gradient (p − t)/max(p(1 − p), 10⁻¹²), Hessian t/p² + (1 − t)/(1 − p)²: those of the loss without its bounds, so
/// that an example which is wrong with certainty keeps a force, though the Hessian is then infinite. Value and
/// gradient are those of PyTorch's <c>binary_cross_entropy</c>; Keras and ML.NET clip p instead (a loss of at most 16
/// and 18), LossFunctions.jl has an error outside [0, 1]. From a logit, <see cref="BinaryCrossEntropyLogits"/> is
/// exact and needs no bounds. Source: Good, "Rational Decisions", JRSS B 14(1), 1952.
/// </remarks>
public readonly struct BinaryCrossEntropy : IPointwiseFormula, IExplicitFormula
{
    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Predictions = Domain.Probabilities,
        Targets = Domain.Probabilities,
        Convexity = Convexity.Convex,
        Curvature = Curvature.NotNegative,
        Elicits = Statistic.Mean,
        IsLeastAtTarget = true,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane p = prediction;
        TLane q = 1.0 - p;
        TLane opposite = 1.0 - target;
        return new()
        {
            Value = -(target * Bounded(TLane.Log(p)) + opposite * Bounded(TLane.Log1p(-p))),
            First = (p - target) / TLane.Max(p * q, 1e-12),
            Second = Divided(target, p) + Divided(opposite, q),
        };
    }

    /// <summary>t/p², by p twice: its square may be 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Divided<TLane>(TLane target, TLane probability) where TLane : struct, ILane<TLane>
    {
        TLane inverse = 1.0 / probability;
        return TLane.Weigh(TLane.Weigh(target, inverse), inverse);
    }

    // Not by Max, which may drop the NaN of what is no probability; and the weight of 0 must not hide it either.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Bounded<TLane>(TLane logarithm) where TLane : struct, ILane<TLane> =>
        TLane.SelectGreater(-100.0, logarithm, -100.0, logarithm);
}
