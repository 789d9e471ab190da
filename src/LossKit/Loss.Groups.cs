using System.Numerics;
using LossKit.Formulas;
using LossKit.Kernels.Groups;

namespace LossKit;

public static partial class Loss
{
    /// <summary>A loss of groups from a formula of your own on two folds of their entries.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TFormula">A <c>readonly struct</c>.</typeparam>
    /// <typeparam name="TFirst">How the first number is folded.</typeparam>
    /// <typeparam name="TSecond">How the second number is folded.</typeparam>
    /// <param name="formula">The formula with its parameters.</param>
    public static GroupedLoss<T> FromGroupFormula<T, TFormula, TFirst, TSecond>(TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IGroupFormula<TFirst, TSecond>
        where TFirst : struct, IFold
        where TSecond : struct, IFold => OfGroups<T, TFormula, TFirst, TSecond>(formula, GroupPresence.OfEntries);

    /// <inheritdoc cref="SoftDice{TActivation}"/>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="smoothNumerator">a, finite and at least 0.</param>
    /// <param name="smoothDenominator">b, positive and finite.</param>
    /// <param name="squared">Whether probabilities and targets are squared in the denominator.</param>
    /// <param name="logits">Whether predictions are logits; else they are probabilities.</param>
    /// <param name="absent">What a group without any target above 0 is.</param>
    public static GroupedLoss<T> SoftDice<T>(
        double smoothNumerator = 1,
        double smoothDenominator = 1,
        bool squared = false,
        bool logits = true,
        AbsentTargets absent = AbsentTargets.Count)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        GroupPresence presence = absent switch
        {
            AbsentTargets.Count => GroupPresence.OfEntries,
            AbsentTargets.Skip => GroupPresence.OfTargets,
            AbsentTargets.Zero => GroupPresence.OfTargetsOrZero,
            _ => throw new ArgumentOutOfRangeException(nameof(absent), absent, "Expected Count, Skip or Zero."),
        };
        return logits
            ? OfGroups<T, SoftDice<OfLogits>, SumFold, SumFold>(new(smoothNumerator, smoothDenominator, squared), presence)
            : OfGroups<T, SoftDice<OfProbabilities>, SumFold, SumFold>(
                new(smoothNumerator, smoothDenominator, squared), presence);
    }

    private static GroupedLoss<T> OfGroups<T, TFormula, TFirst, TSecond>(TFormula formula, GroupPresence presence)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IGroupFormula<TFirst, TSecond>
        where TFirst : struct, IFold
        where TSecond : struct, IFold => new(
            new GroupKernel<T, FoldProgram<TFormula, TFirst, TSecond, GivenCells>>(new(formula)), presence);
}
