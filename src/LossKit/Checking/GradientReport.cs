using System.Globalization;
using static System.FormattableString;

namespace LossKit;

/// <summary>Where a loss' derivative jumps, as |d| does at 0.</summary>
/// <param name="Target">The target of the examples.</param>
/// <param name="Prediction">Where it jumps.</param>
/// <param name="Order">1 if the first derivative jumps, 2 if only the second does.</param>
/// <param name="Below">The derivative of that order just below.</param>
/// <param name="Above">The derivative of that order just above.</param>
public readonly record struct Kink(double Target, double Prediction, int Order, double Below, double Above)
{
    /// <summary>One line, for logs.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"kink of order {Order} at {Prediction} (target {Target}): {Below} below, {Above} above");
}

/// <summary>Where a loss' derivative is not what finite differences say.</summary>
/// <param name="Target">The target of the example.</param>
/// <param name="Prediction">The prediction of the example.</param>
/// <param name="Order">1 for the first derivative, 2 for the second.</param>
/// <param name="Derivative">What the formula's derivative is.</param>
/// <param name="FiniteDifference">What the difference quotient is.</param>
public readonly record struct GradientMismatch(
    double Target, double Prediction, int Order, double Derivative, double FiniteDifference)
{
    /// <summary>How far they are apart, as the checker measures it; infinite where one is NaN.</summary>
    internal double Size
    {
        get
        {
            double size = Math.Abs(Derivative - FiniteDifference) / Math.Max(1, Math.Abs(FiniteDifference));
            return double.IsNaN(size) ? double.PositiveInfinity : size;
        }
    }

    /// <summary>One line, for logs.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"derivative {Order} at {Prediction} (target {Target}): {Derivative}, finite difference {FiniteDifference}");
}

/// <summary>What <see cref="GradientChecker"/> has found.</summary>
/// <param name="Kinks">Where derivatives jump: not errors, but worth knowing.</param>
/// <param name="Mismatches">Where derivatives are wrong.</param>
public sealed record GradientReport(IReadOnlyList<Kink> Kinks, IReadOnlyList<GradientMismatch> Mismatches)
{
    private const int MostLines = 10;

    /// <summary>Whether the derivatives agree with finite differences everywhere but at kinks.</summary>
    public bool IsConsistent => Mismatches.Count == 0;

    /// <summary>
    /// How many mismatches there are, and a line each for the first ten kinks and the ten worst mismatches.
    /// </summary>
    public override string ToString() => string.Join(
        Environment.NewLine,
        [
            IsConsistent ? "consistent" : Invariant($"{Mismatches.Count} mismatches"),
            .. Lines(Kinks, "kinks"),
            .. Lines([.. Mismatches.OrderByDescending(mismatch => mismatch.Size)], "mismatches, none of them worse"),
        ]);

    private static IEnumerable<string> Lines<T>(IReadOnlyList<T> entries, string name) where T : struct
    {
        IEnumerable<string> lines = entries.Take(MostLines).Select(entry => entry.ToString()!);
        int left = entries.Count - MostLines;
        return left > 0 ? lines.Append(Invariant($"... and {left} more {name}")) : lines;
    }
}
