using System.Reflection;
using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>No public loss over rows escapes the tests.</summary>
public sealed class RowCatalogueTests
{
    /// <summary>The factories of losses over rows.</summary>
    internal static MethodInfo[] Factories { get; } = FactoryCoverage.Factories(type =>
        type.GetGenericTypeDefinition() == typeof(RowLoss<,>)
        || type.GetGenericTypeDefinition() == typeof(CategoricalLoss<>));

    [Fact]
    public void Every_factory_of_a_loss_over_rows_is_in_the_catalogue()
    {
        Factories.Should().HaveCountGreaterThan(8);
        string[] sources = [.. RowLossCatalogue.All.Select(instance => instance.Source)];
        foreach (MethodInfo factory in Factories)
        {
            string[] calls = [.. sources.Where(source => FactoryCoverage.IsCalled(factory, [source]))];
            if (factory.ReturnType.GetGenericTypeDefinition() == typeof(CategoricalLoss<>))
            {
                calls.Should().Contain(
                    source => source.EndsWith("WithProbabilityTargets()", StringComparison.Ordinal), factory.Name);
            }

            // Labels to be left out are tests of their own.
            FactoryCoverage.Unset(factory, calls)
                .Where(parameter => !parameter.EndsWith(".ignoreIndex", StringComparison.Ordinal))
                .Should().BeEmpty("some instance in tests/LossKit.Tests/Support/RowLossCatalogue.cs should set it");
        }
    }

    [Fact]
    public void Defaults_are_the_documented_ones() => FactoryCoverage.Defaults(Factories)
        .Where(parameter => !parameter.Contains(".ignoreIndex = -100", StringComparison.Ordinal))
        .Should().BeEquivalentTo(
            "SoftmaxCrossEntropy.classWeights = ",
            "SoftmaxCrossEntropy.labelSmoothing = 0",
            "MaskedCrossEntropy.labelSmoothing = 0.1",
            "MaskedCrossEntropy.maskedAt = -Infinity",
            "MaskedCrossEntropy.classWeights = ",
            "FromTrueClassFormula.classWeights = ",
            "MulticlassFocal.gamma = 2",
            "MulticlassFocal.alpha = ",
            "MulticlassFocal.labelSmoothing = 0",
            "GeneralizedCrossEntropy.q = 0.7",
            "Poly1.epsilon = 1",
            "Poly1.labelSmoothing = 0",
            "SymmetricCrossEntropy.alpha = 0.1",
            "SymmetricCrossEntropy.beta = 1",
            "SymmetricCrossEntropy.logZero = -4",
            "TaylorCrossEntropy.order = 2",
            "ClassBalancedCrossEntropy.beta = 0.9999",
            "Ldam.maxMargin = 0.5",
            "Ldam.scale = 30",
            "LogitAdjusted.tau = 1",
            "BiTemperedLogistic.t1 = 0.8",
            "BiTemperedLogistic.t2 = 1.2",
            "BiTemperedLogistic.labelSmoothing = 0",
            "ConfidencePenalty.beta = 0.1",
            "EvidentialClassification.form = Squares",
            "EvidentialClassification.activation = Relu",
            "EvidentialClassification.klWeight = 1",
            "Coral.taskWeights = ",
            "Corn.taskWeights = ",
            "MultilabelSoftMargin.classWeights = ",
            "NegativeLogLikelihood.classWeights = ",
            "ForwardKl.temperature = 1",
            "ForwardKl.temperatureSquared = False",
            "ForwardKl.topK = ",
            "ReverseKl.temperature = 1",
            "ReverseKl.temperatureSquared = False",
            "ReverseKl.topK = ",
            "GeneralizedJsd.beta = 0.5",
            "GeneralizedJsd.temperature = 1",
            "GeneralizedJsd.temperatureSquared = False",
            "GeneralizedJsd.topK = ",
            "SkewForwardKl.alpha = 0.1",
            "SkewForwardKl.temperature = 1",
            "SkewForwardKl.temperatureSquared = False",
            "SkewForwardKl.topK = ",
            "SkewReverseKl.alpha = 0.1",
            "SkewReverseKl.temperature = 1",
            "SkewReverseKl.temperatureSquared = False",
            "SkewReverseKl.topK = ",
            "TotalVariationDistance.temperature = 1",
            "TotalVariationDistance.temperatureSquared = False",
            "TotalVariationDistance.topK = ",
            "FromDivergenceFormula.temperature = 1",
            "FromDivergenceFormula.temperatureSquared = False",
            "FromDivergenceFormula.topK = ",
            "ZLoss.lambda = 0.0001",
            "LogSumExpPenalty.lambda = 0.0001",
            "MulticlassHinge.margin = 1",
            "MulticlassHinge.p = 1",
            "MulticlassHinge.classWeights = ",
            "CrammerSinger.margin = 1",
            "FromRivalFormula.rivals = All",
            "FromRivalFormula.classWeights = ");

    [Fact]
    public void Every_public_formula_of_the_true_class_has_a_factory()
    {
        HashSet<string> factories = typeof(Loss).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Select(method => method.Name)
            .Append(nameof(CrossEntropy))
            .ToHashSet();
        typeof(Loss).Assembly.GetExportedTypes()
            .Where(type => type.IsValueType && type.IsAssignableTo(typeof(ITrueClassFormula)))
            .Select(type => type.Name)
            .Should().HaveCountGreaterThan(3).And.BeSubsetOf(factories);
    }
}
