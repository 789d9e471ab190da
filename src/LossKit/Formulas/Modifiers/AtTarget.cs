namespace LossKit.Formulas;

/// <summary>The prediction that is the target, and its loss: what the price of an error is of.</summary>
/// <remarks>Of a formula of which nothing is known it is the target itself, and its loss is taken to be 0.</remarks>
internal readonly struct AtTarget<TFormula>(TFormula formula) : IFormula where TFormula : struct, IPointwiseFormula
{
    private readonly TFormula _formula = formula;
    private readonly Flag _isLog = formula.Facts.Link == Link.Log;
    private readonly Flag _isLogit = formula.Facts.Link == Link.Logit;

    /// <summary>The loss if it is the same at every target, else NaN.</summary>
    public Parameter Constant { get; } = OfAll(formula.Facts);

    /// <summary>Whether predictions are not on the scale of the target.</summary>
    public bool HasLink => _isLog || _isLogit;

    /// <summary>The targets that have such a prediction.</summary>
    public Domain Targets
    {
        get
        {
            Domain targets = _formula.Facts.Targets;
            return _isLog ? targets.And(Domain.NotNegative)
                : _isLogit ? targets.And(Domain.Probabilities)
                : targets;
        }
    }

    /// <summary>The prediction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Prediction<TLane>(TLane target) where TLane : struct, ILane<TLane> => HasLink
        ? TLane.StopGradient(TLane.Evaluate(new Raw(_isLogit), target, target))
        : target;

    /// <summary>Its loss.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane best, TLane target) where TLane : struct, ILane<TLane> =>
        double.IsNaN(Constant.Value)
            ? TLane.StopGradient(TLane.Evaluate(new AtBest(_formula), best, target))
            : Constant;

    private static double OfAll(LossFacts facts) =>
        double.IsNaN(facts.LossAtTarget) && facts.Link == Link.Unknown && !facts.IsLeastAtTarget
            ? 0
            : facts.LossAtTarget;

    // What is made of the target alone is made of plain numbers, and by calls, for losses around this one: a formula,
    // its jets and these together would exceed what the JIT compiler inlines, so that every operation became a call.

    /// <summary>The link of the target: the prediction that it is compared with.</summary>
    private readonly struct Raw(bool isLogit) : IExplicitFormula
    {
        private readonly Flag _isLogit = isLogit;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target)
            where TLane : struct, ILane<TLane> => new() { Value = Of(_isLogit, target) };

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static TLane Of<TLane>(bool isLogit, TLane target) where TLane : struct, ILane<TLane> =>
            isLogit ? default(Link.LogOdds).Loss(target, target) : TLane.Log(target);
    }

    /// <summary>The loss of the best prediction.</summary>
    private readonly struct AtBest(TFormula formula) : IExplicitFormula
    {
        private readonly TFormula _formula = formula;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target)
            where TLane : struct, ILane<TLane> => new() { Value = Of(_formula, prediction, target) };

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static TLane Of<TLane>(in TFormula formula, TLane prediction, TLane target)
            where TLane : struct, ILane<TLane> => formula.Loss(prediction, target);
    }
}
