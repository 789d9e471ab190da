using System.Numerics;

namespace LossKit.Costs;

/// <summary>Refuses numbers that a batch in <typeparamref name="T"/> would take for 0 or infinity.</summary>
internal static class Representable<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The number itself, infinite or 0 only where it was given as that.</summary>
    public static double Check(double number, string name)
    {
        T rounded = T.CreateTruncating(number);
        bool isKept = T.IsInfinity(rounded) == double.IsInfinity(number) && T.IsZero(rounded) == (number == 0);
        return isKept ? number : throw new ArgumentOutOfRangeException(
            name,
            FormattableString.Invariant($"'{name}' is {number}, which is {rounded} in {typeof(T).Name}: ")
            + "must be within its range.");
    }
}
