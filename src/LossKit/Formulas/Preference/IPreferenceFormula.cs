namespace LossKit.Formulas;

/// <summary>
/// A loss of a pair of answers, one chosen and one rejected, of how much more likely a model makes each than a
/// reference does: <see cref="Loss.FromPreferenceFormula{T, TFormula}"/> makes everything else of it.
/// </summary>
/// <remarks>Implement it by a <c>readonly struct</c>, as <see cref="IPointwiseFormula"/>.</remarks>
public interface IPreferenceFormula : IFormula
{
    /// <summary>The loss of a pair.</summary>
    /// <typeparam name="TLane">Plain numbers, or numbers with derivatives.</typeparam>
    /// <param name="chosen">log π(chosen) − log π′(chosen): model less reference, or the model alone.</param>
    /// <param name="rejected">The same of the rejected answer.</param>
    TLane Loss<TLane>(TLane chosen, TLane rejected) where TLane : struct, ILane<TLane>;
}
