namespace LossKit.Formulas;

/// <summary>
/// Distance-weighted discrimination: 1 − a where a ≤ q/(q + 1), else a^−q·q^q/(q + 1)^(q + 1), of the margin a = y·x,
/// for a score x and a target y of −1 or +1.
/// </summary>
/// <remarks>
/// Derivative with respect to a: −1 where a ≤ q/(q + 1), else −(q/((q + 1)a))^(q + 1). Unlike the hinge it is smooth
/// and every example keeps some force, which helps where there are more features than examples; as q grows it
/// approaches the hinge. LossFunctions.jl's <c>DWDMarginLoss</c>, whose constant overflows for q of 143 and above.
/// Source: Marron, Todd and Ahn, "Distance-Weighted Discrimination", JASA 102(480), 2007, for q = 1; Wang and Zou,
/// "Another Look at Distance-Weighted Discrimination", JRSS B 80(1), 2018.
/// </remarks>
/// <param name="q">q, how fast the loss falls beyond the margin; positive and finite.</param>
public readonly struct Dwd(double q) : IMarginFormula
{
    private readonly Parameter _q = Parameter.Positive(q);
    private readonly Parameter _corner = q / (q + 1);
    private readonly Parameter _logInverseCorner = q < 1 ? Math.Log(q + 1) - Math.Log(q) : Math.Log(1 + 1 / q);
    private readonly Parameter _atCorner = 1 / (q + 1);

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Convex,
        Curvature = Curvature.NotNegative,
        Lipschitz = 1,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane>
    {
        // (corner / a)^q / (q + 1), where a is above the corner; the quotient alone may be out of range.
        TLane logarithm = TLane.Log(TLane.Max(margin, _corner)) + _logInverseCorner;
        TLane tail = _atCorner * TLane.Exp(-_q * logarithm);
        return TLane.SelectGreater(margin, _corner, tail, 1.0 - margin);
    }
}
