namespace LossKit.Formulas;

/// <summary>
/// −log Σₖ πₖ·N(t; μₖ, σₖ), π = softmax of logits: the negative log-likelihood of a mixture of K normal distributions,
/// all of whose parameters are predicted.
/// </summary>
/// <remarks>
/// Predictions K logits, K means, K log σ; one target; in nats. With the share rₖ of the density at t that is component
/// k's: gradient πₖ − rₖ of its logit, rₖ(μₖ − t)/σₖ² of its mean, rₖ(1 − z²) of its log σ. By log-sum-exp: a target
/// far from every component has a finite loss. Source: Bishop, "Mixture Density Networks", 1994.
/// </remarks>
/// <param name="components">K, 1 or more.</param>
internal readonly struct MixtureDensityNll(int components) : IExplicitTupleFormula
{
    public int Predictions => 3 * components;

    public int Targets => 1;

    public int Spare => 4 * components;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, IRealLane<TLane>, ILane<TLane>
        where TExample : struct, IExplicitExample<TLane>, allows ref struct
    {
        int errors = components;
        int precisions = 2 * components;
        int others = 3 * components;
        TLane target = x.Target(0);
        TLane largestLogit = double.NegativeInfinity;
        TLane largest = double.NegativeInfinity;
        for (int k = 0; k < components; k++)
        {
            TLane precision = Functions.BoundedExp(-x[2 * components + k]);
            TLane error = precision * (x[components + k] - target);
            TLane log = x[k] - x[2 * components + k] - 0.5 * Bounded(error);
            largestLogit = TLane.Max(largestLogit, x[k]);
            largest = TLane.Max(largest, log);
            x.Keep(k, log);
            x.Keep(errors + k, error);
            x.Keep(precisions + k, precision);
        }

        TLane logits = default;
        TLane density = default;
        for (int k = components - 1; k >= 0; k--)
        {
            // What comes after it: that of all others is not to be a difference.
            x.Keep(others + k, density);
            TLane part = TLane.Exp(x.Spare(k) - largest);
            x.Keep(k, part);
            logits += TLane.Exp(x[k] - largestLogit);
            density += part;
        }

        TLane ofLogits = TLane.Reciprocal(logits);
        TLane ofDensity = TLane.Reciprocal(density);
        TLane before = default;
        for (int k = 0; k < components && TExample.Order > 0; k++)
        {
            TLane part = x.Spare(k);
            TLane share = part * ofDensity;
            TLane rest = (before + x.Spare(others + k)) * ofDensity;
            before += part;
            TLane prior = TLane.Exp(x[k] - largestLogit) * ofLogits;
            TLane error = x.Spare(errors + k);
            TLane square = Bounded(error);
            TLane precision = x.Spare(precisions + k);
            x.Differentiate(k, prior - share, (prior - share) * (rest - prior));
            x.Differentiate(
                components + k,
                TLane.Weigh(share, error * precision),
                TLane.Weigh(share, precision * (precision * (1.0 - rest * square))));
            x.Differentiate(
                2 * components + k,
                share * (1.0 - square),
                TLane.Weigh(share, 2.0 * square - TLane.Weigh(rest, TLane.Square(square - 1.0))));
        }

        return TLane.Log(logits) + largestLogit - TLane.Log(density) - largest + 0.5 * Math.Log(2 * Math.PI);
    }

    /// <summary>
    /// The square, but finite: a component that has collapsed elsewhere has no part, and is to have no NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Bounded<TLane>(TLane error) where TLane : struct, IRealLane<TLane>, ILane<TLane> =>
        TLane.Min(TLane.Square(error), TLane.Reciprocal(TLane.SmallestNormal));
}
