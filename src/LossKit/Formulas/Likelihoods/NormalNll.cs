namespace LossKit.Formulas;

/// <summary>
/// ½(log v + (μ − t)²/v): the negative log-likelihood of a normal distribution whose mean μ and variance v are both
/// predicted.
/// </summary>
/// <remarks>
/// Predictions μ and v or log v, as <typeparamref name="TLink"/> says; one target. Smooth: gradient (μ − t)/v of the
/// mean, ½(1 − (μ − t)²/v) of log v; Fisher information 1/v and ½. Where the variance itself is given it has to be
/// positive: it is not clamped, as PyTorch's
/// <c>gaussian_nll_loss</c> does without telling the gradient. Source: Nix and Weigend, "Estimating the Mean and
/// Variance of the Target Probability Distribution", ICNN 1994.
/// </remarks>
/// <param name="full">Whether ½log 2π is added, which makes it nats.</param>
/// <typeparam name="TLink">How v is given.</typeparam>
public readonly struct NormalNll<TLink>(bool full) : ITupleFormula, IFormulaDomains, IPropagatesNaN where TLink : struct, IScaleLink
{
    private readonly Parameter _constant = full ? 0.5 * Math.Log(2 * Math.PI) : 0;

    /// <inheritdoc/>
    public static int Predictions => 2;

    /// <inheritdoc/>
    public static int Targets => 1;

    bool ITupleFormula.HasFisherInformation => true;

    Domain IFormulaDomains.PredictionDomain(int k) => k == 1 ? TLink.Domain : Domain.Reals;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane, TExample>(TExample x)
        where TLane : struct, ILane<TLane>
        where TExample : struct, IExample<TLane>, allows ref struct =>
        0.5 * (TLink.Log(x[1]) + TLane.Square(TLink.DivideByRoot(x[0] - x.Target(0), x[1]))) + _constant;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane ITupleFormula.FisherInformation<TLane, TExample>(TExample x, int k) =>
        k == 0 ? TLink.Divide(1.0, x[1]) : TLink.Information(0.5, x[1]);
}
