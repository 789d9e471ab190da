using System.Reflection;
using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>
/// No public loss of embeddings escapes the tests, which compare all of the catalogue with definitions.
/// </summary>
public sealed class EmbeddingCatalogueTests
{
    private static readonly MethodInfo[] s_factories = FactoryCoverage.Factories(IsOfEmbeddings);

    /// <summary>Those of a whole batch have other tests.</summary>
    private static bool IsOfEmbeddings(Type? type) => type is not null
        && type.Name != typeof(CorrelationLoss<>).Name
        && type.Name != typeof(CoSentLoss<>).Name
        && type.Name != typeof(PairVarianceLoss<>).Name
        && ((type.IsGenericType && type.GetGenericTypeDefinition() == typeof(EmbeddingLoss<,,>))
            || IsOfEmbeddings(type.BaseType));

    [Fact]
    public void Every_parameter_is_set_by_some_instance()
    {
        string[] sources = [.. EmbeddingCatalogue.All.Select(instance => instance.Source)];
        s_factories.Should().HaveCountGreaterThan(12);
        s_factories.SelectMany(factory => FactoryCoverage.Unset(factory, sources)).Should().BeEmpty(
            "some instance in tests/LossKit.Tests/Support/EmbeddingCatalogue.cs, All, should set it");
    }

    [Fact]
    public void Defaults_are_the_documented_ones() => FactoryCoverage.Defaults(s_factories).Should().BeEquivalentTo(
        "Contrastive.margin = 1",
        "Contrastive.distance = Euclidean",
        "LinearContrastive.positiveMargin = 0",
        "LinearContrastive.negativeMargin = 1",
        "LinearContrastive.distance = Euclidean",
        "BatchLinearContrastive.positiveMargin = 0",
        "BatchLinearContrastive.negativeMargin = 1",
        "BatchLinearContrastive.distance = Euclidean",
        "BatchNtXent.temperature = 0.07",
        "PairFromDistanceFormula.distance = Euclidean",
        "CosineEmbedding.margin = 0",
        "NegativeCosine.form = SimSiam",
        "MarginRanking.margin = 0",
        "Triplet.margin = 1",
        "Triplet.swap = False",
        "TripletSquared.margin = 0.2",
        "TripletWithDistance.margin = 1",
        "TripletWithDistance.swap = False",
        "SoftTriplet.margin = 0",
        "SoftTriplet.squared = False",
        "TripletFromMarginFormula.swap = False",
        "TripletFromMarginFormula.distance = Euclidean",
        "InfoNce.temperature = 0.07",
        "InfoNce.normalize = True",
        "NtXent.temperature = 0.5",
        "SupervisedContrastive.temperature = 0.1",
        "SupervisedContrastive.normalize = True",
        "FromInBatchFormula.needs = Nothing",
        "FromInBatchFormula.score = Cosine",
        "MultiSimilarity.alpha = 2",
        "MultiSimilarity.beta = 50",
        "MultiSimilarity.base = 0.5",
        "MultiSimilarity.miningEpsilon = ",
        "Circle.margin = 0.25",
        "Circle.gamma = 256",
        "Circle.stopWeights = True",
        "GeneralizedLiftedStructure.margin = 1",
        "GeneralizedLiftedStructure.distance = Euclidean",
        "Nca.scale = 1",
        "Nca.distance = SquaredEuclidean",
        "BatchContrastive.margin = 1",
        "BatchContrastive.distance = Euclidean",
        "BatchPairFromDistanceFormula.distance = Euclidean",
        "BatchTripletFromMarginFormula.distance = ",
        "BatchHardTriplet.margin = 1",
        "BatchHardTriplet.distance = Euclidean",
        "BatchHardSoftTriplet.distance = Euclidean",
        "BatchAllTriplet.margin = 1",
        "BatchAllTriplet.activeOnly = False",
        "BatchAllTriplet.distance = Euclidean",
        "SemiHardTriplet.margin = 1",
        "SemiHardTriplet.distance = SquaredEuclidean",
        "DecoupledContrastive.temperature = 0.1",
        "DecoupledContrastive.sigma = ",
        "MatryoshkaInfoNce.dimensionWeights = ",
        "MatryoshkaInfoNce.temperature = 0.07",
        "Angular.angle = 0.698",
        "MarginBased.margin = 0.2",
        "MarginBased.distance = Euclidean",
        "SnrContrastive.positiveMargin = 0",
        "SnrContrastive.negativeMargin = 1",
        "LiftedStructure.margin = 1",
        "LiftedStructure.distance = Euclidean",
        "TupletMargin.margin = 0.1",
        "TupletMargin.scale = 64",
        "FastAp.bins = 10");
}
