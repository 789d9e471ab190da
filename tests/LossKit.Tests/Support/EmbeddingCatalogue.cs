using System.Numerics;
using System.Runtime.CompilerServices;

namespace LossKit.Tests.Support;

/// <summary>The losses of embeddings, each with its definition.</summary>
/// <param name="Name">How tests call it.</param>
/// <param name="Traits">What holds for it.</param>
/// <param name="Definition">What it is to compute.</param>
/// <param name="Single">The loss in float, for rows of a dimension.</param>
/// <param name="Double">The loss in double.</param>
/// <param name="Source">The code that makes it.</param>
internal sealed record EmbeddingInstance(
    string Name,
    EmbeddingTraits Traits,
    EmbeddingDefinition Definition,
    Func<int, EmbeddingLosses<float>> Single,
    Func<int, EmbeddingLosses<double>> Double,
    [CallerArgumentExpression(nameof(EmbeddingInstance.Double))] string Source = "")
{
    public override string ToString() => Name;

    public EmbeddingLosses<T> Loss<T>(int dimension) where T : unmanaged, IFloatingPointIeee754<T> =>
        typeof(T) == typeof(float)
            ? (EmbeddingLosses<T>)(object)Single(dimension)
            : (EmbeddingLosses<T>)(object)Double(dimension);

    /// <summary>Of fewer rows, but some, it is not finite.</summary>
    public int FewestRows => Traits.HasFlag(EmbeddingTraits.NeedsOthers) ? 2 : 0;

    /// <summary>The dimension itself, or the only one that the loss has.</summary>
    /// <remarks>On a line or grid in the plane rows have equal cosines, and rounding tells which is larger.</remarks>
    public int Fit(int dimension) => Traits.HasFlag(EmbeddingTraits.Scores) ? 1
        : Traits.HasFlag(EmbeddingTraits.Chooses) ? Math.Max(3, dimension)
        : dimension;
}

[Flags]
internal enum EmbeddingTraits
{
    None = 0,

    /// <summary>Made of differences of rows.</summary>
    OfDifferences = 1,

    /// <summary>Rows are divided by their norms.</summary>
    Normalized = 2,

    /// <summary>Each loss has rows of its own, and nothing is allocated.</summary>
    RowByRow = 4,

    /// <summary>All rows of a batch are compared.</summary>
    InBatch = 8,

    /// <summary>The order of the losses is that of the rows.</summary>
    LossPerRow = 16,

    /// <summary>Without kinks, also where rows are equal.</summary>
    Smooth = 32,

    /// <summary>Rows are single numbers.</summary>
    Scores = 64,

    /// <summary>Something is held constant when differentiating.</summary>
    HoldsConstant = 128,

    /// <summary>Of a single row it is not finite.</summary>
    NeedsOthers = 256,

    /// <summary>Pairs count by their first rows.</summary>
    WeighedByFirst = 512,

    /// <summary>Rows are chosen by their cosines.</summary>
    Chooses = 1024,
}

internal static class EmbeddingCatalogue
{
    private const EmbeddingTraits Explicit = EmbeddingTraits.RowByRow | EmbeddingTraits.LossPerRow;
    private const EmbeddingTraits Mined = EmbeddingTraits.InBatch | EmbeddingTraits.OfDifferences;
    private const EmbeddingTraits Similarity =
        EmbeddingTraits.InBatch | EmbeddingTraits.Smooth | EmbeddingTraits.LossPerRow;

    private const EmbeddingTraits Cosines = EmbeddingTraits.InBatch | EmbeddingTraits.Normalized;

    public static IReadOnlyList<EmbeddingInstance> All { get; } =
    [
        new(
            "Contrastive",
            Explicit | EmbeddingTraits.OfDifferences,
            EmbeddingReference.Contrastive(3),
            dimension => Pairs(Loss.Contrastive<float>(dimension, 3), 0),
            dimension => Pairs(Loss.Contrastive<double>(dimension, 3), 0)),
        new(
            "Contrastive of cosines",
            Explicit | EmbeddingTraits.Normalized,
            EmbeddingReference.OfCosine((c, label) => label == 1
                ? ((1 - c) * (1 - c), -2 * (1 - c))
                : ((1.5 + c) * (1.5 + c), 2 * (1.5 + c))),
            dimension => Pairs(Loss.Contrastive<float>(dimension, 2.5, EmbeddingDistance.Cosine), 0),
            dimension => Pairs(Loss.Contrastive<double>(dimension, 2.5, EmbeddingDistance.Cosine), 0)),
        new(
            "LinearContrastive",
            Explicit | EmbeddingTraits.OfDifferences,
            EmbeddingReference.LinearContrastive(0.75, 3),
            dimension => Pairs(Loss.LinearContrastive<float>(dimension, 0.75, 3), 0),
            dimension => Pairs(Loss.LinearContrastive<double>(dimension, 0.75, 3), 0)),
        new(
            "LinearContrastive of cosines",
            Explicit | EmbeddingTraits.Normalized,
            EmbeddingReference.OfCosine((c, label) => label == 1
                ? (Math.Max(0, 1 - c - 0.25), 1 - c > 0.25 ? -1 : 0)
                : (1.5 + c, 1)),
            dimension => Pairs(Loss.LinearContrastive<float>(dimension, 0.25, 2.5, EmbeddingDistance.Cosine), 0),
            dimension => Pairs(Loss.LinearContrastive<double>(dimension, 0.25, 2.5, EmbeddingDistance.Cosine), 0)),
        new(
            "Pairs from a formula on another distance",
            Explicit | EmbeddingTraits.Normalized,
            EmbeddingReference.OfCosine((c, label) => label == 1
                ? ((1 - c) * (1 - c), -2 * (1 - c))
                : ((2 + c) * (2 + c), 2 * (2 + c))),
            dimension => Pairs(
                Loss.PairFromDistanceFormula<float, Contrastive>(new(3), dimension, EmbeddingDistance.Cosine), 0),
            dimension => Pairs(
                Loss.PairFromDistanceFormula<double, Contrastive>(new(3), dimension, EmbeddingDistance.Cosine), 0)),
        new(
            "Pairs from a formula",
            Explicit | EmbeddingTraits.OfDifferences,
            EmbeddingReference.Contrastive(2),
            dimension => Pairs(Loss.PairFromDistanceFormula<float, Contrastive>(new(2), dimension), 0),
            dimension => Pairs(Loss.PairFromDistanceFormula<double, Contrastive>(new(2), dimension), 0)),
        new(
            "CosineEmbedding",
            Explicit,
            EmbeddingReference.CosineEmbedding(-0.125),
            dimension => Pairs(Loss.CosineEmbedding<float>(dimension, -0.125), -1),
            dimension => Pairs(Loss.CosineEmbedding<double>(dimension, -0.125), -1)),
        new(
            "CosineRegression",
            Explicit | EmbeddingTraits.Normalized,
            EmbeddingReference.OfCosine((c, label) => ((c - label / 4.0) * (c - label / 4.0), 2 * (c - label / 4.0))),
            dimension => ScoredPairs(Loss.CosineRegression<float>(dimension), hasTargets: true),
            dimension => ScoredPairs(Loss.CosineRegression<double>(dimension), hasTargets: true)),
        new(
            "NegativeCosine",
            Explicit | EmbeddingTraits.Normalized,
            EmbeddingReference.OfCosine((c, _) => (-c, -1)),
            dimension => ScoredPairs(Loss.NegativeCosine<float>(dimension), hasTargets: false),
            dimension => ScoredPairs(Loss.NegativeCosine<double>(dimension), hasTargets: false)),
        new(
            "NegativeCosine of BYOL",
            Explicit | EmbeddingTraits.Normalized,
            EmbeddingReference.OfCosine((c, _) => (2 - 2 * c, -2)),
            dimension => ScoredPairs(
                Loss.NegativeCosine<float>(dimension, NegativeCosineForm.Byol), hasTargets: false),
            dimension => ScoredPairs(
                Loss.NegativeCosine<double>(dimension, NegativeCosineForm.Byol), hasTargets: false)),
        new(
            "Pairs from a formula on cosines",
            Explicit,
            EmbeddingReference.OfCosine((c, label) => (Math.Abs(c - label / 4.0), Math.Sign(c - label / 4.0))),
            dimension => ScoredPairs(
                Loss.PairFromCosineFormula<float, AbsoluteError>(default, dimension), hasTargets: true),
            dimension => ScoredPairs(
                Loss.PairFromCosineFormula<double, AbsoluteError>(default, dimension), hasTargets: true)),
        new(
            "MarginRanking",
            Explicit | EmbeddingTraits.OfDifferences | EmbeddingTraits.Scores,
            EmbeddingReference.MarginRanking(0.5),
            _ => Pairs(Loss.MarginRanking<float>(0.5), -1),
            _ => Pairs(Loss.MarginRanking<double>(0.5), -1)),
        new(
            "Triplet",
            Explicit | EmbeddingTraits.OfDifferences,
            EmbeddingReference.Triplet(0.5),
            dimension => Triplets(Loss.Triplet<float>(dimension, 0.5)),
            dimension => Triplets(Loss.Triplet<double>(dimension, 0.5))),
        new(
            "Triplet with swap",
            Explicit | EmbeddingTraits.OfDifferences,
            EmbeddingReference.Triplet(1, swaps: true),
            dimension => Triplets(Loss.Triplet<float>(dimension, swap: true)),
            dimension => Triplets(Loss.Triplet<double>(dimension, swap: true))),
        new(
            "TripletSquared",
            Explicit | EmbeddingTraits.OfDifferences,
            EmbeddingReference.Triplet(0.25, isSquared: true),
            dimension => Triplets(Loss.TripletSquared<float>(dimension, 0.25)),
            dimension => Triplets(Loss.TripletSquared<double>(dimension, 0.25))),
        new(
            "Triplet with soft margin",
            Explicit | EmbeddingTraits.OfDifferences,
            EmbeddingReference.SoftTriplet(swaps: false),
            dimension => Triplets(Loss.TripletFromMarginFormula<float, Logistic>(default, dimension)),
            dimension => Triplets(Loss.TripletFromMarginFormula<double, Logistic>(default, dimension))),
        new(
            "Triplet with soft margin and swap",
            Explicit | EmbeddingTraits.OfDifferences,
            EmbeddingReference.SoftTriplet(swaps: true),
            dimension => Triplets(Loss.TripletFromMarginFormula<float, Logistic>(default, dimension, swap: true)),
            dimension => Triplets(Loss.TripletFromMarginFormula<double, Logistic>(default, dimension, swap: true))),
        new(
            "SoftTriplet squared",
            Explicit | EmbeddingTraits.OfDifferences,
            EmbeddingReference.SquaredSoftTriplet(0.25),
            dimension => Triplets(Loss.SoftTriplet<float>(dimension, 0.25, squared: true)),
            dimension => Triplets(Loss.SoftTriplet<double>(dimension, 0.25, squared: true))),
        new(
            "TripletWithDistance Manhattan",
            Explicit | EmbeddingTraits.OfDifferences,
            EmbeddingReference.TripletWithDistance(0.5, swaps: false, EmbeddingReference.Manhattan),
            dimension => Triplets(Loss.TripletWithDistance<float>(dimension, EmbeddingDistance.Manhattan, 0.5)),
            dimension => Triplets(Loss.TripletWithDistance<double>(dimension, EmbeddingDistance.Manhattan, 0.5))),
        new(
            "TripletWithDistance Chebyshev with swap",
            Explicit | EmbeddingTraits.OfDifferences,
            EmbeddingReference.TripletWithDistance(1, swaps: true, EmbeddingReference.Chebyshev),
            dimension => Triplets(
                Loss.TripletWithDistance<float>(dimension, EmbeddingDistance.Chebyshev, swap: true)),
            dimension => Triplets(
                Loss.TripletWithDistance<double>(dimension, EmbeddingDistance.Chebyshev, swap: true))),
        new(
            "TripletWithDistance cosine",
            Explicit,
            EmbeddingReference.TripletWithDistance(0.25, swaps: true, EmbeddingReference.CosineDistance),
            dimension => Triplets(
                Loss.TripletWithDistance<float>(dimension, EmbeddingDistance.Cosine, 0.25, swap: true)),
            dimension => Triplets(
                Loss.TripletWithDistance<double>(dimension, EmbeddingDistance.Cosine, 0.25, swap: true))),
        new(
            "Triplet of squared distances from a formula",
            Explicit | EmbeddingTraits.OfDifferences,
            EmbeddingReference.Triplet(0.75, isSquared: true),
            dimension => Triplets(Loss.TripletFromMarginFormula<float, MarginHinge>(
                new(0.75), dimension, distance: EmbeddingDistance.SquaredEuclidean)),
            dimension => Triplets(Loss.TripletFromMarginFormula<double, MarginHinge>(
                new(0.75), dimension, distance: EmbeddingDistance.SquaredEuclidean))),
        new(
            "SoftTriplet",
            Explicit | EmbeddingTraits.OfDifferences,
            EmbeddingReference.SoftTriplet(swaps: false),
            dimension => Triplets(Loss.SoftTriplet<float>(dimension)),
            dimension => Triplets(Loss.SoftTriplet<double>(dimension))),
        new(
            "GeneralizedLiftedStructure",
            Mined | EmbeddingTraits.LossPerRow,
            EmbeddingReference.GeneralizedLiftedStructure(0.5),
            dimension => Labelled(Loss.GeneralizedLiftedStructure<float>(dimension, 0.5)),
            dimension => Labelled(Loss.GeneralizedLiftedStructure<double>(dimension, 0.5))),
        new(
            "Nca",
            Mined | EmbeddingTraits.LossPerRow,
            EmbeddingReference.Nca(0.25),
            dimension => Labelled(Loss.Nca<float>(dimension, 0.25)),
            dimension => Labelled(Loss.Nca<double>(dimension, 0.25))),
        new(
            "BatchHardSoftTriplet",
            Mined | EmbeddingTraits.LossPerRow,
            EmbeddingReference.BatchHardSoftTriplet(),
            dimension => Labelled(Loss.BatchHardSoftTriplet<float>(dimension)),
            dimension => Labelled(Loss.BatchHardSoftTriplet<double>(dimension))),
        new(
            "InfoNce",
            Similarity | EmbeddingTraits.Normalized,
            EmbeddingReference.InfoNce(0.07, normalizes: true),
            dimension => Matches(Loss.InfoNce<float>(dimension)),
            dimension => Matches(Loss.InfoNce<double>(dimension))),
        new(
            "InfoNce of raw rows",
            Similarity,
            EmbeddingReference.InfoNce(4, normalizes: false),
            dimension => Matches(Loss.InfoNce<float>(dimension, 4, normalize: false)),
            dimension => Matches(Loss.InfoNce<double>(dimension, 4, normalize: false))),
        new(
            "NtXent",
            EmbeddingTraits.InBatch | EmbeddingTraits.Smooth | EmbeddingTraits.Normalized,
            EmbeddingReference.NtXent(0.25),
            dimension => Matches(Loss.NtXent<float>(dimension, 0.25)),
            dimension => Matches(Loss.NtXent<double>(dimension, 0.25))),
        new(
            "SupervisedContrastive",
            Similarity | EmbeddingTraits.Normalized,
            EmbeddingReference.SupervisedContrastive(0.1, normalizes: true),
            dimension => Labelled(Loss.SupervisedContrastive<float>(dimension)),
            dimension => Labelled(Loss.SupervisedContrastive<double>(dimension))),
        new(
            "SupervisedContrastive of raw rows",
            Similarity,
            EmbeddingReference.SupervisedContrastive(4, normalizes: false),
            dimension => Labelled(Loss.SupervisedContrastive<float>(dimension, 4, normalize: false)),
            dimension => Labelled(Loss.SupervisedContrastive<double>(dimension, 4, normalize: false))),
        new(
            "MultiSimilarity",
            Similarity | EmbeddingTraits.Normalized,
            EmbeddingReference.MultiSimilarity(2, 10, 0.5),
            dimension => Labelled(Loss.MultiSimilarity<float>(dimension, 2, 10)),
            dimension => Labelled(Loss.MultiSimilarity<double>(dimension, 2, 10))),
        new(
            "MultiSimilarity of mined pairs",
            EmbeddingTraits.InBatch | EmbeddingTraits.LossPerRow | EmbeddingTraits.Normalized
                | EmbeddingTraits.HoldsConstant,
            EmbeddingReference.MultiSimilarity(2, 10, 0.5, epsilon: 0.1),
            dimension => Labelled(Loss.MultiSimilarity<float>(dimension, 2, 10, miningEpsilon: 0.1)),
            dimension => Labelled(Loss.MultiSimilarity<double>(dimension, 2, 10, miningEpsilon: 0.1))),
        new(
            "Multi-similarity of raw rows that have both kinds of partners",
            Similarity,
            EmbeddingReference.MultiSimilarity(0.5, 0.25, 0.5, normalizes: false, needsBoth: true),
            dimension => Labelled(Loss.FromInBatchFormula<float, MultiSimilarity, LogSumExpFold, LogSumExpFold>(
                new(0.5, 0.25, 0.5), dimension, AnchorNeeds.PositiveAndNegative, EmbeddingScore.DotProduct)),
            dimension => Labelled(Loss.FromInBatchFormula<double, MultiSimilarity, LogSumExpFold, LogSumExpFold>(
                new(0.5, 0.25, 0.5), dimension, AnchorNeeds.PositiveAndNegative, EmbeddingScore.DotProduct))),
        new(
            "MultiSimilarity around another similarity",
            Similarity | EmbeddingTraits.Normalized,
            EmbeddingReference.MultiSimilarity(1, 4, 0.25),
            dimension => Labelled(Loss.MultiSimilarity<float>(dimension, 1, 4, @base: 0.25)),
            dimension => Labelled(Loss.MultiSimilarity<double>(dimension, 1, 4, @base: 0.25))),
        new(
            "Circle",
            EmbeddingTraits.InBatch | EmbeddingTraits.LossPerRow | EmbeddingTraits.Normalized
                | EmbeddingTraits.HoldsConstant,
            EmbeddingReference.Circle(0.25, 8, stopsWeights: true),
            dimension => Labelled(Loss.Circle<float>(dimension, 0.25, 8)),
            dimension => Labelled(Loss.Circle<double>(dimension, 0.25, 8))),
        new(
            "Circle with weights differentiated",
            Similarity | EmbeddingTraits.Normalized,
            EmbeddingReference.Circle(0.25, 8, stopsWeights: false),
            dimension => Labelled(Loss.Circle<float>(dimension, 0.25, 8, stopWeights: false)),
            dimension => Labelled(Loss.Circle<double>(dimension, 0.25, 8, stopWeights: false))),
        new(
            "BatchContrastive",
            Mined,
            EmbeddingReference.BatchContrastive(3),
            dimension => Labelled(Loss.BatchContrastive<float>(dimension, 3)),
            dimension => Labelled(Loss.BatchContrastive<double>(dimension, 3))),
        new(
            "BatchLinearContrastive",
            Mined,
            EmbeddingReference.BatchLinearContrastive(0.75, 3),
            dimension => Labelled(Loss.BatchLinearContrastive<float>(dimension, 0.75, 3)),
            dimension => Labelled(Loss.BatchLinearContrastive<double>(dimension, 0.75, 3))),
        new(
            "BatchLinearContrastive of cosines",
            Cosines,
            EmbeddingReference.BatchLinearContrastive(0.25, 1.25, Metric.Cosine),
            dimension => Labelled(Loss.BatchLinearContrastive<float>(dimension, 0.25, 1.25, EmbeddingDistance.Cosine)),
            dimension => Labelled(Loss.BatchLinearContrastive<double>(dimension, 0.25, 1.25, EmbeddingDistance.Cosine))),
        new(
            "BatchNtXent",
            Cosines,
            EmbeddingReference.BatchNtXent(0.25),
            dimension => Labelled(Loss.BatchNtXent<float>(dimension, 0.25)),
            dimension => Labelled(Loss.BatchNtXent<double>(dimension, 0.25))),
        new(
            "Pairs of a batch from a formula",
            Mined,
            EmbeddingReference.BatchContrastive(2),
            dimension => Labelled(Loss.BatchPairFromDistanceFormula<float, Contrastive>(new(2), dimension)),
            dimension => Labelled(Loss.BatchPairFromDistanceFormula<double, Contrastive>(new(2), dimension))),
        new(
            "Triplets of a batch from a formula",
            Mined,
            EmbeddingReference.BatchAllTriplet(1, activeOnly: true),
            dimension => Labelled(Loss.BatchTripletFromMarginFormula<float, MarginHinge>(
                new(1), dimension, TripletMining.Active)),
            dimension => Labelled(Loss.BatchTripletFromMarginFormula<double, MarginHinge>(
                new(1), dimension, TripletMining.Active))),
        new(
            "Pairs of a batch from a formula on cosines",
            Cosines,
            EmbeddingReference.BatchContrastive(2, Metric.Cosine),
            dimension => Labelled(Loss.BatchPairFromDistanceFormula<float, Contrastive>(
                new(2), dimension, EmbeddingDistance.Cosine)),
            dimension => Labelled(Loss.BatchPairFromDistanceFormula<double, Contrastive>(
                new(2), dimension, EmbeddingDistance.Cosine))),
        new(
            "Triplets of a batch from a formula on squares",
            Mined,
            EmbeddingReference.BatchAllTriplet(1, activeOnly: false, Metric.Squared),
            dimension => Labelled(Loss.BatchTripletFromMarginFormula<float, MarginHinge>(
                new(1), dimension, TripletMining.All, EmbeddingDistance.SquaredEuclidean)),
            dimension => Labelled(Loss.BatchTripletFromMarginFormula<double, MarginHinge>(
                new(1), dimension, TripletMining.All, EmbeddingDistance.SquaredEuclidean))),
        new(
            "BatchHardTriplet",
            Mined | EmbeddingTraits.LossPerRow,
            EmbeddingReference.BatchHardTriplet(0.5),
            dimension => Labelled(Loss.BatchHardTriplet<float>(dimension, 0.5)),
            dimension => Labelled(Loss.BatchHardTriplet<double>(dimension, 0.5))),
        new(
            "BatchHardTriplet with negative margin",
            Mined | EmbeddingTraits.LossPerRow,
            EmbeddingReference.BatchHardTriplet(-2),
            dimension => Labelled(Loss.BatchHardTriplet<float>(dimension, -2)),
            dimension => Labelled(Loss.BatchHardTriplet<double>(dimension, -2))),
        new(
            "BatchAllTriplet",
            Mined,
            EmbeddingReference.BatchAllTriplet(0.5, activeOnly: false),
            dimension => Labelled(Loss.BatchAllTriplet<float>(dimension, 0.5)),
            dimension => Labelled(Loss.BatchAllTriplet<double>(dimension, 0.5))),
        new(
            "BatchAllTriplet of active ones",
            Mined,
            EmbeddingReference.BatchAllTriplet(0.5, activeOnly: true),
            dimension => Labelled(Loss.BatchAllTriplet<float>(dimension, 0.5, activeOnly: true)),
            dimension => Labelled(Loss.BatchAllTriplet<double>(dimension, 0.5, activeOnly: true))),
        new(
            "SemiHardTriplet",
            Mined,
            EmbeddingReference.SemiHardTriplet(0.75),
            dimension => Labelled(Loss.SemiHardTriplet<float>(dimension, 0.75)),
            dimension => Labelled(Loss.SemiHardTriplet<double>(dimension, 0.75))),
        new(
            "LiftedStructure",
            Mined | EmbeddingTraits.WeighedByFirst,
            EmbeddingReference.LiftedStructure(0.5),
            dimension => Labelled(Loss.LiftedStructure<float>(dimension, 0.5)),
            dimension => Labelled(Loss.LiftedStructure<double>(dimension, 0.5))),
        new(
            "TupletMargin",
            Cosines,
            EmbeddingReference.TupletMargin(0.25, 4),
            dimension => Labelled(Loss.TupletMargin<float>(dimension, 0.25, 4)),
            dimension => Labelled(Loss.TupletMargin<double>(dimension, 0.25, 4))),
        new(
            "Angular",
            Cosines | EmbeddingTraits.Smooth,
            EmbeddingReference.Angular(0.5),
            dimension => Labelled(Loss.Angular<float>(dimension, 0.5)),
            dimension => Labelled(Loss.Angular<double>(dimension, 0.5))),
        new(
            "MarginBased",
            Mined,
            EmbeddingReference.MarginBased(0.3, 1.375),
            dimension => Labelled(Loss.MarginBased<float>(dimension, 0.3), 1.375f),
            dimension => Labelled(Loss.MarginBased<double>(dimension, 0.3), 1.375)),
        new(
            "SnrContrastive",
            EmbeddingTraits.InBatch,
            EmbeddingReference.SnrContrastive(0.2, 1.7),
            dimension => Labelled(Loss.SnrContrastive<float>(dimension, 0.2, 1.7)),
            dimension => Labelled(Loss.SnrContrastive<double>(dimension, 0.2, 1.7))),
        new(
            "FastAp",
            Cosines | EmbeddingTraits.LossPerRow,
            EmbeddingReference.FastAp(9),
            dimension => Labelled(Loss.FastAp<float>(dimension, 9)),
            dimension => Labelled(Loss.FastAp<double>(dimension, 9))),
        new(
            "BatchContrastive of cosines",
            Cosines,
            EmbeddingReference.BatchContrastive(1.5, Metric.Cosine),
            dimension => Labelled(Loss.BatchContrastive<float>(dimension, 1.5, EmbeddingDistance.Cosine)),
            dimension => Labelled(Loss.BatchContrastive<double>(dimension, 1.5, EmbeddingDistance.Cosine))),
        new(
            "BatchHardTriplet of cosines",
            Cosines | EmbeddingTraits.Chooses | EmbeddingTraits.LossPerRow,
            EmbeddingReference.BatchHardTriplet(0.25, Metric.Cosine),
            dimension => Labelled(Loss.BatchHardTriplet<float>(dimension, 0.25, EmbeddingDistance.Cosine)),
            dimension => Labelled(Loss.BatchHardTriplet<double>(dimension, 0.25, EmbeddingDistance.Cosine))),
        new(
            "BatchHardSoftTriplet of squares",
            Mined | EmbeddingTraits.LossPerRow,
            EmbeddingReference.BatchHardSoftTriplet(Metric.Squared),
            dimension => Labelled(Loss.BatchHardSoftTriplet<float>(dimension, EmbeddingDistance.SquaredEuclidean)),
            dimension => Labelled(Loss.BatchHardSoftTriplet<double>(dimension, EmbeddingDistance.SquaredEuclidean))),
        new(
            "BatchAllTriplet of cosines",
            Cosines,
            EmbeddingReference.BatchAllTriplet(0.25, activeOnly: false, Metric.Cosine),
            dimension => Labelled(Loss.BatchAllTriplet<float>(
                dimension, 0.25, distance: EmbeddingDistance.Cosine)),
            dimension => Labelled(Loss.BatchAllTriplet<double>(
                dimension, 0.25, distance: EmbeddingDistance.Cosine))),
        new(
            "SemiHardTriplet of cosines",
            Cosines | EmbeddingTraits.Chooses,
            EmbeddingReference.SemiHardTriplet(0.25, Metric.Cosine),
            dimension => Labelled(Loss.SemiHardTriplet<float>(dimension, 0.25, EmbeddingDistance.Cosine)),
            dimension => Labelled(Loss.SemiHardTriplet<double>(dimension, 0.25, EmbeddingDistance.Cosine))),
        new(
            "SemiHardTriplet of distances",
            Mined,
            EmbeddingReference.SemiHardTriplet(0.75, Metric.Euclidean),
            dimension => Labelled(Loss.SemiHardTriplet<float>(dimension, 0.75, EmbeddingDistance.Euclidean)),
            dimension => Labelled(Loss.SemiHardTriplet<double>(dimension, 0.75, EmbeddingDistance.Euclidean))),
        new(
            "GeneralizedLiftedStructure of cosines",
            Cosines | EmbeddingTraits.LossPerRow,
            EmbeddingReference.GeneralizedLiftedStructure(0.5, Metric.Cosine),
            dimension => Labelled(
                Loss.GeneralizedLiftedStructure<float>(dimension, 0.5, EmbeddingDistance.Cosine)),
            dimension => Labelled(
                Loss.GeneralizedLiftedStructure<double>(dimension, 0.5, EmbeddingDistance.Cosine))),
        new(
            "Nca of cosines",
            Cosines | EmbeddingTraits.LossPerRow,
            EmbeddingReference.Nca(0.25, Metric.Cosine),
            dimension => Labelled(
                Loss.Nca<float>(dimension, 0.25, EmbeddingDistance.Cosine)),
            dimension => Labelled(
                Loss.Nca<double>(dimension, 0.25, EmbeddingDistance.Cosine))),
        new(
            "GeneralizedLiftedStructure of other distances",
            Mined | EmbeddingTraits.LossPerRow,
            EmbeddingReference.GeneralizedLiftedStructure(0.5, Metric.Squared),
            dimension => Labelled(
                Loss.GeneralizedLiftedStructure<float>(dimension, 0.5, EmbeddingDistance.SquaredEuclidean)),
            dimension => Labelled(
                Loss.GeneralizedLiftedStructure<double>(dimension, 0.5, EmbeddingDistance.SquaredEuclidean))),
        new(
            "Nca of other distances",
            Mined | EmbeddingTraits.LossPerRow,
            EmbeddingReference.Nca(0.25, Metric.Euclidean),
            dimension => Labelled(
                Loss.Nca<float>(dimension, 0.25, EmbeddingDistance.Euclidean)),
            dimension => Labelled(
                Loss.Nca<double>(dimension, 0.25, EmbeddingDistance.Euclidean))),
        new(
            "LiftedStructure of cosines",
            Cosines | EmbeddingTraits.WeighedByFirst,
            EmbeddingReference.LiftedStructure(0.5, Metric.Cosine),
            dimension => Labelled(Loss.LiftedStructure<float>(dimension, 0.5, EmbeddingDistance.Cosine)),
            dimension => Labelled(Loss.LiftedStructure<double>(dimension, 0.5, EmbeddingDistance.Cosine))),
        new(
            "MarginBased of cosines",
            Cosines,
            EmbeddingReference.MarginBased(0.3, 0.75, Metric.Cosine),
            dimension => Labelled(Loss.MarginBased<float>(dimension, 0.3, EmbeddingDistance.Cosine), 0.75f),
            dimension => Labelled(Loss.MarginBased<double>(dimension, 0.3, EmbeddingDistance.Cosine), 0.75)),
        new(
            "SupervisedContrastive with references",
            Similarity | EmbeddingTraits.Normalized,
            EmbeddingReference.WithReferences(EmbeddingReference.SupervisedContrastive(0.1, normalizes: true)),
            dimension => Referenced(Loss.SupervisedContrastive<float>(dimension)),
            dimension => Referenced(Loss.SupervisedContrastive<double>(dimension))),
        new(
            "MultiSimilarity of mined pairs with references",
            EmbeddingTraits.InBatch | EmbeddingTraits.LossPerRow | EmbeddingTraits.Normalized
                | EmbeddingTraits.HoldsConstant,
            EmbeddingReference.WithReferences(
                EmbeddingReference.MultiSimilarity(2, 10, 0.5, epsilon: 0.1)),
            dimension => Referenced(Loss.MultiSimilarity<float>(dimension, 2, 10, miningEpsilon: 0.1)),
            dimension => Referenced(Loss.MultiSimilarity<double>(dimension, 2, 10, miningEpsilon: 0.1))),
        new(
            "GeneralizedLiftedStructure with references",
            Mined | EmbeddingTraits.LossPerRow,
            EmbeddingReference.WithReferences(EmbeddingReference.GeneralizedLiftedStructure(0.5)),
            dimension => Referenced(Loss.GeneralizedLiftedStructure<float>(dimension, 0.5)),
            dimension => Referenced(Loss.GeneralizedLiftedStructure<double>(dimension, 0.5))),
        new(
            "Nca with references",
            Mined | EmbeddingTraits.LossPerRow,
            EmbeddingReference.WithReferences(EmbeddingReference.Nca(0.25)),
            dimension => Referenced(Loss.Nca<float>(dimension, 0.25)),
            dimension => Referenced(Loss.Nca<double>(dimension, 0.25))),
        new(
            "BatchContrastive with references",
            Mined,
            EmbeddingReference.WithReferences(EmbeddingReference.BatchContrastive(3)),
            dimension => Referenced(Loss.BatchContrastive<float>(dimension, 3)),
            dimension => Referenced(Loss.BatchContrastive<double>(dimension, 3))),
        new(
            "BatchHardTriplet with references",
            Mined | EmbeddingTraits.LossPerRow,
            EmbeddingReference.WithReferences(EmbeddingReference.BatchHardTriplet(0.5)),
            dimension => Referenced(Loss.BatchHardTriplet<float>(dimension, 0.5)),
            dimension => Referenced(Loss.BatchHardTriplet<double>(dimension, 0.5))),
        new(
            "SemiHardTriplet of cosines with references",
            Cosines | EmbeddingTraits.Chooses,
            EmbeddingReference.WithReferences(EmbeddingReference.SemiHardTriplet(0.25, Metric.Cosine)),
            dimension => Referenced(Loss.SemiHardTriplet<float>(dimension, 0.25, EmbeddingDistance.Cosine)),
            dimension => Referenced(Loss.SemiHardTriplet<double>(dimension, 0.25, EmbeddingDistance.Cosine))),
        new(
            "SnrContrastive with references",
            EmbeddingTraits.InBatch,
            EmbeddingReference.WithReferences(EmbeddingReference.SnrContrastive(0.2, 1.7)),
            dimension => Referenced(Loss.SnrContrastive<float>(dimension, 0.2, 1.7)),
            dimension => Referenced(Loss.SnrContrastive<double>(dimension, 0.2, 1.7))),
        new(
            "MarginBased with references",
            Mined,
            EmbeddingReference.WithReferences(EmbeddingReference.MarginBased(0.3, 1.375)),
            dimension => Referenced(Loss.MarginBased<float>(dimension, 0.3), 1.375f),
            dimension => Referenced(Loss.MarginBased<double>(dimension, 0.3), 1.375)),
        new(
            "LiftedStructure with references",
            Mined,
            EmbeddingReference.WithReferences(EmbeddingReference.LiftedStructure(0.5)),
            dimension => Referenced(Loss.LiftedStructure<float>(dimension, 0.5)),
            dimension => Referenced(Loss.LiftedStructure<double>(dimension, 0.5))),
        new(
            "Angular with references",
            Cosines | EmbeddingTraits.Smooth,
            EmbeddingReference.WithReferences(EmbeddingReference.Angular(0.5)),
            dimension => Referenced(Loss.Angular<float>(dimension, 0.5)),
            dimension => Referenced(Loss.Angular<double>(dimension, 0.5))),
        new(
            "DecoupledContrastive",
            Cosines | EmbeddingTraits.Smooth | EmbeddingTraits.NeedsOthers,
            EmbeddingReference.DecoupledContrastive(0.5),
            dimension => Matches(Loss.DecoupledContrastive<float>(dimension, 0.5)),
            dimension => Matches(Loss.DecoupledContrastive<double>(dimension, 0.5))),
        new(
            "DecoupledContrastive with weights",
            Cosines | EmbeddingTraits.HoldsConstant | EmbeddingTraits.NeedsOthers,
            EmbeddingReference.DecoupledContrastive(0.5, 0.25),
            dimension => Matches(Loss.DecoupledContrastive<float>(dimension, 0.5, 0.25)),
            dimension => Matches(Loss.DecoupledContrastive<double>(dimension, 0.5, 0.25))),
        new(
            "MatryoshkaInfoNce",
            Similarity | EmbeddingTraits.Normalized,
            EmbeddingReference.MatryoshkaInfoNce(0.25, dimension => [(dimension, 1), ((dimension + 1) / 2, 0.5)]),
            dimension => Matches(
                Loss.MatryoshkaInfoNce<float>(dimension, [dimension, (dimension + 1) / 2], [1, 0.5], 0.25)),
            dimension => Matches(
                Loss.MatryoshkaInfoNce<double>(dimension, [dimension, (dimension + 1) / 2], [1, 0.5], 0.25))),
    ];

    public static TheoryData<string> Names => With(EmbeddingTraits.None);

    public static EmbeddingInstance Get(string name) => All.Single(instance => instance.Name == name);

    /// <summary>Where it is kernels that are tested, those of one word, which have the kernels of all.</summary>
    public static TheoryData<string> With(EmbeddingTraits traits) => new(All
        .Where(instance => !Width.IsOfKernels || !instance.Name.Contains(' ', StringComparison.Ordinal))
        .Where(instance => instance.Traits.HasFlag(traits))
        .Select(instance => instance.Name));

    private static PairFace<T> Pairs<T>(PairLoss<T> loss, int labelOfOthers)
        where T : unmanaged, IFloatingPointIeee754<T> => new(loss, labelOfOthers);

    private static ScoredPairFace<T> ScoredPairs<T>(EmbeddingLoss<T, Pairs<T>, PairGradients<T>> loss, bool hasTargets)
        where T : unmanaged, IFloatingPointIeee754<T> => new(loss, hasTargets);

    private static TripletFace<T> Triplets<T>(TripletLoss<T> loss)
        where T : unmanaged, IFloatingPointIeee754<T> => new(loss);

    private static MatchFace<T> Matches<T>(EmbeddingLoss<T, Views<T>, ViewGradients<T>> loss)
        where T : unmanaged, IFloatingPointIeee754<T> => new(loss);

    private static LabelledFace<T> Labelled<T>(LabelledLoss<T> loss, params T[] boundaries)
        where T : unmanaged, IFloatingPointIeee754<T> => new(loss, boundaries);

    private static ReferencedFace<T> Referenced<T>(LabelledLoss<T> loss, params T[] boundaries)
        where T : unmanaged, IFloatingPointIeee754<T> => new(loss, boundaries);
}
