namespace LossKit.Internals.Guards;

/// <summary>The number types that losses are computed in.</summary>
internal static class Precision
{
    public static void Check<T>()
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new NotSupportedException($"Losses are computed in float or double, not in {typeof(T).Name}.");
        }
    }
}
