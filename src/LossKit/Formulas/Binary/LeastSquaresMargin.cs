namespace LossKit.Formulas;

/// <summary>
/// (1 − a)² of the margin a = y·x, for a score x and a target y of −1 or +1: the squared error of the score as an
/// estimate of the target.
/// </summary>
/// <remarks>
/// Derivative with respect to a: −2(1 − a); Hessian 2. Cheap to minimise exactly, but right answers beyond the margin
/// cost as well. LossFunctions.jl's <c>L2MarginLoss</c>. On a discriminator's scores it is the least-squares GAN with
/// the codes −1 and +1, without the paper's ½. Source: Rifkin, Yeo and Poggio, "Regularized Least-Squares
/// Classification", 2003; Mao et al., "Least Squares Generative Adversarial Networks", ICCV 2017.
/// </remarks>
public readonly struct LeastSquaresMargin : IMarginFormula
{
    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Strict,
        Curvature = Curvature.NotNegative,
        Elicits = Statistic.Mean,
        Lipschitz = double.PositiveInfinity,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> => TLane.Square(1.0 - margin);
}
