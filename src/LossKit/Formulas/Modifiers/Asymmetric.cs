namespace LossKit.Formulas;

/// <summary>
/// A loss whose predictions above the target cost <c>over</c> times as much, and those below it <c>under</c> times:
/// too much stock and an empty shelf are rarely equally dear.
/// </summary>
/// <remarks>
/// <para>
/// over · l where the prediction, by the inverse link, is greater than the target, else under · l: a log-rate is
/// compared with the logarithm of the count, so that <see cref="Poisson"/> prices demand that was expected and did not
/// come by the first factor, and demand that was not expected by the second. Where they are equal, the loss itself
/// decides.
/// </para>
/// <para>
/// Of a loss that is not 0 at the target, as a likelihood, the factors price the excess: l* + over · (l − l*), with the
/// loss l* of a prediction that is the target, so that nothing jumps there. A factor of 0 leaves l* on its side,
/// whatever l is. Of a formula of which nothing is known, the prediction itself is compared, and l* taken to be 0. On
/// the squared error it is, up to a factor, the expectile loss of Newey and Powell 1987.
/// </para>
/// <para>
/// Margins have no scale in common with their targets: <see cref="ClassWeighted{TFormula}"/> prices the errors of each
/// class.
/// </para>
/// </remarks>
/// <typeparam name="TFormula">The formula it modifies.</typeparam>
/// <param name="formula">The formula it modifies.</param>
/// <param name="over">The factor of over-prediction; finite and not negative.</param>
/// <param name="under">The factor of under-prediction; finite and not negative.</param>
/// <exception cref="NotSupportedException">
/// The loss is of a margin, or a sum whose parts take the prediction to be on different scales.
/// </exception>
public readonly struct Asymmetric<TFormula>(TFormula formula, double over, double under)
    : IPointwiseFormula, IChoosesKernel
    where TFormula : struct, IPointwiseFormula
{
    private readonly TFormula _formula = Suits.Comparison(formula, "Asymmetric");
    private readonly Parameter _over = Parameter.NotNegative(over);
    private readonly Parameter _under = Parameter.NotNegative(under);
    private readonly AtTarget<TFormula> _atTarget = new(formula);

    /// <inheritdoc/>
    public LossFacts Facts
    {
        get
        {
            LossFacts facts = _formula.Facts;
            double least = Math.Min(_over.Value, _under.Value);
            double most = Math.Max(_over.Value, _under.Value);
            LossFacts asymmetric = facts with
            {
                Curvature = least > 0 || (most > 0 && facts.Curvature != Curvature.AnySign)
                    ? facts.Curvature
                    : Curvature.Unknown,
                Targets = _atTarget.Targets,
                IsSymmetric = facts.IsSymmetric && least == most,
                Elicits = least == most && least > 0 ? facts.Elicits : null,
                Lipschitz = facts.IsSymmetric || least == most || (least > 0 && double.IsInfinity(facts.Lipschitz))
                    ? most * facts.Lipschitz
                    : double.NaN,
            };

            // Known of losses that fall to their least at the target; otherwise the two sides are not those of a
            // minimum.
            return !facts.IsLeastAtTarget || most == 0
                ? asymmetric with
                {
                    Convexity = Convexity.Unknown,
                    Lipschitz = double.NaN,
                    Kinks = null,
                    IsLeastAtTarget = false,
                }
                : least > 0 ? asymmetric : asymmetric with
                {
                    Convexity = facts.Convexity >= Convexity.Convex ? Convexity.Convex : Convexity.Unknown,
                    Kinks = facts.Kinks is [] ? [] : null,
                };
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane loss = _formula.Loss(prediction, target);
        TLane best = _atTarget.Prediction(target);
        TLane least = _atTarget.Loss(best, target);
        return Price(_over, _under, prediction, best, loss, least);
    }

    // Most losses need but one comparison: even branches that are never taken would be noticed beside it.
    Kernel<T> IChoosesKernel.Kernel<T>()
    {
        double atTarget = _atTarget.Constant.Value;
        return double.IsNaN(atTarget) || _atTarget.HasLink
            ? new AsymmetricKernel<T>(
                PointwiseKernel<T>.For(_formula), _formula.Facts.Link, atTarget, _over.Value, _under.Value)
            : atTarget == 0 && _over.Value > 0 && _under.Value > 0
                ? new FormulaKernel<T, OfError>(new(_formula, _over, _under))
                : new FormulaKernel<T, OfConstant>(new(_formula, _over, _under, _atTarget.Constant));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Price<TLane>(
        Parameter over, Parameter under, TLane prediction, TLane best, TLane loss, TLane least)
        where TLane : struct, ILane<TLane>
    {
        TLane excess = loss - least;
        return TLane.SelectGreater(prediction, best, Factor.Times(over, excess), Factor.Times(under, excess)) + least;
    }

    /// <summary>For a loss that is 0 at the target, and positive factors.</summary>
    private readonly struct OfError(TFormula formula, Parameter over, Parameter under) : IPointwiseFormula
    {
        private readonly TFormula _formula = formula;
        private readonly Parameter _over = over;
        private readonly Parameter _under = under;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
        {
            TLane loss = _formula.Loss(prediction, target);
            return TLane.SelectGreater(prediction, target, _over * loss, _under * loss);
        }
    }

    /// <summary>For a loss that is the same at every target, which is compared as it is.</summary>
    private readonly struct OfConstant(TFormula formula, Parameter over, Parameter under, Parameter atTarget)
        : IPointwiseFormula
    {
        private readonly TFormula _formula = formula;
        private readonly Parameter _over = over;
        private readonly Parameter _under = under;
        private readonly Parameter _atTarget = atTarget;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
            Price(_over, _under, prediction, target, _formula.Loss(prediction, target), (TLane)_atTarget);
    }
}
