namespace LossKit.Formulas;

/// <summary>−log p of the probability p of the true class.</summary>
/// <remarks>
/// With respect to logits the gradient is p_j − δ_jy and the Hessian's diagonal p_j(1 − p_j). Source: Bishop, "Pattern
/// Recognition and Machine Learning", 2006, eq. 4.108.
/// </remarks>
public readonly struct CrossEntropy : ITrueClassFormula
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane logProbability) where TLane : struct, ILane<TLane> => -logProbability;
}
