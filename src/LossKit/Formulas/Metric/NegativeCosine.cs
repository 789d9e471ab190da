namespace LossKit.Formulas;

/// <summary>a − b·c of the cosine c of two rows, which are to point in the same direction.</summary>
/// <remarks>
/// Gradient −b with respect to c. <see cref="Loss.NegativeCosine{T}"/> takes it of the rows themselves; no target.
/// </remarks>
/// <param name="offset">a, finite.</param>
/// <param name="factor">b, positive and finite.</param>
public readonly struct NegativeCosine(double offset, double factor) : IPointwiseFormula
{
    private readonly Parameter _offset = Parameter.Finite(offset);
    private readonly Parameter _factor = Parameter.Positive(factor);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        _offset - _factor * prediction;
}
