namespace LossKit.Formulas;

/// <summary>e^p − t·p for a count t, p being the log of its rate: the Poisson negative log-likelihood.</summary>
/// <remarks>
/// Gradient e^p − t; Hessian e^p, which is the Fisher information, too. e^p overflows to ∞ above 709.78 (88.72 in
/// float). With <c>full</c>, Stirling's t·log t − t + ½log(2πt) is added where t &gt; 1. PyTorch's
/// <c>poisson_nll_loss</c> with <c>log_input</c>; scikit-learn drops the constant; Keras takes the rate, not its log.
/// Source: Nelder and Wedderburn, "Generalized Linear Models", JRSS A 135(3), 1972.
/// </remarks>
/// <param name="full">Whether the terms of the target alone are added, so that it is a likelihood.</param>
public readonly struct Poisson(bool full = false) : IPointwiseFormula, IExplicitFormula
{
    private readonly Flag _full = full;

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Targets = Domain.NotNegative,
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
        TLane rate = TLane.Exp(prediction);
        TLane loss = LogLink.Poisson(rate, prediction, target);
        if (_full)
        {
            TLane count = TLane.Max(1.0, target);
            TLane log = TLane.Log(count);
            TLane stirling = count * log - count + 0.5 * (Math.Log(2 * Math.PI) + log);
            loss += TLane.SelectGreater(target, 1.0, stirling, 0.0);
        }

        return new() { Value = loss, First = rate - target, Second = rate };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane IPointwiseFormula.FisherInformation<TLane>(TLane prediction) => TLane.Exp(prediction);
}
