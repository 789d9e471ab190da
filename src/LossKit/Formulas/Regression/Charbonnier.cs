namespace LossKit.Formulas;

/// <summary>√(d² + ε²), with d = prediction − target: the absolute error without its corner.</summary>
/// <remarks>
/// Gradient d/√(d² + ε²); Hessian ε²/(d² + ε²)^(3/2), positive everywhere. At d = 0 it is ε;
/// <see cref="PseudoHuber"/> is δ(this − δ) for ε = δ. Sources: Charbonnier et al., "Two Deterministic Half-Quadratic
/// Regularization Algorithms for Computed Imaging", ICIP 1994; Lai et al., "Deep Laplacian Pyramid Networks for Fast
/// and Accurate Super-Resolution", CVPR 2017.
/// </remarks>
/// <param name="epsilon">ε, how wide the corner is, in units of the target; positive and finite.</param>
public readonly struct Charbonnier(double epsilon) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _epsilon = Parameter.Positive(epsilon);
    private readonly Parameter _inverse = 1 / epsilon;

    /// <summary>With the usual parameters.</summary>
    public Charbonnier() : this(0.001)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Strict,
        Curvature = Curvature.NotNegative,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = _epsilon.Value,
        Lipschitz = 1,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // By the larger of |d| and ε, whose square may leave the range of the numbers.
        TLane error = prediction - target;
        TLane size = TLane.Abs(error);
        TLane larger = TLane.Max(size, _epsilon);
        TLane share = TLane.SelectGreater(size, _epsilon, 1.0, _inverse * size);
        TLane shareOfEpsilon = TLane.SelectGreater(size, _epsilon, _epsilon / size, 1.0);
        TLane ratio = TLane.Min(share, shareOfEpsilon);
        TLane root = TLane.Sqrt(1.0 + TLane.Square(ratio));
        TLane inverseRoot = 1.0 / root;
        TLane slope = share * inverseRoot;
        TLane flat = shareOfEpsilon * inverseRoot;
        TLane value = larger * root;
        return new()
        {
            Value = value,
            First = TLane.SelectGreater(error, 0.0, slope, -slope),
            Second = flat * flat / value,
        };
    }
}
