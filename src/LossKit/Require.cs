using System.Runtime.CompilerServices;

namespace LossKit;

/// <summary>The checks of parameters, once for all losses. Each is written so that NaN fails it.</summary>
internal static class Require
{
    public static double Positive(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value > 0 && double.IsFinite(value) ? value : throw Wrong(value, "positive and finite", name);

    public static double NotNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= 0 && double.IsFinite(value) ? value : throw Wrong(value, "finite and at least 0", name);

    public static double Finite(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        double.IsFinite(value) ? value : throw Wrong(value, "finite", name);

    public static double Probability(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value is >= 0 and <= 1 ? value : throw Wrong(value, "between 0 and 1", name);

    private static ArgumentOutOfRangeException Wrong(double value, string expected, string name) =>
        new(name, value, $"'{name}' must be {expected}.");
}
