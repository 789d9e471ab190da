namespace LossKit.Formulas;

/// <summary>min(l, maximum) of a loss l: an example that is hopelessly wrong has no force at all.</summary>
/// <remarks>
/// The gradient is that of l where l &lt; maximum, else 0, also where they are equal; the same holds for the Hessian.
/// No longer convex: start from a good model, as one trained on l. The hinge, clipped at 2, is the ramp loss. Source:
/// Collobert et al., "Trading Convexity for Scalability", ICML 2006.
/// </remarks>
/// <typeparam name="TFormula">The formula it modifies.</typeparam>
/// <param name="formula">The formula it modifies.</param>
/// <param name="maximum">The most an example may cost; positive and finite.</param>
public readonly struct Clipped<TFormula>(TFormula formula, double maximum) : IPointwiseFormula
    where TFormula : struct, IPointwiseFormula
{
    private readonly TFormula _formula = formula;
    private readonly Parameter _maximum = Parameter.Positive(maximum);

    /// <inheritdoc/>
    public LossFacts Facts
    {
        get
        {
            LossFacts facts = _formula.Facts;
            return facts with
            {
                Convexity = Convexity.Unknown,
                Curvature = facts.Curvature == Curvature.AnySign ? Curvature.Unknown : facts.Curvature,
                LossAtTarget = Math.Min(facts.LossAtTarget, _maximum.Value),
                Elicits = null,
                Lipschitz = double.NaN,
                Kinks = null,
            };
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        // Two comparisons: a NaN, which is greater in neither, stays what it is.
        TLane loss = _formula.Loss(prediction, target);
        TLane flat = TLane.StopGradient(TLane.SelectGreater(loss, _maximum, _maximum, loss));
        return TLane.SelectGreater(_maximum, loss, loss, flat);
    }
}
