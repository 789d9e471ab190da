using System.Numerics;

namespace LossKit.Conformance;

/// <summary>
/// Losses the cases have a name for and the library composes or, because they take other arrays, calls by another. They
/// are found as the methods of <see cref="Loss"/> are.
/// </summary>
internal static class Compositions
{
    public static object AsymmetricSquared<T>(double over, double under)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.SquaredError<T>().Asymmetric(over, under);

    public static object AsymmetricAbsolute<T>(double over, double under)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.AbsoluteError<T>().Asymmetric(over, under);

    public static object Ipo<T>(double beta)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.IpoPerToken<T>(beta);

    public static object BradleyTerry<T>(double centering = 0)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.BradleyTerryMargin<T>(centering);
}
