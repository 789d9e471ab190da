namespace LossKit.Formulas;

/// <summary>y·D² + (1 − y)·max(0, m − D)² of the distance D of two rows; y is 1 where they are similar, else 0.</summary>
/// <param name="margin">m, positive and finite.</param>
internal readonly struct Contrastive(double margin) : IPointwiseFormula
{
    private readonly Parameter _margin = Parameter.Positive(margin);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        TLane.Weigh(target, TLane.Square(prediction))
        + TLane.Weigh(1.0 - target, TLane.Square(TLane.PositivePart(_margin - prediction)));
}
