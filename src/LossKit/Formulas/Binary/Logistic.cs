namespace LossKit.Formulas;

/// <summary>
/// softplus(−a) = log(1 + e⁻ᵃ) of the margin a = y·x, for a score x and a target y of −1 or +1: the negative
/// log-likelihood of the log-odds x.
/// </summary>
/// <remarks>
/// Derivative with respect to a: −σ(−a); Hessian σ(a)σ(−a), which is the Fisher information, too. <see
/// cref="BinaryCrossEntropyLogits"/> for targets of signs. PyTorch's <c>soft_margin_loss</c> and LossFunctions.jl's
/// <c>LogitMarginLoss</c> overflow in double beyond 709; this one keeps its precision at margins of any size. Natural
/// logarithm; Accord divides by log 2. Source: Cox, "The Regression Analysis of Binary Sequences", JRSS B 20(2), 1958.
/// </remarks>
public readonly struct Logistic : IMarginFormula
{
    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Strict,
        Curvature = Curvature.NotNegative,
        Lipschitz = 1,
    };

    bool IMarginFormula.HasFisherInformation => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> => TLane.Softplus(-margin);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane IMarginFormula.FisherInformation<TLane>(TLane score) => Variance(TLane.Logistic(score));

    /// <summary>σ(x)σ(−x), the variance of a target of 0 or 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLane Variance<TLane>(Logistic<TLane> logistic) where TLane : struct, ILane<TLane> =>
        logistic.Sigmoid * logistic.OppositeSigmoid;
}
