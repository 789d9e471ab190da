using System.Reflection;
using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>No public loss escapes the tests.</summary>
public sealed class CatalogueTests
{
    /// <summary>Parts of losses of rows and of embeddings, whose catalogues have their definitions.</summary>
    private static readonly Type[] s_ofOtherKinds =
    [
        typeof(KLDivergence), typeof(JensenShannonDivergence), typeof(ProbabilityCrossEntropy),
        typeof(ForwardKl), typeof(ReverseKl), typeof(SkewForwardKl), typeof(SkewReverseKl), typeof(GeneralizedJsd),
        typeof(TotalVariationDistance),
        typeof(NegativeEntropy), typeof(Contrastive), typeof(CosineEmbedding), typeof(NegativeCosine),
        typeof(OfDifference<>), typeof(MarginBased), typeof(SnrContrastive), typeof(BarlowTwins), typeof(VicRegMoments),
    ];

    [Fact]
    public void Every_public_formula_is_in_the_catalogue()
    {
        HashSet<Type> known = LossCatalogue.All.SelectMany(instance => Parts(instance.Formula)).ToHashSet();
        IEnumerable<Type> formulas = typeof(Loss).Assembly.GetExportedTypes()
            .Where(type => type.IsValueType)
            .Where(type => type.GetInterfaces()
                .Any(implemented => implemented == typeof(IPointwiseFormula) || implemented == typeof(IMarginFormula)))
            .Except(GroupInstance.MarginFormulas)
            .Except(s_ofOtherKinds);
        formulas.Should().HaveCountGreaterThan(5).And.BeSubsetOf(
            known,
            "each needs a line Of(\"name\", new Formula()) in tests/LossKit.Tests/Support/LossCatalogue.cs, s_instances");
    }

    [Fact]
    public void Every_public_formula_has_a_factory_or_is_a_modifier()
    {
        HashSet<Type> made = typeof(Loss).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Concat(typeof(PointwiseLoss<,>).GetMethods())
            .Where(method => method.ReturnType.IsGenericType)
            .Where(method => method.ReturnType.GetGenericTypeDefinition() == typeof(PointwiseLoss<,>))
            .SelectMany(method => Parts(method.ReturnType.GetGenericArguments()[1]))
            .ToHashSet();
        LossCatalogue.All.SelectMany(instance => Parts(instance.Formula)).Distinct()
            .Except(RowLossCatalogue.MarginFormulas).Should().BeSubsetOf(made);
    }

    private static IEnumerable<Type> Parts(Type type) => type.IsGenericType
        ? type.GetGenericArguments().Where(part => !part.IsPrimitive).SelectMany(Parts)
            .Append(type.GetGenericTypeDefinition())
        : type.IsGenericParameter ? [] : [type];
}
