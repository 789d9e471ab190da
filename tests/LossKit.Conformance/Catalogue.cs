using System.Numerics;
using LossKit.Formulas;

namespace LossKit.Conformance;

/// <summary>
/// The losses that the cases have a name for and the library composes, calls otherwise or gives other options than the
/// cases. They are found as the methods of <see cref="Loss"/> are; a parameter named shape receives that of the case.
/// </summary>
internal static class Catalogue
{
    private static readonly string[] s_references = ["reference_chosen", "reference_rejected"];
    private static readonly string[] s_lengths = ["chosen_lengths", "rejected_lengths"];

    public static object AsymmetricSquared<T>(double over, double under)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.SquaredError<T>().Asymmetric(over, under);

    public static object AsymmetricAbsolute<T>(double over, double under)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.AbsoluteError<T>().Asymmetric(over, under);

    public static object BradleyTerry<T>(double centering = 0)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.BradleyTerryMargin<T>(centering);

    public static object CategoricalKl<T>(int classes)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.ReverseKl<T>(classes);

    public static object ZLoss<T>(int classes, double lambda)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.LogSumExpPenalty<T>(classes, lambda);

    public static object GanLogisticCritic<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
        Loss.Gan<T>(AdversarialKind.Logistic, AdversarialSide.Critic);

    public static object GanLogisticGenerator<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
        Loss.Gan<T>(AdversarialKind.Logistic, AdversarialSide.Generator);

    public static object GanLeastSquaresCritic<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
        Loss.Gan<T>(AdversarialKind.LeastSquares, AdversarialSide.Critic);

    public static object GanLeastSquaresGenerator<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
        Loss.Gan<T>(AdversarialKind.LeastSquares, AdversarialSide.Generator);

    public static object GanHingeCritic<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
        Loss.Gan<T>(AdversarialKind.Hinge, AdversarialSide.Critic);

    public static object GanHingeGenerator<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
        Loss.Gan<T>(AdversarialKind.Hinge, AdversarialSide.Generator);

    public static object GanWassersteinCritic<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
        Loss.Gan<T>(AdversarialKind.Wasserstein, AdversarialSide.Critic);

    public static object GanWassersteinGenerator<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
        Loss.Gan<T>(AdversarialKind.Wasserstein, AdversarialSide.Generator);

    public static object CrpsEnsemble<T>(IReadOnlyList<int> shape, double fairness)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.CrpsEnsemble<T>(shape[1], fairness);

    public static object EnergyScore<T>(IReadOnlyList<int> shape, double fairness)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.EnergyScore<T>(shape[1], shape[2], fairness);

    public static object DirichletNll<T>(IReadOnlyList<int> shape, Link? link = null)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.DirichletNll<T>(shape[1], link);

    public static object MixtureDensityNll<T>(IReadOnlyList<int> shape)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.MixtureDensityNll<T>(shape[1]);

    public static object EvidentialRegression<T>(double regularisation)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.EvidentialRegression<T>(regularisation);

    public static object Ctc<T>(
        IReadOnlyList<int> shape, int blank = 0, bool zeroInfinity = false, bool lengthNormalized = false)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.Ctc<T>(shape[2], blank, zeroInfinity, lengthNormalized);

    public static object RnnTransducer<T>(IReadOnlyList<int> shape, int blank)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.RnnTransducer<T>(shape[3], blank);

    public static object Crf<T>(IReadOnlyList<int> shape)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.Crf<T>(shape[2]);

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

    public static object SoftJaccard<T>(
        IReadOnlyList<int> shape,
        double smoothNumerator,
        double smoothDenominator,
        AbsentTargets absent = AbsentTargets.Count,
        ClassActivation activation = ClassActivation.None,
        bool batch = false,
        bool includeBackground = true,
        IReadOnlyList<double>? classWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Loss.Tversky<T>(1, 1, 1, smoothNumerator, smoothDenominator, logits: false, absent)
            .OfClasses(shape[1], activation, batch, includeBackground, classWeights);

    public static object Tversky<T>(
        IReadOnlyList<int> shape,
        double alpha,
        double beta,
        double smoothNumerator,
        double smoothDenominator,
        AbsentTargets absent = AbsentTargets.Count,
        ClassActivation activation = ClassActivation.None,
        bool batch = false,
        bool includeBackground = true,
        IReadOnlyList<double>? classWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Loss.Tversky<T>(alpha, beta, 1, smoothNumerator, smoothDenominator, logits: false, absent)
            .OfClasses(shape[1], activation, batch, includeBackground, classWeights);

    public static object FocalTversky<T>(
        IReadOnlyList<int> shape,
        double alpha,
        double beta,
        double gamma,
        double smoothNumerator,
        double smoothDenominator,
        AbsentTargets absent = AbsentTargets.Count,
        ClassActivation activation = ClassActivation.None,
        bool batch = false,
        bool includeBackground = true,
        IReadOnlyList<double>? classWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Loss.Tversky<T>(alpha, beta, gamma, smoothNumerator, smoothDenominator, logits: false, absent)
            .OfClasses(shape[1], activation, batch, includeBackground, classWeights);

    public static object LogCoshDice<T>(
        IReadOnlyList<int> shape,
        double smoothNumerator,
        double smoothDenominator,
        AbsentTargets absent = AbsentTargets.Count,
        ClassActivation activation = ClassActivation.None,
        bool batch = false,
        bool includeBackground = true,
        IReadOnlyList<double>? classWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Loss.LogCoshDice<T>(smoothNumerator, smoothDenominator, logits: false, absent)
            .OfClasses(shape[1], activation, batch, includeBackground, classWeights);

    public static object HierarchicalCrossEntropy<T>(
        int classes,
        IReadOnlyList<double> levelWeights,
        IReadOnlyList<int>? groups1 = null,
        IReadOnlyList<int>? groups2 = null,
        IReadOnlyList<int>? groups3 = null,
        IReadOnlyList<int>? groups4 = null)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.HierarchicalCrossEntropy<T>(
            classes, [.. groups1 ?? [], .. groups2 ?? [], .. groups3 ?? [], .. groups4 ?? []], levelWeights);

    public static object Coral<T>(IReadOnlyList<int> shape, IReadOnlyList<double>? taskWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.Coral<T>(shape[1], taskWeights);

    public static object Corn<T>(IReadOnlyList<int> shape, IReadOnlyList<double>? taskWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.Corn<T>(shape[1], taskWeights);

    public static object SoftFBeta<T>(
        IReadOnlyList<int> shape, double beta, string average, double epsilon, bool logits)
        where T : unmanaged, IFloatingPointIeee754<T> => average == "micro"
            ? Loss.SoftFBeta<T>(beta, epsilon, logits)
            : Loss.SoftFBeta<T>(beta, epsilon, logits: false).OfClasses(
                shape[1], logits ? ClassActivation.Sigmoid : ClassActivation.None, perBatch: true);

    public static object GeneralizedDice<T>(
        IReadOnlyList<int> shape,
        RegionWeighting weighting,
        double smoothNumerator,
        double smoothDenominator,
        ClassActivation activation = ClassActivation.None,
        bool batch = false)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Loss.GeneralizedDice<T>(shape[1], weighting, smoothNumerator, smoothDenominator, activation, batch);

    public static object LovaszSoftmax<T>(
        IReadOnlyList<int> shape,
        string classes,
        ClassActivation activation = ClassActivation.None,
        bool perImage = false,
        int ignoreIndex = -100)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Loss.LovaszSoftmax<T>(shape[1], activation, perImage, classes == "present", ignoreIndex);

    public static object DiceCrossEntropy<T>(
        IReadOnlyList<int> shape,
        double diceWeight,
        double crossEntropyWeight,
        double smoothNumerator,
        double smoothDenominator,
        bool squared = false,
        int ignoreIndex = -100)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.DiceCrossEntropy<T>(
            shape[1], diceWeight, crossEntropyWeight, squared, smoothNumerator, smoothDenominator, ignoreIndex);

    public static object Boundary<T>(IReadOnlyList<int> shape, ClassActivation activation = ClassActivation.None)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.Boundary<T>(shape[1], activation);

    public static object HausdorffDt<T>(
        IReadOnlyList<int> shape, double alpha, ClassActivation activation = ClassActivation.None)
        where T : unmanaged, IFloatingPointIeee754<T> => Loss.HausdorffDt<T>(shape[1], alpha, activation);

    /// <summary>The loss, and what modifiers make of it for other arrays.</summary>
    public static IEnumerable<FoundLoss> WithVariants(object loss) => Variants((dynamic)loss);

    private static FoundLoss[] Variants(object loss) => [new(loss)];

    private static FoundLoss[] Variants<T>(GroupedLoss<T> loss)
        where T : unmanaged, IFloatingPointIeee754<T> => [new(loss), new(loss.OfRankings())];

    private static FoundLoss[] Variants<T>(RowLoss<T, T> loss)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        loss.Shape.Targets == loss.Classes ? [new(loss), new(loss.OfTeacher())] : [new(loss)];

    private static FoundLoss[] Variants<T, TFormula>(TupleLoss<T, Preference<TFormula>> loss)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IPreferenceFormula =>
    [
        new(loss, s_references),
        new(loss.PerToken(), [.. s_references, .. s_lengths]),
        .. Variants(loss.WithoutReference()),
    ];

    private static FoundLoss[] Variants<T, TFormula>(TupleLoss<T, PreferenceAlone<TFormula>> loss)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IPreferenceFormula => [new(loss, []), new(loss.PerToken(), s_lengths)];
}
