namespace LossKit.Formulas;

/// <summary>p·log p of a log-probability log p: one class' part of the negative entropy of a prediction.</summary>
/// <remarks>
/// There is no target. Source: Williams and Peng, "Function Optimization Using Connectionist Reinforcement Learning
/// Algorithms", Connection Science 3(3), 1991.
/// </remarks>
public readonly struct NegativeEntropy : IPointwiseFormula, IExplicitFormula
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Evaluate(this, prediction, target);

    // The derivatives are those of p·log p − p, whose sum over the classes is another by 1.

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Derivatives<TLane> Derivatives<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane>
    {
        TLane probability = TLane.Exp(prediction);
        TLane part = TLane.Weigh(probability, prediction);
        return new() { Value = part, First = part, Second = part + probability };
    }
}
