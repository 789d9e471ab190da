using System.Numerics;

namespace LossKit.Conformance;

/// <summary>
/// The losses that the cases have a name for and the library composes, calls otherwise or gives other options than the
/// cases. They are found as the methods of <see cref="Loss"/> are; a parameter named shape receives that of the case.
/// </summary>
internal static class Catalogue
{
    public static object AsymmetricSquared<T>(double over, double under)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.SquaredError<T>().Asymmetric(over, under);

    public static object AsymmetricAbsolute<T>(double over, double under)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.AbsoluteError<T>().Asymmetric(over, under);

    public static object BradleyTerry<T>(double centering = 0)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.BradleyTerryMargin<T>(centering);

    public static object Ctc<T>(
        IReadOnlyList<int> shape, int blank = 0, bool zeroInfinity = false, bool lengthNormalized = false)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.Ctc<T>(shape[2], blank, zeroInfinity, lengthNormalized);

    public static object Ipo<T>(double beta)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.IpoPerToken<T>(beta);

    public static object SoftDice<T>(
        IReadOnlyList<int> shape,
        double smoothNumerator,
        double smoothDenominator,
        bool squared = false,
        AbsentTargets absent = AbsentTargets.Count,
        ClassActivation activation = ClassActivation.None,
        bool batch = false,
        bool includeBackground = true,
        IReadOnlyList<double>? classWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Loss.SoftDice<T>(smoothNumerator, smoothDenominator, squared, logits: false, absent)
            .OfClasses(shape[1], activation, batch, includeBackground, classWeights);

    /// <summary>The loss, and what modifiers make of it for other arrays.</summary>
    public static IEnumerable<FoundLoss> WithVariants(object loss) => [new(loss)];
}
