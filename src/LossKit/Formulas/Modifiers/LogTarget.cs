namespace LossKit.Formulas;

/// <summary>
/// A loss of the logarithm of the target, for a prediction that is a logarithm: errors count by their ratio.
/// </summary>
/// <remarks>
/// l(p, log t), for positive targets. On the squared error it is least at the log of the geometric mean.
/// </remarks>
/// <typeparam name="TFormula">The formula it modifies.</typeparam>
/// <param name="formula">The formula it modifies.</param>
/// <exception cref="NotSupportedException">
/// The loss is not of any two numbers, as one of logs or of classes.
/// </exception>
public readonly struct LogTarget<TFormula>(TFormula formula) : IPointwiseFormula
    where TFormula : struct, IPointwiseFormula
{
    private readonly TFormula _formula = Suits.Values(formula, "LogTarget");

    /// <inheritdoc/>
    public LossFacts Facts
    {
        get
        {
            LossFacts facts = _formula.Facts;
            return facts with
            {
                Targets = Domain.Positive,
                Link = Link.Log,
                IsSymmetric = false,
                Elicits = null,
                Kinks = facts.Kinks is [] ? [] : null,
            };
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        _formula.Loss(prediction, TLane.Log(target));
}
