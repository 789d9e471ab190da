namespace LossKit.Formulas;

/// <summary>A margin loss as a loss of score and target: the margin is their product.</summary>
/// <typeparam name="TFormula">The formula of the margin.</typeparam>
/// <param name="formula">The formula of the margin.</param>
public readonly struct Margin<TFormula>(TFormula formula) : IPointwiseFormula
    where TFormula : struct, IMarginFormula
{
    private readonly TFormula _formula = formula;

    /// <inheritdoc/>
    public LossFacts Facts => _formula.Facts with { Targets = Domain.Signs, KinkVariable = KinkVariable.Margin };

    bool IPointwiseFormula.HasFisherInformation => _formula.HasFisherInformation;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        _formula.Loss(target * prediction);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane IPointwiseFormula.FisherInformation<TLane>(TLane prediction) => _formula.FisherInformation(prediction);
}
