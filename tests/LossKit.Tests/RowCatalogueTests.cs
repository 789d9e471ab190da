using System.Reflection;
using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>No public loss over rows escapes the tests.</summary>
public sealed class RowCatalogueTests
{
    [Fact]
    public void Every_factory_of_a_loss_over_rows_is_in_the_catalogue()
    {
        MethodInfo[] factories = typeof(Loss).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => IsRowLoss(method.ReturnType))
            .ToArray();
        factories.Should().HaveCountGreaterThan(8);
        foreach (MethodInfo factory in factories)
        {
            string[] sources = [.. RowLossCatalogue.All.Select(instance => instance.Source)
                .Where(source => source.Contains($"Loss.{factory.Name}<", StringComparison.Ordinal))];
            sources.Should().NotBeEmpty($"{factory.Name} should be tested");
            if (factory.ReturnType.GetGenericTypeDefinition() == typeof(CategoricalLoss<>))
            {
                sources.Should().Contain(
                    source => source.EndsWith("WithProbabilityTargets()", StringComparison.Ordinal), factory.Name);
            }
        }
    }

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

    private static bool IsRowLoss(Type type) => type.IsGenericType
        && (type.GetGenericTypeDefinition() == typeof(RowLoss<,>)
            || type.GetGenericTypeDefinition() == typeof(CategoricalLoss<>));
}
