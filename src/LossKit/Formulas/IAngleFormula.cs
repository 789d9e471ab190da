namespace LossKit.Formulas;

/// <summary>
/// What takes the place of the cosine between a row and the prototype of its own class, so that it has to lead all
/// others by a margin: <see cref="RowLosses.OfAngles{T, TFormula}"/> makes a loss of it.
/// </summary>
/// <remarks>Implement it by a <c>readonly struct</c>, as <see cref="IPointwiseFormula"/>.</remarks>
public interface IAngleFormula : IFormula
{
    /// <summary>The score in place of cos <paramref name="angle"/>.</summary>
    /// <param name="angle">The angle between both, in [0, π]; where it is 0 or π its gradient is taken as 0.</param>
    /// <param name="margin">The margin of the class.</param>
    /// <typeparam name="TLane">Plain numbers, or numbers with derivatives with respect to the angle.</typeparam>
    TLane Score<TLane>(TLane angle, TLane margin) where TLane : struct, ILane<TLane>;
}

/// <summary>Such a formula for the kernels of pointwise ones.</summary>
internal readonly struct OfAngle<TFormula>(TFormula formula) : IPointwiseFormula where TFormula : struct, IAngleFormula
{
    private readonly TFormula _formula = formula;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> =>
        _formula.Score(prediction, target);
}
