namespace LossKit.Formulas;

/// <summary>b(e^(a·d) − a·d − 1), with d = prediction − target: exponential on one side, linear on the other.</summary>
/// <remarks>
/// Gradient a·b(e^(a·d) − 1); Hessian a²b·e^(a·d). With a &gt; 0 it is over-prediction that costs exponentially,
/// with a &lt; 0 under-prediction. Overflows to ∞ where a·d does in the exponential. Source: Varian, "A Bayesian
/// Approach to Real Estate Assessment", 1975; Zellner, JASA 81, 1986.
/// </remarks>
/// <param name="a">a, the asymmetry, in inverse units of the target; finite and not 0.</param>
/// <param name="b">b, the scale of the loss; positive and finite.</param>
public readonly struct Linex(double a, double b = 1) : IPointwiseFormula, IExplicitFormula
{
    private readonly Parameter _a = Parameter.NotZero(a);
    private readonly Parameter _b = Parameter.Positive(b);
    // a·b and a²b in two steps, because they may be out of range where the derivatives are not.
    private readonly (Parameter Outer, Parameter Inner) _ofFirst =
        Parameter.Factors(a * b, Math.Sqrt(Math.Abs(a)) * Math.Sqrt(b));
    private readonly (Parameter Outer, Parameter Inner) _ofSecond =
        Parameter.Factors(a * a * b, Math.Abs(a) * Math.Sqrt(b));

    /// <inheritdoc/>
    public LossFacts Facts => new()
    {
        Convexity = Convexity.Strict,
        Curvature = Curvature.NotNegative,
        IsLeastAtTarget = true,
        LossAtTarget = 0,
        Lipschitz = double.PositiveInfinity,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // On the flat side only the line is left where a·d may be infinite; near 0, where its square may be 0, the
        // parabola.
        TLane error = prediction - target;
        TLane exponent = _a * error;
        TLane line = _ofFirst.Outer * (_ofFirst.Inner * error);
        TLane loss = TLane.SelectGreater(-1e18, exponent, -line, _b * TLane.Expm1Excess(exponent));
        return new()
        {
            Value = TLane.SelectGreater(TLane.Abs(exponent), 1e-17, loss, 0.5 * exponent * (_b * exponent)),
            First = _ofFirst.Outer * (_ofFirst.Inner * TLane.Expm1(exponent)),
            Second = _ofSecond.Outer * (_ofSecond.Inner * TLane.Exp(exponent)),
        };
    }
}
