namespace LossKit.Formulas;

/// <summary>
/// p − t·log(p + ε) for a count t, the prediction p being its rate: the Poisson negative log-likelihood without a link.
/// </summary>
/// <remarks>
/// Gradient 1 − t/(p + ε); Hessian t/(p + ε)²; Fisher information 1/(p + ε). A prediction of −ε or less is NaN or
/// infinite. PyTorch's <c>poisson_nll_loss</c> with <c>log_input=False</c> and ε = 1e-8; Keras' <c>Poisson</c> with
/// 1e-7. Source: as Poisson.
/// </remarks>
/// <param name="epsilon">ε, what keeps the logarithm of a rate of 0 finite; finite and at least 0.</param>
public readonly struct PoissonMean(double epsilon) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _epsilon = Parameter.NotNegative(epsilon);

    /// <summary>With the usual parameters.</summary>
    public PoissonMean() : this(1e-7)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Predictions = Domain.Above(-_epsilon.Value),
        Targets = Domain.NotNegative,
        Convexity = Convexity.Convex,
        Curvature = Curvature.NotNegative,
        IsLeastAtTarget = _epsilon.Value == 0,
        Elicits = _epsilon.Value == 0 ? Statistic.Mean : null,
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
        TLane rate = prediction + _epsilon;
        TLane inverse = 1.0 / rate;
        TLane share = TLane.Weigh(target, inverse);
        TLane near = (prediction - target + _epsilon) / rate;
        TLane loss = prediction - TLane.Weigh(target, TLane.Log(rate));
        return new()
        {
            // Without a count no logarithm would tell that the rate is negative.
            Value = TLane.SelectGreater(0.0, rate, double.NaN, loss),
            First = TLane.SelectGreater(2.0 * target, prediction, near, 1.0 - share),
            Second = TLane.Weigh(share, inverse),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane IPointwiseFormula.FisherInformation<TLane>(TLane prediction) => 1.0 / (prediction + _epsilon);
}
