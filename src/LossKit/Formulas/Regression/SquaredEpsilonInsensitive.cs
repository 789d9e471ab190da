namespace LossKit.Formulas;

/// <summary>max(0, |d| − ε)², with d = prediction − target (no factor ½): errors up to ε cost nothing.</summary>
/// <remarks>
/// Gradient 2(|d| − ε)·sign d where |d| &gt; ε, else 0; Hessian 2 or 0. scikit-learn's SGD, LIBLINEAR. Source: Ho
/// and Lin, "Large-scale Linear Support Vector Regression", JMLR 13, 2012.
/// </remarks>
/// <param name="epsilon">ε, the error that costs nothing, in units of the target; finite and not negative.</param>
public readonly struct SquaredEpsilonInsensitive(double epsilon) : IPointwiseFormula
{
    private readonly Parameter _epsilon = Parameter.NotNegative(epsilon);

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = _epsilon.Value > 0 ? Convexity.Convex : Convexity.Strict,
        Curvature = Curvature.NotNegative,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
        Lipschitz = double.PositiveInfinity,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Square(TLane.PositivePart(TLane.Abs(prediction - target) - _epsilon));
}
