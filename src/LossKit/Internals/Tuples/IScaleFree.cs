namespace LossKit.Internals.Tuples;

/// <summary>
/// A formula whose loss remains as it is where all numbers of an example are multiplied by a factor, and that is NaN
/// where something on the way is out of range: such an example is evaluated once more in a unit that suits it.
/// </summary>
internal interface IScaleFree<TFormula> where TFormula : struct
{
    /// <summary>
    /// The formula for numbers in a unit of their own: ε, in units of the batch, is negligible there.
    /// </summary>
    TFormula OfOtherUnits { get; }
}
