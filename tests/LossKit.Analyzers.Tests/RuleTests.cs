using Microsoft.CodeAnalysis;

namespace LossKit.Analyzers.Tests;

public sealed class RuleTests
{
    [Fact]
    public void Each_rule_says_what_to_do()
    {
        Snippet.Rules.Select(rule => rule.Id).Should().Equal(
            Enumerable.Range(1, Snippet.Rules.Length).Select(number => $"LOSSKIT{number:d3}"));
        foreach (DiagnosticDescriptor rule in Snippet.Rules)
        {
            rule.DefaultSeverity.Should().Be(DiagnosticSeverity.Warning);
            rule.IsEnabledByDefault.Should().BeTrue();
            rule.Title.ToString().Should().NotBeEmpty();
            rule.Description.ToString().Should().EndWith(".");
            rule.MessageFormat.ToString().Should().Contain(":", "after it comes what to do");
        }
    }

    [Fact]
    public void Each_rule_is_in_the_list_of_the_package_and_on_the_page()
    {
        string[] lists =
        [
            File.ReadAllText(At("src/LossKit.Analyzers/AnalyzerReleases.Unshipped.md")),
            File.ReadAllText(At("docs/analyzers.md")),
        ];
        foreach (DiagnosticDescriptor rule in Snippet.Rules)
        {
            lists.Should().OnlyContain(list => list.Contains($"{rule.Id} | ", StringComparison.Ordinal)
                && list.Contains(rule.Title.ToString(), StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_page_says_what_a_formula_without_its_parameters_throws()
    {
        Action making = () => Loss.FromFormula<float, Formulas.Huber>(default);
        string thrown = making.Should().Throw<ArgumentException>().Which.Message.Split(" (Parameter ")[0];
        string page = File.ReadAllText(At("docs/analyzers.md"));
        page.ReplaceLineEndings(" ").Should().Contain($"throws: `{thrown}`");
    }

    private static string At(string path, [System.Runtime.CompilerServices.CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", path);
}
