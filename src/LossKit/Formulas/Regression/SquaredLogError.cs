namespace LossKit.Formulas;

/// <summary>
/// (log(1 + max(p, ε)) − log(1 + max(t, ε)))², for a prediction p and a target t: the squared error of orders of
/// magnitude.
/// </summary>
/// <remarks>
/// Gradient 2(log(1 + p) − log(1 + max(t, ε)))/(1 + p) where p &gt; ε, else 0. Numbers below ε count as ε, as in Keras'
/// <c>MeanSquaredLogarithmicError</c>; scikit-learn refuses them. Its root is the RMSLE. Not convex: far above the
/// target it flattens. Source: the documentation of scikit-learn's <c>mean_squared_log_error</c>.
/// </remarks>
/// <param name="epsilon">ε, the least prediction and target told apart; positive and finite.</param>
public readonly struct SquaredLogError(double epsilon) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _epsilon = Parameter.Positive(epsilon);

    /// <summary>With the usual parameters.</summary>
    public SquaredLogError() : this(1e-7)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.None,
        Curvature = Curvature.AnySign,
        LossAtTarget = 0,
        Kinks = null,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // log(1 + p) − log(1 + t) is log(1 + (p − t)/(1 + t)), which does not cancel, if p is the larger.
        TLane p = TLane.Max(_epsilon, prediction);
        TLane t = TLane.Max(_epsilon, target);
        TLane size = TLane.Log1p(TLane.Abs(p - t) / (1.0 + TLane.Min(p, t)));
        TLane log = TLane.SelectGreater(p, t, size, -size);
        TLane inverse = 1.0 / (1.0 + p);
        TLane second = inverse * TLane.Weigh(inverse, 1.0 - log);
        return new()
        {
            Value = TLane.Square(size),
            First = TLane.SelectGreater(prediction, _epsilon, 2.0 * TLane.Weigh(inverse, log), 0.0),
            Second = TLane.SelectGreater(prediction, _epsilon, 2.0 * second, 0.0),
        };
    }
}
