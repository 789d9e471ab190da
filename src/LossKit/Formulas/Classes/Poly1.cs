namespace LossKit.Formulas;

/// <summary>
/// −log p + ε(1 − p) of the probability p of the true class: cross-entropy with another first coefficient of its
/// expansion in 1 − p.
/// </summary>
/// <remarks>
/// Source: Leng et al., "PolyLoss: A Polynomial Expansion Perspective of Classification Loss Functions", ICLR 2022.
/// </remarks>
/// <param name="epsilon">ε, finite and at least −1.</param>
public readonly struct Poly1(double epsilon) : ITrueClassFormula
{
    private readonly Parameter _epsilon = Parameter.AtLeast(-1, epsilon);

    /// <summary>With the usual parameter, 1.</summary>
    public Poly1() : this(1)
    {
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane logProbability) where TLane : struct, ILane<TLane> =>
        -logProbability - _epsilon * TLane.Expm1(logProbability);
}
