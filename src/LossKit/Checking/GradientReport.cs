using System.Globalization;

namespace LossKit;

/// <summary>Where a loss' derivative jumps, as |d| does at 0.</summary>
/// <param name="Target">The target of the examples.</param>
/// <param name="Prediction">Where it jumps.</param>
/// <param name="Order">1 if the first derivative jumps, 2 if only the second does.</param>
/// <param name="Below">The derivative of that order just below.</param>
/// <param name="Above">The derivative of that order just above.</param>
public readonly record struct Kink(double Target, double Prediction, int Order, double Below, double Above);

/// <summary>Where a loss' derivative is not what finite differences say.</summary>
/// <param name="Target">The target of the example.</param>
/// <param name="Prediction">The prediction of the example.</param>
/// <param name="Order">1 for the first derivative, 2 for the second.</param>
/// <param name="Derivative">What the formula's derivative is.</param>
/// <param name="FiniteDifference">What the difference quotient is.</param>
public readonly record struct GradientMismatch(
    double Target, double Prediction, int Order, double Derivative, double FiniteDifference);

/// <summary>What <see cref="GradientChecker"/> has found.</summary>
/// <param name="Kinks">Where derivatives jump: not errors, but worth knowing.</param>
/// <param name="Mismatches">Where derivatives are wrong.</param>
public sealed record GradientReport(IReadOnlyList<Kink> Kinks, IReadOnlyList<GradientMismatch> Mismatches)
{
    /// <summary>Whether the derivatives agree with finite differences everywhere but at kinks.</summary>
    public bool IsConsistent => Mismatches.Count == 0;

    /// <summary>A line each for kinks and mismatches.</summary>
    public override string ToString() => string.Join(
        Environment.NewLine,
        Kinks
            .Select(kink => Line($"kink of order {kink.Order} at {kink.Prediction} (target {kink.Target}): ")
                + Line($"{kink.Below} below, {kink.Above} above"))
            .Concat(Mismatches.Select(wrong => Line($"derivative {wrong.Order} at {wrong.Prediction} ")
                + Line($"(target {wrong.Target}): {wrong.Derivative}, finite difference {wrong.FiniteDifference}")))
            .Prepend(IsConsistent ? "consistent" : Line($"{Mismatches.Count} mismatches")));

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
