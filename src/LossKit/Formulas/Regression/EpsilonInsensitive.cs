namespace LossKit.Formulas;

/// <summary>max(0, |d| − ε), with d = prediction − target: errors up to ε cost nothing.</summary>
/// <remarks>
/// Gradient sign d where |d| &gt; ε, else 0; Hessian 0. scikit-learn's SGD and SVR. Source: Vapnik, "The Nature of
/// Statistical Learning Theory", Springer 1995.
/// </remarks>
/// <param name="epsilon">ε, the error that costs nothing, in units of the target; finite and not negative.</param>
public readonly struct EpsilonInsensitive(double epsilon) : IPointwiseFormula
{
    private readonly Parameter _epsilon = Parameter.NotNegative(epsilon);

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Convex,
        Curvature = Curvature.Zero,
        IsSymmetric = true,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
        Lipschitz = 1,
        Kinks = _epsilon.Value > 0 ? [-_epsilon.Value, _epsilon.Value] : [0],
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.PositivePart(TLane.Abs(prediction - target) - _epsilon);
}
