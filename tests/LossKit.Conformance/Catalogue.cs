using System.Numerics;
using LossKit.Formulas;

namespace LossKit.Conformance;

/// <summary>
/// The losses that the cases have a name for and the library composes, calls otherwise or gives other options than the
/// cases. They are found as the methods of <see cref="Loss"/> are; a parameter named shape receives that of the case.
/// </summary>
internal static class Catalogue<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly string[] s_references = ["reference_chosen", "reference_rejected"];
    private static readonly string[] s_lengths = ["chosen_lengths", "rejected_lengths"];

    public static object AsymmetricSquared(double over, double under) => Loss.SquaredError<T>().Asymmetric(over, under);

    public static object AsymmetricAbsolute(double over, double under) => Loss.AbsoluteError<T>().Asymmetric(over, under);

    public static object BradleyTerry(double centering = 0) => Loss.BradleyTerryMargin<T>(centering);

    public static object CategoricalKl(int classes) => Loss.ReverseKl<T>(classes);

    public static object ZLoss(int classes, double lambda) => Loss.LogSumExpPenalty<T>(classes, lambda);

    public static object GanLogisticCritic() =>
        Loss.Gan<T>(AdversarialKind.Logistic, AdversarialSide.Critic);

    public static object GanLogisticGenerator() =>
        Loss.Gan<T>(AdversarialKind.Logistic, AdversarialSide.Generator);

    public static object GanLeastSquaresCritic() =>
        Loss.Gan<T>(AdversarialKind.LeastSquares, AdversarialSide.Critic);

    public static object GanLeastSquaresGenerator() =>
        Loss.Gan<T>(AdversarialKind.LeastSquares, AdversarialSide.Generator);

    public static object GanHingeCritic() =>
        Loss.Gan<T>(AdversarialKind.Hinge, AdversarialSide.Critic);

    public static object GanHingeGenerator() =>
        Loss.Gan<T>(AdversarialKind.Hinge, AdversarialSide.Generator);

    public static object GanWassersteinCritic() =>
        Loss.Gan<T>(AdversarialKind.Wasserstein, AdversarialSide.Critic);

    public static object GanWassersteinGenerator() =>
        Loss.Gan<T>(AdversarialKind.Wasserstein, AdversarialSide.Generator);

    public static object CrpsEnsemble(IReadOnlyList<int> shape, double fairness) => Loss.CrpsEnsemble<T>(shape[1], fairness);

    public static object EnergyScore(IReadOnlyList<int> shape, double fairness) => Loss.EnergyScore<T>(shape[1], shape[2], fairness);

    public static object DirichletNll(IReadOnlyList<int> shape, Link? link = null) => Loss.DirichletNll<T>(shape[1], link);

    public static object MixtureDensityNll(IReadOnlyList<int> shape) => Loss.MixtureDensityNll<T>(shape[1]);

    public static object EvidentialRegression(double regularisation) => Loss.EvidentialRegression<T>(regularisation);

    public static object Ctc(
        IReadOnlyList<int> shape, int blank = 0, bool zeroInfinity = false, bool lengthNormalized = false) => Loss.Ctc<T>(shape[2], blank, zeroInfinity, lengthNormalized);

    public static object RnnTransducer(IReadOnlyList<int> shape, int blank) => Loss.RnnTransducer<T>(shape[3], blank);

    public static object Crf(IReadOnlyList<int> shape) => Loss.Crf<T>(shape[2]);

    public static object SoftDice(
        IReadOnlyList<int> shape,
        double smoothNumerator,
        double smoothDenominator,
        bool squared = false,
        AbsentTargets absent = AbsentTargets.Count,
        ClassActivation activation = ClassActivation.None,
        bool batch = false,
        bool includeBackground = true,
        IReadOnlyList<double>? classWeights = null) =>
        Loss.SoftDice<T>(smoothNumerator, smoothDenominator, squared, logits: false, absent)
            .OfClasses(shape[1], activation, batch, includeBackground, classWeights);

    public static object SoftJaccard(
        IReadOnlyList<int> shape,
        double smoothNumerator,
        double smoothDenominator,
        AbsentTargets absent = AbsentTargets.Count,
        ClassActivation activation = ClassActivation.None,
        bool batch = false,
        bool includeBackground = true,
        IReadOnlyList<double>? classWeights = null) =>
        Loss.Tversky<T>(1, 1, 1, smoothNumerator, smoothDenominator, logits: false, absent)
            .OfClasses(shape[1], activation, batch, includeBackground, classWeights);

    public static object Tversky(
        IReadOnlyList<int> shape,
        double alpha,
        double beta,
        double smoothNumerator,
        double smoothDenominator,
        AbsentTargets absent = AbsentTargets.Count,
        ClassActivation activation = ClassActivation.None,
        bool batch = false,
        bool includeBackground = true,
        IReadOnlyList<double>? classWeights = null) =>
        Loss.Tversky<T>(alpha, beta, 1, smoothNumerator, smoothDenominator, logits: false, absent)
            .OfClasses(shape[1], activation, batch, includeBackground, classWeights);

    public static object FocalTversky(
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
        IReadOnlyList<double>? classWeights = null) =>
        Loss.Tversky<T>(alpha, beta, gamma, smoothNumerator, smoothDenominator, logits: false, absent)
            .OfClasses(shape[1], activation, batch, includeBackground, classWeights);

    public static object LogCoshDice(
        IReadOnlyList<int> shape,
        double smoothNumerator,
        double smoothDenominator,
        AbsentTargets absent = AbsentTargets.Count,
        ClassActivation activation = ClassActivation.None,
        bool batch = false,
        bool includeBackground = true,
        IReadOnlyList<double>? classWeights = null) =>
        Loss.LogCoshDice<T>(smoothNumerator, smoothDenominator, logits: false, absent)
            .OfClasses(shape[1], activation, batch, includeBackground, classWeights);

    public static object HierarchicalCrossEntropy(
        int classes,
        IReadOnlyList<double> levelWeights,
        IReadOnlyList<int>? groups1 = null,
        IReadOnlyList<int>? groups2 = null,
        IReadOnlyList<int>? groups3 = null,
        IReadOnlyList<int>? groups4 = null) => Loss.HierarchicalCrossEntropy<T>(
            classes, [.. groups1 ?? [], .. groups2 ?? [], .. groups3 ?? [], .. groups4 ?? []], levelWeights);

    public static object Coral(IReadOnlyList<int> shape, IReadOnlyList<double>? taskWeights = null) => Loss.Coral<T>(shape[1], taskWeights);

    public static object Corn(IReadOnlyList<int> shape, IReadOnlyList<double>? taskWeights = null) => Loss.Corn<T>(shape[1], taskWeights);

    public static object SoftFBeta(
        IReadOnlyList<int> shape, double beta, string average, double epsilon, bool logits) => average == "micro"
            ? Loss.SoftFBeta<T>(beta, epsilon, logits)
            : Loss.SoftFBeta<T>(beta, epsilon, logits: false).OfClasses(
                shape[1], logits ? ClassActivation.Sigmoid : ClassActivation.None, perBatch: true);

    public static object GeneralizedDice(
        IReadOnlyList<int> shape,
        RegionWeighting weighting,
        double smoothNumerator,
        double smoothDenominator,
        ClassActivation activation = ClassActivation.None,
        bool batch = false) =>
        Loss.GeneralizedDice<T>(shape[1], weighting, smoothNumerator, smoothDenominator, activation, batch);

    public static object LovaszSoftmax(
        IReadOnlyList<int> shape,
        string classes,
        ClassActivation activation = ClassActivation.None,
        bool perImage = false,
        int ignoreIndex = -100) =>
        Loss.LovaszSoftmax<T>(shape[1], activation, perImage, classes == "present", ignoreIndex);

    public static object DiceCrossEntropy(
        IReadOnlyList<int> shape,
        double diceWeight,
        double crossEntropyWeight,
        double smoothNumerator,
        double smoothDenominator,
        bool squared = false,
        int ignoreIndex = -100) => Loss.DiceCrossEntropy<T>(
            shape[1], diceWeight, crossEntropyWeight, squared, smoothNumerator, smoothDenominator, ignoreIndex);

    public static object Boundary(IReadOnlyList<int> shape, ClassActivation activation = ClassActivation.None) => Loss.Boundary<T>(shape[1], activation);

    public static object HausdorffDt(
        IReadOnlyList<int> shape, double alpha, ClassActivation activation = ClassActivation.None) =>
        Loss.HausdorffDt<T>(shape[1], alpha, activation);

    /// <summary>The loss, and what modifiers make of it for other arrays.</summary>
    public static IEnumerable<FoundLoss> WithVariants(object loss) => loss switch
    {
        GroupedLoss<T> rankings => [new(rankings), new(rankings.OfRankings())],
        RowLoss<T, T> rows when rows.Shape.Targets == rows.Classes => [new(rows), new(rows.OfTeacher())],
        TupleLoss<T, Preference<Dpo>> preference => Variants(preference),
        TupleLoss<T, Preference<RobustDpo>> preference => Variants(preference),
        TupleLoss<T, Preference<Ipo>> preference => Variants(preference),
        TupleLoss<T, Preference<SlicHinge>> preference => Variants(preference),
        TupleLoss<T, Preference<ExoPair>> preference => Variants(preference),
        TupleLoss<T, Preference<NcaPair>> preference => Variants(preference),
        TupleLoss<T, Preference<BcoPair>> preference => Variants(preference),
        TupleLoss<T, Preference<SppoHard>> preference => Variants(preference),
        TupleLoss<T, Preference<ApoZero>> preference => Variants(preference),
        TupleLoss<T, Preference<ApoDown>> preference => Variants(preference),
        TupleLoss<T, PreferenceAlone<Cpo>> preference => Variants(preference),
        TupleLoss<T, PreferenceAlone<SimPo>> preference => Variants(preference),
        TupleLoss<T, PreferenceAlone<Orpo>> preference => Variants(preference),
        _ => [new(loss)],
    };

    private static FoundLoss[] Variants<TFormula>(TupleLoss<T, Preference<TFormula>> loss)
        where TFormula : struct, IPreferenceFormula =>
    [
        new(loss, s_references),
        new(loss.PerToken(), [.. s_references, .. s_lengths]),
        .. Variants(loss.WithoutReference()),
    ];

    private static FoundLoss[] Variants<TFormula>(TupleLoss<T, PreferenceAlone<TFormula>> loss)
        where TFormula : struct, IPreferenceFormula => [new(loss, []), new(loss.PerToken(), s_lengths)];
}
