namespace LossKit.Formulas;

/// <summary>max(0, −a) of the margin a = y·x, for a score x and a target y of −1 or +1.</summary>
/// <remarks>
/// Derivative with respect to a: −1 where a ≤ 0, else 0; Hessian 0. Also −1 at a = 0, as in scikit-learn and in the
/// rule "update where y·x ≤ 0": with 0 there, as LossFunctions.jl has it, training from zero weights would never
/// start. Source: Rosenblatt, "The Perceptron", Psychological Review 65(6), 1958.
/// </remarks>
public readonly struct Perceptron : IMarginFormula
{
    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Convex,
        Curvature = Curvature.Zero,
        Lipschitz = 1,
        Kinks = [0],
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> =>
        TLane.SelectGreater(margin, 0.0, 0.0, -margin);
}
