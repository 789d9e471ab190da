using System.Numerics;
using System.Runtime.CompilerServices;

namespace LossKit.Tests.Support;

/// <summary>What the rows of predictions are.</summary>
internal enum RowKind
{
    /// <summary>Logits, of which only the softmax counts.</summary>
    Logits,

    /// <summary>Scores that are compared with each other.</summary>
    Scores,
    Probabilities,
    LogProbabilities,
}

/// <summary>A loss over rows with particular parameters, for any number of classes and in both precisions.</summary>
/// <param name="Name">Names it in test results.</param>
/// <param name="Rows">What it takes as predictions.</param>
/// <param name="HasLabels">Whether targets are labels, not rows of probabilities.</param>
/// <param name="Reference">What it should give.</param>
/// <param name="Source">The code that makes it.</param>
internal sealed record RowLossInstance(
    string Name, RowKind Rows, bool HasLabels, RowReference Reference, string Source)
{
    /// <summary>Whether it has class weights, and those of the labels enter the mean's divisor.</summary>
    public bool WeighsMean { get; init; }

    /// <summary>Whether the loss has kinks, where finite differences mislead.</summary>
    public bool IsKinked { get; init; }

    /// <summary>Whether every class counts, also one that is masked by a logit of −∞.</summary>
    public bool CountsMasked { get; init; }

    /// <summary>Whether what is right may cost less than nothing.</summary>
    public bool MayBeNegative { get; init; }

    /// <summary>Whether nothing but the label's prediction is read.</summary>
    public bool ReadsLabelOnly { get; init; }

    /// <summary>
    /// What the mean divides by for a label and a number of columns, if that is neither 1 nor its weight.
    /// </summary>
    public Func<int, int, double>? Divisor { get; init; }

    public int FewestClasses { get; init; } = 1;

    public required Func<int, AnyRowLoss<float>> Single { get; init; }

    public required Func<int, AnyRowLoss<double>> Double { get; init; }

    public AnyRowLoss<T> Loss<T>(int classes) where T : unmanaged, IFloatingPointIeee754<T> =>
        typeof(T) == typeof(float)
            ? (AnyRowLoss<T>)(object)Single(classes)
            : (AnyRowLoss<T>)(object)Double(classes);

    public override string ToString() => Name;
}

/// <summary>Every public loss over rows: all of <see cref="RowLossProperties{T}"/> runs over each.</summary>
internal static class RowLossCatalogue
{
    private static readonly Dictionary<string, RowLossInstance> s_instances = new List<RowLossInstance>
    {
        OfLabels(
            "softmax",
            RowReferences.TrueClass(RowReferences.CrossEntropy),
            c => Loss.SoftmaxCrossEntropy<float>(c),
            c => Loss.SoftmaxCrossEntropy<double>(c)),
        OfLabels(
            "softmax, class weights",
            RowReferences.TrueClass(RowReferences.CrossEntropy, isWeighted: true),
            c => Loss.SoftmaxCrossEntropy<float>(c, Weights(c)),
            c => Loss.SoftmaxCrossEntropy<double>(c, Weights(c))) with { WeighsMean = true },
        OfLabels(
            "softmax, smoothing",
            RowReferences.Smoothed(0.125),
            c => Loss.SoftmaxCrossEntropy<float>(c, labelSmoothing: 0.125),
            c => Loss.SoftmaxCrossEntropy<double>(c, labelSmoothing: 0.125)) with { CountsMasked = true },
        OfLabels(
            "softmax, smoothing 1",
            RowReferences.Smoothed(1),
            c => Loss.SoftmaxCrossEntropy<float>(c, labelSmoothing: 1),
            c => Loss.SoftmaxCrossEntropy<double>(c, labelSmoothing: 1)) with { CountsMasked = true },
        OfLabels(
            "softmax, class weights, smoothing",
            RowReferences.Smoothed(0.3, isWeighted: true),
            c => Loss.SoftmaxCrossEntropy<float>(c, Weights(c), 0.3),
            c => Loss.SoftmaxCrossEntropy<double>(c, Weights(c), 0.3)) with { WeighsMean = true, CountsMasked = true },
        OfLabels(
            "softmax, smoothing of what is not masked",
            RowReferences.Smoothed(0.1),
            c => Loss.MaskedCrossEntropy<float>(c),
            c => Loss.MaskedCrossEntropy<double>(c)),
        OfLabels(
            "softmax, smoothing of what is not masked, class weights",
            RowReferences.Smoothed(0.3, isWeighted: true),
            c => Loss.MaskedCrossEntropy<float>(c, 0.3, -1e35, Weights(c)),
            c => Loss.MaskedCrossEntropy<double>(c, 0.3, -1e35, Weights(c))) with { WeighsMean = true },
        OfTargets(
            "soft targets, smoothing of what is not masked",
            RowReferences.SoftTargets(0.3, isWeighted: true),
            c => Loss.MaskedCrossEntropy<float>(c, 0.3, classWeights: Weights(c)).WithProbabilityTargets(),
            c => Loss.MaskedCrossEntropy<double>(c, 0.3, classWeights: Weights(c)).WithProbabilityTargets()),
        OfTargets(
            "soft targets",
            RowReferences.SoftTargets(),
            c => Loss.SoftmaxCrossEntropy<float>(c).WithProbabilityTargets(),
            c => Loss.SoftmaxCrossEntropy<double>(c).WithProbabilityTargets()),
        OfTargets(
            "soft targets, class weights",
            RowReferences.SoftTargets(isWeighted: true),
            c => Loss.SoftmaxCrossEntropy<float>(c, Weights(c)).WithProbabilityTargets(),
            c => Loss.SoftmaxCrossEntropy<double>(c, Weights(c)).WithProbabilityTargets()),
        OfTargets(
            "soft targets, class weights, smoothing",
            RowReferences.SoftTargets(0.3, isWeighted: true),
            c => Loss.SoftmaxCrossEntropy<float>(c, Weights(c), 0.3).WithProbabilityTargets(),
            c => Loss.SoftmaxCrossEntropy<double>(c, Weights(c), 0.3).WithProbabilityTargets()) with
        {
            CountsMasked = true,
        },
        OfTargets(
            "forward divergence",
            RowReferences.Divergence((p, t) => RowReferences.Forward(0, p, t), 0.25),
            c => Loss.ForwardKl<float>(c, 0.25),
            c => Loss.ForwardKl<double>(c, 0.25)) with { CountsMasked = true },
        OfTargets(
            "forward divergence, largest",
            RowReferences.Divergence((p, t) => RowReferences.Forward(0, p, t), 2, 4, 3),
            c => Loss.ForwardKl<float>(c, 2, true, 3),
            c => Loss.ForwardKl<double>(c, 2, true, 3)) with { CountsMasked = true },
        OfTargets(
            "reverse divergence, largest",
            RowReferences.Divergence((p, t) => RowReferences.Reverse(0, p, t), 0.5, 0.25, 40),
            c => Loss.ReverseKl<float>(c, 0.5, true, 40),
            c => Loss.ReverseKl<double>(c, 0.5, true, 40)) with { CountsMasked = true },
        OfTargets(
            "reverse divergence",
            RowReferences.Divergence((p, t) => RowReferences.Reverse(0, p, t)),
            c => Loss.ReverseKl<float>(c),
            c => Loss.ReverseKl<double>(c)) with { CountsMasked = true },
        OfTargets(
            "generalised Jensen-Shannon",
            RowReferences.Divergence(
                (p, t) =>
                {
                    (double a, double b, double c) = RowReferences.Forward(0.25, p, t);
                    (double d, double e, double f) = RowReferences.Reverse(0.75, p, t);
                    return (0.25 * a + 0.75 * d, 0.25 * b + 0.75 * e, 0.25 * c + 0.75 * f);
                },
                0.5,
                0.25,
                40),
            c => Loss.GeneralizedJsd<float>(c, 0.25, 0.5, true, 40),
            c => Loss.GeneralizedJsd<double>(c, 0.25, 0.5, true, 40)) with { CountsMasked = true },
        OfTargets(
            "skew forward divergence",
            RowReferences.Divergence((p, t) => RowReferences.Forward(0.25, p, t), 0.5, 0.25, 40),
            c => Loss.SkewForwardKl<float>(c, 0.25, 0.5, true, 40),
            c => Loss.SkewForwardKl<double>(c, 0.25, 0.5, true, 40)) with { CountsMasked = true },
        OfTargets(
            "skew reverse divergence",
            RowReferences.Divergence((p, t) => RowReferences.Reverse(0.25, p, t), 0.5, 0.25, 40),
            c => Loss.SkewReverseKl<float>(c, 0.25, 0.5, true, 40),
            c => Loss.SkewReverseKl<double>(c, 0.25, 0.5, true, 40)) with { CountsMasked = true },
        OfTargets(
            "total variation",
            RowReferences.Divergence(RowReferences.Variation, 0.5, 0.25, 40),
            c => Loss.TotalVariationDistance<float>(c, 0.5, true, 40),
            c => Loss.TotalVariationDistance<double>(c, 0.5, true, 40)) with { CountsMasked = true, IsKinked = true },
        OfTargets(
            "own divergence",
            RowReferences.Divergence(RowReferences.Variation, 0.5, 0.25, 40),
            c => Loss.FromDivergenceFormula<float, TotalVariationDistance>(default, c, 0.5, true, 40),
            c => Loss.FromDivergenceFormula<double, TotalVariationDistance>(default, c, 0.5, true, 40)) with
        {
            CountsMasked = true,
            IsKinked = true,
        },
        OfTargets(
            "negative entropy",
            RowReferences.Divergence((p, _) => (p * Math.Log(p), p * Math.Log(p), p * Math.Log(p) + p)),
            c => Loss.NegativeEntropy<float>(c),
            c => Loss.NegativeEntropy<double>(c)) with { HasLabels = true, MayBeNegative = true },
        OfTargets(
            "divergence from the uniform",
            (x, y, _) => RowReferences.Divergence((p, t) => RowReferences.Reverse(0, p, t))(x, y, new double[x.Length]),
            c => Loss.CategoricalKl<float>(c),
            c => Loss.CategoricalKl<double>(c)) with { HasLabels = true, CountsMasked = true },
        OfLabels(
            "squared log-sum-exp, labels",
            RowReferences.ZLoss(0.125, hasLabels: true),
            c => Loss.ZLoss<float>(c, 0.125),
            c => Loss.ZLoss<double>(c, 0.125)),
        OfTargets(
            "squared log-sum-exp",
            RowReferences.ZLoss(0.125, hasLabels: false),
            c => Loss.LogSumExpPenalty<float>(c, 0.125),
            c => Loss.LogSumExpPenalty<double>(c, 0.125)) with { HasLabels = true },
        OfTargets(
            "places",
            RowReferences.Placed,
            c => Loss.DistributionFocal<float>(c),
            c => Loss.DistributionFocal<double>(c)) with { HasLabels = true, FewestClasses = 2 },
        OfLabels(
            "expected cost",
            RowReferences.ExpectedCost,
            c => Loss.ExpectedClassCost<float>(c, Costs(c)),
            c => Loss.ExpectedClassCost<double>(c, Costs(c))) with { FewestClasses = 2 },
        OfLabels(
            "focal",
            RowReferences.TrueClass(RowReferences.Focal(2)),
            c => Loss.MulticlassFocal<float>(c),
            c => Loss.MulticlassFocal<double>(c)),
        OfLabels(
            "focal 0",
            RowReferences.TrueClass(RowReferences.Focal(0)),
            c => Loss.MulticlassFocal<float>(c, 0),
            c => Loss.MulticlassFocal<double>(c, 0)),
        OfLabels(
            "focal 0.5",
            RowReferences.TrueClass(RowReferences.Focal(0.5)),
            c => Loss.MulticlassFocal<float>(c, 0.5),
            c => Loss.MulticlassFocal<double>(c, 0.5)),
        OfLabels(
            "focal 5, shares",
            RowReferences.TrueClass(RowReferences.Focal(5), isWeighted: true),
            c => Loss.MulticlassFocal<float>(c, 5, Weights(c)),
            c => Loss.MulticlassFocal<double>(c, 5, Weights(c))),
        OfLabels(
            "generalised",
            RowReferences.TrueClass(RowReferences.Generalized(0.7)),
            c => Loss.GeneralizedCrossEntropy<float>(c),
            c => Loss.GeneralizedCrossEntropy<double>(c)),
        OfLabels(
            "generalised 1",
            RowReferences.TrueClass(RowReferences.Generalized(1)),
            c => Loss.GeneralizedCrossEntropy<float>(c, 1),
            c => Loss.GeneralizedCrossEntropy<double>(c, 1)),
        OfLabels(
            "generalised 0.1",
            RowReferences.TrueClass(RowReferences.Generalized(0.1)),
            c => Loss.GeneralizedCrossEntropy<float>(c, 0.1),
            c => Loss.GeneralizedCrossEntropy<double>(c, 0.1)),
        OfLabels(
            "poly-1",
            RowReferences.TrueClass(RowReferences.Poly1(1)),
            c => Loss.Poly1<float>(c),
            c => Loss.Poly1<double>(c)),
        OfLabels(
            "poly-1 -1",
            RowReferences.TrueClass(RowReferences.Poly1(-1)),
            c => Loss.Poly1<float>(c, -1),
            c => Loss.Poly1<double>(c, -1)),
        OfLabels(
            "poly-1 2.5",
            RowReferences.TrueClass(RowReferences.Poly1(2.5)),
            c => Loss.Poly1<float>(c, 2.5),
            c => Loss.Poly1<double>(c, 2.5)),
        OfLabels(
            "focal, smoothing",
            RowReferences.ExpectedOfLabel(RowReferences.Focal(2), 0.125),
            c => Loss.MulticlassFocal<float>(c, labelSmoothing: 0.125),
            c => Loss.MulticlassFocal<double>(c, labelSmoothing: 0.125)) with { CountsMasked = true },
        OfLabels(
            "focal 3, shares, smoothing",
            RowReferences.ExpectedOfLabel(RowReferences.Focal(3), 0.3, isWeighted: true),
            c => Loss.MulticlassFocal<float>(c, 3, Weights(c), 0.3),
            c => Loss.MulticlassFocal<double>(c, 3, Weights(c), 0.3)) with { CountsMasked = true },
        OfLabels(
            "poly-1, smoothing",
            RowReferences.ExpectedOfLabel(RowReferences.Poly1(2.5), 0.125),
            c => Loss.Poly1<float>(c, 2.5, 0.125),
            c => Loss.Poly1<double>(c, 2.5, 0.125)) with { CountsMasked = true },
        OfTargets(
            "focal, soft targets",
            RowReferences.Expected(RowReferences.Focal(2)),
            c => Loss.MulticlassFocal<float>(c).WithProbabilityTargets(),
            c => Loss.MulticlassFocal<double>(c).WithProbabilityTargets()),
        OfTargets(
            "focal 0.5, shares, soft targets",
            RowReferences.Expected(RowReferences.Focal(0.5), 0, isWeighted: true),
            c => Loss.MulticlassFocal<float>(c, 0.5, Weights(c)).WithProbabilityTargets(),
            c => Loss.MulticlassFocal<double>(c, 0.5, Weights(c)).WithProbabilityTargets()),
        OfTargets(
            "poly-1, soft targets",
            RowReferences.Expected(RowReferences.Poly1(1)),
            c => Loss.Poly1<float>(c).WithProbabilityTargets(),
            c => Loss.Poly1<double>(c).WithProbabilityTargets()),
        OfTargets(
            "poly-1 -1, soft targets, smoothing",
            RowReferences.Expected(RowReferences.Poly1(-1), 0.3),
            c => Loss.Poly1<float>(c, -1, 0.3).WithProbabilityTargets(),
            c => Loss.Poly1<double>(c, -1, 0.3).WithProbabilityTargets()) with { CountsMasked = true },
        OfLabels(
            "symmetric",
            RowReferences.TrueClass(RowReferences.Symmetric(0.1, 1, -4)),
            c => Loss.SymmetricCrossEntropy<float>(c),
            c => Loss.SymmetricCrossEntropy<double>(c)),
        OfLabels(
            "symmetric 2, 0.5, -6",
            RowReferences.TrueClass(RowReferences.Symmetric(2, 0.5, -6)),
            c => Loss.SymmetricCrossEntropy<float>(c, 2, 0.5, -6),
            c => Loss.SymmetricCrossEntropy<double>(c, 2, 0.5, -6)),
        OfLabels(
            "Taylor",
            RowReferences.TrueClass(RowReferences.Taylor(2)),
            c => Loss.TaylorCrossEntropy<float>(c),
            c => Loss.TaylorCrossEntropy<double>(c)),
        OfLabels(
            "Taylor 7",
            RowReferences.TrueClass(RowReferences.Taylor(7)),
            c => Loss.TaylorCrossEntropy<float>(c, 7),
            c => Loss.TaylorCrossEntropy<double>(c, 7)),
        OfLabels(
            "class-balanced",
            RowReferences.TrueClass(RowReferences.CrossEntropy),
            c => Loss.ClassBalancedCrossEntropy<float>(RowReferences.ClassCounts(c), beta: 0),
            c => Loss.ClassBalancedCrossEntropy<double>(RowReferences.ClassCounts(c), beta: 0)),
        OfTargets(
            "class-balanced, soft targets",
            RowReferences.SoftTargets(),
            c => Loss.ClassBalancedCrossEntropy<float>(RowReferences.ClassCounts(c), 0).WithProbabilityTargets(),
            c => Loss.ClassBalancedCrossEntropy<double>(RowReferences.ClassCounts(c), 0).WithProbabilityTargets()),
        OfLabels(
            "LDAM",
            RowReferences.Adjusted(
                2, (_, _) => 0, (c, classes) => -Math.Pow(RowReferences.ClassCounts(classes).Min() / (16 * (1 + c % 5)), 0.25)),
            c => Loss.Ldam<float>(RowReferences.ClassCounts(c), maxMargin: 0.5, scale: 2),
            c => Loss.Ldam<double>(RowReferences.ClassCounts(c), maxMargin: 0.5, scale: 2)),
        OfLabels(
            "logit-adjusted",
            RowReferences.Adjusted(
                1, (c, classes) => 0.5 * Math.Log((16 * (1 + c % 5)) / RowReferences.ClassCounts(classes).Sum()), (_, _) => 0),
            c => Loss.LogitAdjusted<float>(RowReferences.ClassCounts(c), tau: 0.5),
            c => Loss.LogitAdjusted<double>(RowReferences.ClassCounts(c), tau: 0.5)),
        OfLabels(
            "sparsemax",
            RowReferences.OfLabel(RowReferences.Sparsemax),
            c => Loss.Sparsemax<float>(c),
            c => Loss.Sparsemax<double>(c)) with { IsKinked = true },
        OfTargets(
            "sparsemax, soft targets",
            RowReferences.Sparsemax,
            c => Loss.Sparsemax<float>(c).WithProbabilityTargets(),
            c => Loss.Sparsemax<double>(c).WithProbabilityTargets()) with { IsKinked = true },
        OfLabels(
            "1.5-entmax",
            RowReferences.OfLabel(RowReferences.Entmax15),
            c => Loss.Entmax15<float>(c),
            c => Loss.Entmax15<double>(c)) with { IsKinked = true },
        OfTargets(
            "1.5-entmax, soft targets",
            RowReferences.Entmax15,
            c => Loss.Entmax15<float>(c).WithProbabilityTargets(),
            c => Loss.Entmax15<double>(c).WithProbabilityTargets()) with { IsKinked = true },
        OfLabels(
            "bi-tempered",
            RowReferences.OfLabel(RowReferences.BiTempered(0.8, 1.2, 0)),
            c => Loss.BiTemperedLogistic<float>(c),
            c => Loss.BiTemperedLogistic<double>(c)),
        OfLabels(
            "bi-tempered 1, 1",
            RowReferences.OfLabel(RowReferences.BiTempered(1, 1, 0)),
            c => Loss.BiTemperedLogistic<float>(c, 1, 1),
            c => Loss.BiTemperedLogistic<double>(c, 1, 1)),
        OfTargets(
            "bi-tempered 0.5, 2, smoothing, soft targets",
            RowReferences.BiTempered(0.5, 2, 0.1),
            c => Loss.BiTemperedLogistic<float>(c, 0.5, 2, labelSmoothing: 0.1).WithProbabilityTargets(),
            c => Loss.BiTemperedLogistic<double>(c, 0.5, 2, labelSmoothing: 0.1).WithProbabilityTargets()) with
        {
            CountsMasked = true,
        },
        OfLabels(
            "normalised",
            RowReferences.Normalized,
            c => Loss.NormalizedCrossEntropy<float>(c),
            c => Loss.NormalizedCrossEntropy<double>(c)) with { FewestClasses = 2, CountsMasked = true },
        OfLabels(
            "confidence penalty 0.5",
            RowReferences.ConfidencePenalty(0.5),
            c => Loss.ConfidencePenalty<float>(c, 0.5),
            c => Loss.ConfidencePenalty<double>(c, 0.5)) with { MayBeNegative = true },
        OfLabels(
            "evidence, squares of relu, 1",
            EvidenceReference.Of(EvidentialForm.Squares, EvidenceActivation.Relu, 1),
            c => Loss.EvidentialClassification<float>(c),
            c => Loss.EvidentialClassification<double>(c),
            RowKind.Scores) with { IsKinked = true, CountsMasked = true },
        OfLabels(
            "evidence, squares of softplus, 0.5",
            EvidenceReference.Of(EvidentialForm.Squares, EvidenceActivation.Softplus, 0.5),
            c => Loss.EvidentialClassification<float>(c, EvidentialForm.Squares, EvidenceActivation.Softplus, 0.5),
            c => Loss.EvidentialClassification<double>(c, EvidentialForm.Squares, EvidenceActivation.Softplus, 0.5),
            RowKind.Scores) with { IsKinked = true, CountsMasked = true },
        OfLabels(
            "evidence, log of exp, 0",
            EvidenceReference.Of(EvidentialForm.Log, EvidenceActivation.Exp, 0),
            c => Loss.EvidentialClassification<float>(c, EvidentialForm.Log, EvidenceActivation.Exp, 0),
            c => Loss.EvidentialClassification<double>(c, EvidentialForm.Log, EvidenceActivation.Exp, 0),
            RowKind.Scores) with { IsKinked = true, CountsMasked = true },
        OfLabels(
            "evidence, log of softplus, 1",
            EvidenceReference.Of(EvidentialForm.Log, EvidenceActivation.Softplus, 1),
            c => Loss.EvidentialClassification<float>(c, EvidentialForm.Log, EvidenceActivation.Softplus, 1),
            c => Loss.EvidentialClassification<double>(c, EvidentialForm.Log, EvidenceActivation.Softplus, 1),
            RowKind.Scores) with { IsKinked = true, CountsMasked = true },
        OfLabels(
            "evidence, digamma of softplus, 0.25",
            EvidenceReference.Of(EvidentialForm.Digamma, EvidenceActivation.Softplus, 0.25),
            c => Loss.EvidentialClassification<float>(c, EvidentialForm.Digamma, EvidenceActivation.Softplus, 0.25),
            c => Loss.EvidentialClassification<double>(c, EvidentialForm.Digamma, EvidenceActivation.Softplus, 0.25),
            RowKind.Scores) with { IsKinked = true, CountsMasked = true },
        OfLabels(
            "evidence, digamma of relu, 0",
            EvidenceReference.Of(EvidentialForm.Digamma, EvidenceActivation.Relu, 0),
            c => Loss.EvidentialClassification<float>(c, EvidentialForm.Digamma, EvidenceActivation.Relu, 0),
            c => Loss.EvidentialClassification<double>(c, EvidentialForm.Digamma, EvidenceActivation.Relu, 0),
            RowKind.Scores) with { IsKinked = true, CountsMasked = true },
        OfLabels(
            "CORAL, task weights",
            RowReferences.Thresholds(upToLabel: false, isWeighted: true),
            c => Loss.Coral<float>(c, Weights(c)),
            c => Loss.Coral<double>(c, Weights(c)),
            RowKind.LogProbabilities),
        OfLabels(
            "CORN",
            RowReferences.Thresholds(upToLabel: true),
            c => Loss.Corn<float>(c),
            c => Loss.Corn<double>(c),
            RowKind.LogProbabilities) with { Divisor = (label, tasks) => Math.Min(label + 1, tasks) },
        OfLabels(
            "CORN, task weights",
            RowReferences.Thresholds(upToLabel: true, isWeighted: true),
            c => Loss.Corn<float>(c, Weights(c)),
            c => Loss.Corn<double>(c, Weights(c)),
            RowKind.LogProbabilities) with { Divisor = (label, tasks) => Math.Min(label + 1, tasks) },
        OfLabels(
            "own formula",
            RowReferences.TrueClass(RowReferences.SquaredMiss),
            c => Loss.FromTrueClassFormula<float, SquaredMiss>(default, c),
            c => Loss.FromTrueClassFormula<double, SquaredMiss>(default, c)),
        OfLabels(
            "own formula, class weights",
            RowReferences.TrueClass(RowReferences.SquaredMiss, isWeighted: true),
            c => Loss.FromTrueClassFormula<float, SquaredMiss>(default, c, Weights(c)),
            c => Loss.FromTrueClassFormula<double, SquaredMiss>(default, c, Weights(c))),
        OfLabels(
            "categorical",
            RowReferences.OnProbability,
            c => Loss.CategoricalCrossEntropy<float>(c),
            c => Loss.CategoricalCrossEntropy<double>(c),
            RowKind.Probabilities) with { ReadsLabelOnly = true },
        OfTargets(
            "categorical, soft targets",
            RowReferences.OnProbabilities,
            c => Loss.CategoricalCrossEntropy<float>(c).WithProbabilityTargets(),
            c => Loss.CategoricalCrossEntropy<double>(c).WithProbabilityTargets(),
            RowKind.Probabilities),
        OfLabels(
            "log-likelihood",
            RowReferences.LogProbability(isWeighted: false),
            c => Loss.NegativeLogLikelihood<float>(c),
            c => Loss.NegativeLogLikelihood<double>(c),
            RowKind.LogProbabilities) with { ReadsLabelOnly = true },
        OfLabels(
            "log-likelihood, class weights",
            RowReferences.LogProbability(isWeighted: true),
            c => Loss.NegativeLogLikelihood<float>(c, Weights(c)),
            c => Loss.NegativeLogLikelihood<double>(c, Weights(c)),
            RowKind.LogProbabilities) with { ReadsLabelOnly = true, WeighsMean = true },
        OfTargets(
            "Kullback-Leibler",
            RowReferences.KLDivergence,
            c => Loss.KLDivergence<float>(c),
            c => Loss.KLDivergence<double>(c),
            RowKind.LogProbabilities),
        OfTargets(
            "Jensen-Shannon",
            RowReferences.JensenShannon,
            c => Loss.JensenShannonDivergence<float>(c),
            c => Loss.JensenShannonDivergence<double>(c),
            RowKind.Probabilities),
        OfMargins(
            "hinge",
            RowReferences.Hinge(1, 1),
            c => Loss.MulticlassHinge<float>(c),
            c => Loss.MulticlassHinge<double>(c)),
        OfMargins(
            "hinge 0.3, class weights",
            RowReferences.Hinge(0.3, 1, isWeighted: true),
            c => Loss.MulticlassHinge<float>(c, 0.3, 1, Weights(c)),
            c => Loss.MulticlassHinge<double>(c, 0.3, 1, Weights(c))),
        OfMargins(
            "squared hinge 2, class weights",
            RowReferences.Hinge(2, 2, isWeighted: true),
            c => Loss.MulticlassHinge<float>(c, 2, 2, Weights(c)),
            c => Loss.MulticlassHinge<double>(c, 2, 2, Weights(c))),
        OfMargins(
            "Crammer-Singer",
            RowReferences.CrammerSinger(1),
            c => Loss.CrammerSinger<float>(c),
            c => Loss.CrammerSinger<double>(c)) with { CountsMasked = false },
        OfMargins(
            "Crammer-Singer 0.3",
            RowReferences.CrammerSinger(0.3),
            c => Loss.CrammerSinger<float>(c, 0.3),
            c => Loss.CrammerSinger<double>(c, 0.3)) with { CountsMasked = false },
        OfMargins(
            "Crammer-Singer or none",
            RowReferences.OrNone(RowReferences.CrammerSinger(0.3)),
            c => Loss.CrammerSinger<float>(c + 1, 0.3).WithNone(),
            c => Loss.CrammerSinger<double>(c + 1, 0.3).WithNone()) with { CountsMasked = false, FewestClasses = 1 },
        OfMargins(
            "squared hinge or none",
            RowReferences.OrNone(RowReferences.Hinge(0.3, 2)),
            c => Loss.MulticlassHinge<float>(c + 1, 0.3, 2).WithNone(),
            c => Loss.MulticlassHinge<double>(c + 1, 0.3, 2).WithNone()) with { FewestClasses = 1 },
        OfMargins(
            "perceptron",
            RowReferences.Perceptron,
            c => Loss.MulticlassPerceptron<float>(c),
            c => Loss.MulticlassPerceptron<double>(c)) with { CountsMasked = false, FewestClasses = 1 },
        OfTargets(
            "multilabel margin",
            RowReferences.MultilabelMargin,
            c => Loss.MultilabelMargin<float>(c),
            c => Loss.MultilabelMargin<double>(c),
            RowKind.Scores) with { IsKinked = true, CountsMasked = true },
        OfTargets(
            "multilabel soft margin",
            RowReferences.MultilabelSoftMargin(isWeighted: false),
            c => Loss.MultilabelSoftMargin<float>(c),
            c => Loss.MultilabelSoftMargin<double>(c)) with { CountsMasked = true },
        OfTargets(
            "multilabel soft margin, class weights",
            RowReferences.MultilabelSoftMargin(isWeighted: true),
            c => Loss.MultilabelSoftMargin<float>(c, Weights(c)),
            c => Loss.MultilabelSoftMargin<double>(c, Weights(c))) with { CountsMasked = true },
        OfLabels(
            "hierarchy of one level",
            RowReferences.Hierarchy([2], []),
            c => Loss.HierarchicalCrossEntropy<float>(c, [], [2]),
            c => Loss.HierarchicalCrossEntropy<double>(c, [], [2])),
        OfLabels(
            "hierarchy of three levels",
            RowReferences.Hierarchy([1, 0.5, 2], [c => c * 7 % 5 * 10 + c * 7 % 10 % 3, c => c * 7 % 5]),
            c => Loss.HierarchicalCrossEntropy<float>(c, Hierarchy(c), [1, 0.5, 2]),
            c => Loss.HierarchicalCrossEntropy<double>(c, Hierarchy(c), [1, 0.5, 2])),
        OfMargins(
            "own formula on the least margin, class weights",
            RowReferences.CrammerSinger(0.5, isWeighted: true),
            c => Loss.FromRivalFormula<float, MarginHinge>(new(0.5), c, Rivals.Best, Weights(c)),
            c => Loss.FromRivalFormula<double, MarginHinge>(new(0.5), c, Rivals.Best, Weights(c)))
            with { CountsMasked = false },
        OfMargins(
            "own formula on all margins",
            RowReferences.Hinge(0.3, 1, isWeighted: true),
            c => Loss.FromRivalFormula<float, MarginHinge>(new(0.3), c, Rivals.All, Weights(c)),
            c => Loss.FromRivalFormula<double, MarginHinge>(new(0.3), c, Rivals.All, Weights(c))),
    }.ToDictionary(instance => instance.Name);

    private static readonly string[] s_representatives =
    [
        "softmax",
        "softmax, class weights, smoothing",
        "soft targets, class weights",
        "reverse divergence",
        "focal 5, shares",
        "1.5-entmax, soft targets",
        "LDAM",
        "confidence penalty 0.5",
        "categorical, soft targets",
        "log-likelihood, class weights",
        "Jensen-Shannon",
        "squared hinge 2, class weights",
        "Crammer-Singer 0.3",
    ];

    /// <summary>What losses over rows make of margins, and no pointwise loss.</summary>
    public static Type[] MarginFormulas { get; } = [typeof(MarginHinge), typeof(MulticlassHinge), typeof(SoftMargin)];

    public static IEnumerable<RowLossInstance> All => s_instances.Values;

    public static TheoryData<string> Names => Where(_ => true);

    public static RowLossInstance Get(string name) => s_instances[name];

    /// <summary>
    /// What stands for all where it is the engine that is tested: each program, and labels, targets, class weights and
    /// smoothing.
    /// </summary>
    public static TheoryData<string> Representatives(Func<RowLossInstance, bool>? condition = null) =>
        Where(instance => s_representatives.Contains(instance.Name) && condition?.Invoke(instance) != false);

    public static TheoryData<string> Where(Func<RowLossInstance, bool> condition) => new(All
        .Where(instance => !Width.IsOfKernels || s_representatives.Contains(instance.Name))
        .Where(condition)
        .Select(instance => instance.Name));

    /// <summary>Groups within groups, whose classes lie apart.</summary>
    private static int[] Hierarchy(int classes) =>
    [
        .. Enumerable.Range(0, classes).Select(c => c * 7 % 5 * 10 + c * 7 % 10 % 3),
        .. Enumerable.Range(0, classes).Select(c => c * 7 % 5),
    ];

    private static double[] Costs(int classes) =>
    [
        .. Enumerable.Range(0, classes * classes).Select(i => RowReferences.DecisionCost(i / classes, i % classes)),
    ];

    private static double[] Weights(int classes) => RowReferences.ClassWeights(classes);

    private static RowLossInstance OfLabels(
        string name,
        RowReference reference,
        Func<int, RowLoss<float, int>> single,
        Func<int, RowLoss<double, int>> twice,
        RowKind rows = RowKind.Logits,
        [CallerArgumentExpression(nameof(single))] string source = "") => new(name, rows, true, reference, source)
        {
            Single = classes => new RowLossUnderTest<float, int>(single(classes)),
            Double = classes => new RowLossUnderTest<double, int>(twice(classes)),
        };

    private static RowLossInstance OfTargets(
        string name,
        RowReference reference,
        Func<int, RowLoss<float, float>> single,
        Func<int, RowLoss<double, double>> twice,
        RowKind rows = RowKind.Logits,
        [CallerArgumentExpression(nameof(single))] string source = "") => new(name, rows, false, reference, source)
        {
            Single = classes => new RowLossUnderTest<float, float>(single(classes)),
            Double = classes => new RowLossUnderTest<double, double>(twice(classes)),
        };

    private static RowLossInstance OfMargins(
        string name,
        RowReference reference,
        Func<int, RowLoss<float, int>> single,
        Func<int, RowLoss<double, int>> twice,
        [CallerArgumentExpression(nameof(single))] string source = "") =>
        OfLabels(name, reference, single, twice, RowKind.Scores, source) with
        {
            IsKinked = true,
            CountsMasked = true,
            FewestClasses = 2,
        };
}

/// <summary>(1 − p)² of the probability p of the true class, as a user of the library would write it.</summary>
internal readonly struct SquaredMiss : ITrueClassFormula
{
    public TLane Loss<TLane>(TLane logProbability) where TLane : struct, ILane<TLane> =>
        TLane.Square(TLane.Expm1(logProbability));
}
