namespace LossKit.Formulas;

/// <summary>
/// A loss of the logarithm of the probability that a model gives to the true class:
/// <see cref="Loss.FromTrueClassFormula{T, TFormula}"/> makes everything else of it.
/// </summary>
/// <remarks>Implement it by a <c>readonly struct</c>, as <see cref="IPointwiseFormula"/>.</remarks>
public interface ITrueClassFormula : IFormula
{
    /// <summary>The loss where the true class has probability e^<paramref name="logProbability"/>.</summary>
    /// <typeparam name="TLane">
    /// Plain numbers, or numbers with derivatives with respect to the log-probability.
    /// </typeparam>
    TLane Loss<TLane>(TLane logProbability) where TLane : struct, ILane<TLane>;
}
