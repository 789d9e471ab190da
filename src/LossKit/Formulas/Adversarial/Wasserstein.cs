namespace LossKit.Formulas;

/// <summary>
/// −a of the margin a = y·x, for a critic's score x and a target y of −1 or +1: fake minus real scores, which has no
/// lower bound.
/// </summary>
/// <remarks>
/// Derivative with respect to a: −1; Hessian 0. The critic has to be kept Lipschitz, by clipped weights or a gradient
/// penalty, or the loss falls without end.
/// <para>
/// Every adversarial loss takes its role from its targets. The discriminator or critic has real examples with y = +1
/// and fake ones with y = −1; the generator has its fake ones with y = +1, and the gradient goes on through the score.
/// </para>
/// <list type="table">
/// <listheader><term>GAN</term><description>discriminator; generator</description></listheader>
/// <item><term>non-saturating</term><description>
/// <see cref="Logistic"/>; <see cref="Logistic"/>. Goodfellow et al., NIPS 2014.
/// </description></item>
/// <item><term>least squares</term><description>
/// <see cref="LeastSquaresMargin"/>; <see cref="LeastSquaresMargin"/>. Mao et al., ICCV 2017.
/// </description></item>
/// <item><term>hinge</term><description>
/// <see cref="Hinge"/>; <see cref="Wasserstein"/>. Lim and Ye, "Geometric GAN", 2017.
/// </description></item>
/// <item><term>Wasserstein</term><description>
/// <see cref="Wasserstein"/>; <see cref="Wasserstein"/>. Arjovsky et al., ICML 2017.
/// </description></item>
/// </list>
/// <para>
/// Papers add the mean over the real and the mean over the fake examples; the mean over a batch of as many of both is
/// half of that. Source: Arjovsky, Chintala and Bottou, "Wasserstein Generative Adversarial Networks", ICML 2017.
/// </para>
/// </remarks>
public readonly struct Wasserstein : IMarginFormula
{
    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Convex,
        Curvature = Curvature.Zero,
        Lipschitz = 1,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> => -margin;
}
