namespace LossKit.Formulas;

/// <summary>
/// −α·log p − β·A(1 − p) of the probability p of the true class: cross-entropy and its reverse, in which A stands for
/// log 0.
/// </summary>
/// <remarks>
/// Source: Wang et al., "Symmetric Cross Entropy for Robust Learning with Noisy Labels", ICCV 2019, whose code clips p
/// at 10⁻⁷.
/// </remarks>
/// <param name="alpha">α, the share of cross-entropy; finite and not negative.</param>
/// <param name="beta">β, that of the reverse one; finite and not negative.</param>
/// <param name="logZero">A, finite; negative, or the loss would favour errors.</param>
public readonly struct SymmetricCrossEntropy(double alpha, double beta, double logZero) : ITrueClassFormula
{
    private readonly Parameter _alpha = Parameter.NotNegative(alpha);
    private readonly Parameter _price = Parameter.NotNegative(beta).Value * Parameter.Finite(logZero).Value;

    /// <summary>With the usual parameters.</summary>
    public SymmetricCrossEntropy() : this(0.1, 1, -4)
    {
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane logProbability) where TLane : struct, ILane<TLane> =>
        TLane.Weigh(_alpha, -logProbability) + _price * TLane.Expm1(logProbability);
}
