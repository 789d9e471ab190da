namespace LossKit.Formulas;

/// <summary>
/// ½(log v + (μ − t)²/v): the negative log-likelihood of a normal distribution whose mean μ is predicted, and whose
/// variance v is given of each example.
/// </summary>
/// <remarks>
/// One prediction, μ; two targets: t, and the variance v, above 0, in squared units of t: known errors of measurements,
/// or another model's estimate. Gradient (μ − t)/v; Hessian 1/v, which is also its Fisher information. Where the
/// variance is not positive the loss is NaN or infinite: it is not clamped, as PyTorch's <c>gaussian_nll_loss</c> does.
/// Source: Nix and Weigend, "Estimating the Mean and Variance of the Target Probability Distribution", ICNN 1994.
/// </remarks>
/// <param name="full">Whether ½log 2π is added, which makes it nats.</param>
public readonly struct NormalNllGivenVariance(bool full) : ITupleFormula, IFormulaDomains
{
    private readonly Parameter _constant = full ? 0.5 * Math.Log(2 * Math.PI) : 0;

    /// <inheritdoc/>
    public static int Predictions => 1;

    /// <inheritdoc/>
    public static int Targets => 2;

    bool ITupleFormula.HasFisherInformation => true;

    Domain IFormulaDomains.TargetDomain(int k) => k == 1 ? Domain.Positive : Domain.Reals;

    // The error is divided first: its square may leave the range of the numbers.

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct
    {
        TLane variance = x.Target(1);
        TLane inverse = 1.0 / TLane.Sqrt(variance);
        return 0.5 * (TLane.Square(inverse * (x[0] - x.Target(0))) + TLane.Log(variance)) + _constant;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane ITupleFormula.FisherInformation<TLane, TExample>(TExample x, int k) => 1.0 / x.Target(1);
}
