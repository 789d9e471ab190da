using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>
/// Adding a loss touches its file, a factory, a catalogue and a definition: what is missing is said here.
/// </summary>
public sealed class CompletenessTests
{
    private static readonly string s_tests = Path.GetDirectoryName(Here())!;

    /// <summary>What each kind of loss is tested by; <c>{0}</c> is the factory, <c>{1}</c> its formula.</summary>
    private static readonly (Type[] Losses, Place[] Places)[] s_kinds =
    [
        ([typeof(PointwiseLoss<,>)],
        [
            new("Support/PointwiseOracle.cs", "FactoryCalls", "new(\"{0}\", [], PointwiseReferences.{0}),", "\"{0}\""),
            new("Support/LossCatalogue.cs", "s_instances", "Of(\"{0}\", new {1}()),", "{1}"),
        ]),
        ([typeof(PointwiseMetric<>)],
        [
            new("PointwiseMetricTests.cs", "a test", "Check(Loss.{0}<T>(), PointwiseReferences.{0});"),
        ]),
        ([typeof(RowLoss<,>), typeof(CategoricalLoss<>)],
        [
            new(
                "Support/RowLossCatalogue.cs",
                "s_instances",
                "OfLabels(\"{0}\", RowReferences.{0}, c => Loss.{0}<float>(c), c => Loss.{0}<double>(c)),"),
        ]),
        ([typeof(TupleLoss<>), typeof(TupleLoss<,>)],
        [
            new(
                "Support/TupleOracles.cs",
                "All",
                "new(nameof(Loss.{0}), Loss.{0}<double>(), Loss.{0}<float>(), (p, t) => DEFINITION, LOWER, UPPER),"),
        ]),
        ([typeof(GroupedLoss<>)],
        [
            new(
                "Support/GroupCatalogue.cs",
                "All",
                "Of(new(\"{0}\", (scores, targets) => DEFINITION), Loss.{0}<float>(), Loss.{0}<double>()),"),
        ]),
        ([
            typeof(PairLoss<>), typeof(TripletLoss<>), typeof(MatchLoss<>), typeof(InBatchLoss<>), typeof(MinedLoss<>),
            typeof(LabelPairLoss<>), typeof(MatryoshkaLoss<>),
        ],
        [
            new(
                "Support/EmbeddingCatalogue.cs",
                "All",
                "new(\"{0}\", TRAITS, EmbeddingReference.{0}, FACE(Loss.{0}<float>), FACE(Loss.{0}<double>)),"),
        ]),
        ([typeof(RetrievalLoss<>)], [new("RetrievalLossTests.cs", "a test", "Loss.{0}<T>(3) against its definition")]),
        ([typeof(CorrelationLoss<>), typeof(CoSentLoss<>), typeof(PairVarianceLoss<>), typeof(SimSiamLoss<>)],
        [
            new("WholeBatchTests.cs", "a test", "Loss.{0}<T>(3) against its definition"),
        ]),
        ([typeof(SegmentationLoss<>)], [new("SegmentationTests.cs", "a test", "Loss.{0}<double>() against its definition")]),
        ([typeof(IntervalLoss<>), typeof(DeepHitRankLoss<>)], [new("IntervalLossTests.cs", "a test", "Loss.{0}<double>(3) against its definition")]),
        ([typeof(OrdinalLoss<>)], [new("OrdinalLossTests.cs", "a test", "Loss.{0}<double>(3) against its definition")]),
        ([typeof(ImageLoss<>), typeof(SsimLoss<>), typeof(ImageMetric<>)],
        [
            new("ImageLossTests.cs", "a test", "Loss.{0}<double>() against its definition"),
        ]),
        ([typeof(DistillationLoss<>)],
        [
            new("DistillationLossTests.cs", "a test", "Loss.{0}<double>() against its definition"),
        ]),
        ([typeof(TupleRowsLoss<>), typeof(ElboLoss<>), typeof(AdversarialLoss<>)],
        [
            new("GenerativeLossTests.cs", "a test", "Loss.{0}<double>() against its definition"),
        ]),
        ([typeof(PolicyLoss<>)],
        [
            new("PolicyLossTests.cs", "a test", "Loss.{0}<double>() against its definition"),
        ]),
        ([typeof(LinearLoss<>), typeof(ProxyAnchorLoss<>)],
        [
            new("PrototypeLossTests.cs", "a test", "Loss.{0}<double>() against its definition"),
        ]),
        ([typeof(RankingMetric<>)],
        [
            new("RankingMetricTests.cs", "Cases", "new(\"{0}\", Loss.{0}<T>(), items => DEFINITION),"),
        ]),
        ([typeof(ConcordanceIndex<>), typeof(IntegratedBrierScore<>)],
        [
            new("SurvivalMetricTests.cs", "a test", "Loss.{0}<T>() against its definition"),
        ]),
        ([
            typeof(CoxLoss<>), typeof(ListMleLoss<>), typeof(LatticeLoss<>), typeof(CrfLoss<>), typeof(SoftDtwLoss<>),
            typeof(AdaptiveSoftmaxLoss<>),
        ],
        [
            new("{0}Tests.cs", "a test", "Loss.{0}<double>() against its definition"),
        ]),
    ];

    /// <summary>The losses that no other library computes in tests/cases.</summary>
    private static readonly string[] s_withoutCases =
    [
        "SymmetricPercentageError", "PseudoHuber", "Fair", "Linex", "LpDistance", "LogisticDistance", "Periodic",
        "TweedieIdentity", "GeneralizedKl", "LaplaceNegativeLogLikelihood", "StudentTNegativeLogLikelihood",
        "GaussianNegativeLogLikelihood", "Expectile", "Misclassification", "SigmoidMargin", "Dwd", "ZeroOne",
        "LeastSquaresMargin", "AdversarialNonSaturating", "AdversarialLeastSquares", "AdversarialHinge",
        "AdversarialWasserstein", "GeneralizedCrossEntropy", "Poly1", "JensenShannonDivergence", "BatchContrastive",
        "BradleyTerryMargin", "LogSumExpPenalty", "Gan", "Coverage", "Psnr", "Ndcg", "Mrr", "MeanAveragePrecision",
        "PrecisionAt", "Auc", "ConcordanceIndex", "IntegratedBrierScore", "LinearContrastive", "BatchLinearContrastive",
        "BatchNtXent", "MaskedCrossEntropy", "AdaptiveSoftmax", "UniqueSoftmax", "Poly1SoftmaxRanking", "Jaccard",
        "ExpectedCost", "ExpectedCostPerExample",
        "ExpectedClassCost", "ExpectedClassCostPerExample", "NormalNllGivenVariance", "QuantilePerExample",
    ];

    [Fact]
    public void Every_factory_is_in_a_catalogue_with_its_definition() => LossTable.Factories.SelectMany(Missing)
        .Should().BeEmpty("these lines are to be added where they say");

    [Fact]
    public void Every_factory_has_reference_cases_or_is_known_to_have_none()
    {
        string cases = Path.Combine(s_tests, "..", "cases");
        HashSet<string> named =
        [
            .. from file in Directory.GetFiles(cases, "*.json", SearchOption.AllDirectories)
               from Match loss in Regex.Matches(File.ReadAllText(file), "\"loss\": *\"(\\w+)\"")
               select loss.Groups[1].Value.Replace("_", null, StringComparison.Ordinal).ToUpperInvariant(),
        ];
        string[] without =
        [
            .. LossTable.Factories.Select(factory => factory.Name)
                .Where(name => !named.Contains(name.ToUpperInvariant())),
        ];
        without.Except(s_withoutCases).Should().BeEmpty(
            $"each needs cases with its \"loss\" in a file of tests/cases or, where no other library has it, "
            + $"its name in {nameof(CompletenessTests)}.{nameof(s_withoutCases)}");
        s_withoutCases.Except(without).Should().BeEmpty($"these are to leave {nameof(s_withoutCases)}: they have cases");
    }

    [Fact]
    public void A_missing_line_is_told_with_its_place()
    {
        Missing(typeof(CompletenessTests).GetMethod(nameof(Unheard), BindingFlags.NonPublic | BindingFlags.Static)!)
            .Should().Equal(
                "tests/LossKit.Tests/Support/PointwiseOracle.cs, FactoryCalls: "
                + "new(\"Unheard\", [], PointwiseReferences.Unheard),",
                "tests/LossKit.Tests/Support/LossCatalogue.cs, s_instances: Of(\"Unheard\", new Nothing()),");
        Missing(GetType().GetMethod(nameof(A_missing_line_is_told_with_its_place))!).Should().ContainSingle()
            .Which.Should().Contain("CompletenessTests.cs, s_kinds");
    }

    private static IEnumerable<string> Missing(MethodInfo factory)
    {
        Type made = factory.ReturnType;
        Type definition = made.IsGenericType ? made.GetGenericTypeDefinition() : made;
        Place[]? places = s_kinds.FirstOrDefault(kind => kind.Losses.Contains(definition)).Places;
        if (places is null)
        {
            return [$"tests/LossKit.Tests/CompletenessTests.cs, s_kinds: where each {made.Name} is tested"];
        }

        while (made.IsGenericType)
        {
            made = made.GetGenericArguments()[^1];
        }

        return places.Where(place => !IsThere(place)).Select(place =>
            Filled($"tests/LossKit.Tests/{place.File}, {place.At}: {place.Line}"));

        string Filled(string text) => text.Replace("{0}", factory.Name, StringComparison.Ordinal)
            .Replace("{1}", made.Name, StringComparison.Ordinal);

        bool IsThere(Place place)
        {
            string file = Path.Combine(s_tests, Filled(place.File));
            string pattern = Filled(place.Pattern);
            return File.Exists(file) && Regex.IsMatch(File.ReadAllText(file), $@"(?<!\w){pattern}(?!\w)");
        }
    }

    private static PointwiseLoss<T, Nothing> Unheard<T>() where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
        new(default);

    private static string Here([CallerFilePath] string path = "") => path;

    /// <summary>A line of a file, and what is there if something like it is.</summary>
    private sealed record Place(string File, string At, string Line, string Pattern = @"Loss\.{0}");

    private readonly struct Nothing : IPointwiseFormula
    {
        public TLane Loss<TLane>(TLane prediction, TLane target) where TLane : struct, ILane<TLane> => prediction;
    }
}
