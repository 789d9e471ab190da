using System.Numerics;
using LossKit.Formulas;

namespace LossKit;

public static partial class Loss
{
    /// <summary>A loss of several predictions and targets of each example, from a formula of your own.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">A <c>readonly struct</c>.</typeparam>
    /// <param name="formula">The formula with its parameters.</param>
    public static TupleLoss<T, TFormula> FromTupleFormula<T, TFormula>(TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, ITupleFormula => new(formula);
}
