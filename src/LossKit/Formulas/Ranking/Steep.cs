namespace LossKit.Formulas;

/// <summary>f(σm) of a margin m: the same loss of a margin in other units.</summary>
/// <typeparam name="TFormula">f.</typeparam>
/// <param name="formula">f with its parameters.</param>
/// <param name="sigma">σ, positive and finite.</param>
public readonly struct Steep<TFormula>(TFormula formula, double sigma) : IMarginFormula
    where TFormula : struct, IMarginFormula
{
    private readonly TFormula _formula = formula;
    private readonly Parameter _sigma = Parameter.Positive(sigma);

    /// <inheritdoc/>
    public LossFacts Facts
    {
        get
        {
            LossFacts facts = _formula.Facts;
            double sigma = _sigma.Value;
            return facts with
            {
                Lipschitz = sigma * facts.Lipschitz,
                Kinks = facts.Kinks?.Select(kink => kink / sigma).ToArray(),
            };
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane> => _formula.Loss(_sigma * margin);
}
