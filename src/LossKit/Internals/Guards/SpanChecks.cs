using System.Diagnostics.CodeAnalysis;

namespace LossKit.Internals.Guards;

/// <summary>The checks of spans that belong together, all made before anything is written.</summary>
internal static class SpanChecks
{
    public static void Length(string name, int given, string otherName, int expected)
    {
        if (given != expected)
        {
            ThrowLength(name, given, otherName, expected);
        }
    }

    /// <summary>Weights and masks may be left out.</summary>
    public static void LengthIfGiven(string name, int given, string otherName, int expected)
    {
        if (given != 0)
        {
            Length(name, given, otherName, expected);
        }
    }

    public static void Weights<T>(ReadOnlySpan<T> weights) where T : unmanaged, IFloatingPointIeee754<T> =>
        EntryChecks.Weights(weights);

    [DoesNotReturn]
    private static void ThrowLength(string name, int given, string otherName, int expected) =>
        throw new ArgumentException(
            $"'{name}' has {given} entries, but '{otherName}' asks for {expected}.", name);
}
