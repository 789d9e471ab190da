namespace LossKit.Formulas;

/// <summary>1 − c of the cosine c of two rows where the label is +1, max(0, c − m) where it is −1.</summary>
/// <remarks>
/// Gradient −1 where the label is +1; where it is −1, 1 if c &gt; m, else 0, also at c = m.
/// <see cref="Loss.CosineEmbedding{T}"/> takes it of the rows themselves.
/// </remarks>
/// <param name="margin">m, between −1 and 1.</param>
public readonly struct CosineEmbedding(double margin) : IPointwiseFormula
{
    private readonly Parameter _margin = Parameter.Cosine(margin);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.SelectGreater(target, 0.0, 1.0 - prediction, TLane.PositivePart(prediction - _margin));
}
