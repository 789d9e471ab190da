namespace LossKit.Formulas;

/// <summary>
/// A loss of the margin y·x of a score x for a target y that is −1 or +1: large where the sign is wrong.
/// <see cref="Loss.FromMarginFormula{T, TFormula}"/> makes everything else of it.
/// </summary>
/// <remarks>Implement it by a <c>readonly struct</c>, as <see cref="IPointwiseFormula"/>.</remarks>
public interface IMarginFormula : IFormula
{
    /// <summary>What is known about the loss as a function of the margin; a formula need not say anything.</summary>
    LossFacts Facts => LossFacts.Unknown;

    /// <summary>The loss at <paramref name="margin"/>.</summary>
    /// <typeparam name="TLane">Plain numbers, or numbers with derivatives with respect to the score.</typeparam>
    TLane Loss<TLane>(TLane margin) where TLane : struct, ILane<TLane>;

    /// <inheritdoc cref="IPointwiseFormula.HasFisherInformation"/>
    bool HasFisherInformation => false;

    /// <inheritdoc cref="IPointwiseFormula.FisherInformation"/>
    TLane FisherInformation<TLane>(TLane score) where TLane : struct, ILane<TLane> => throw new NotSupportedException();
}
