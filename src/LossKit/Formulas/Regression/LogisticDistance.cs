namespace LossKit.Formulas;

/// <summary>
/// 2 log cosh(d/2), with d = prediction − target: the negative log-likelihood of a logistic distribution of the
/// error, 0 at d = 0.
/// </summary>
/// <remarks>
/// Gradient tanh(d/2); Hessian ½/cosh²(d/2). LossFunctions.jl's <c>LogitDistLoss</c>, which overflows for |d| &gt; 709;
/// this does not. Source: Johnson, Kotz and Balakrishnan, "Continuous Univariate Distributions", volume 2, 2nd ed.,
/// Wiley 1995.
/// </remarks>
public readonly struct LogisticDistance : IPointwiseFormula
{
    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Strict,
        Curvature = Curvature.NotNegative,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
        Lipschitz = 1,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        2.0 * TLane.LogCosh(0.5 * (prediction - target));
}
