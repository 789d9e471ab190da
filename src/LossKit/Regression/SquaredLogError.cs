using System.Runtime.CompilerServices;

namespace LossKit;

/// <summary>
/// (log(1 + max(p, ε)) − log(1 + max(t, ε)))², for a prediction p and a target t: the squared error of orders of
/// magnitude.
/// </summary>
/// <remarks>
/// Gradient 2(log(1 + p) − log(1 + max(t, ε)))/(1 + p) where p &gt; ε, else 0. Numbers below ε count as ε, as in
/// Keras' <c>MeanSquaredLogarithmicError</c>; scikit-learn refuses them. Its root is the RMSLE. Not convex: far
/// above the target it flattens.
/// </remarks>
/// <param name="epsilon">ε, the least prediction and target told apart; positive and finite.</param>
public readonly struct SquaredLogError(double epsilon) : IPointwiseFormula
{
    private readonly Parameter _epsilon = Parameter.Positive(epsilon);

    /// <summary>With the usual parameters.</summary>
    public SquaredLogError() : this(1e-7)
    {
    }

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.None,
        Curvature = Curvature.AnySign,
        LossAtTarget = 0,
        Kinks = null,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane log = TLane.Log1p(TLane.Max(_epsilon, prediction));
        return TLane.Square(log - TLane.Log1p(TLane.Max(_epsilon, target)));
    }
}
