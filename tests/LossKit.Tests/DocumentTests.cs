using System.Text.RegularExpressions;
using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>
/// The code and the tables of the README and of the pages under docs are those of the library. That the code compiles
/// and runs as it is printed is a test of LossKit.MathNet.Tests, which has the compiler.
/// </summary>
public sealed partial class DocumentTests
{
    /// <summary>Set to "write" to have the tables of all pages written anew.</summary>
    private const string Variable = "LOSSKIT_DOCUMENTS";

    public static TheoryData<string> Pages => new(Documents.Pages);

    [Fact]
    public void The_first_example_is_the_sample()
    {
        string sample = File.ReadAllText(Path.Combine(Documents.Root, "samples", "GettingStarted", "Program.cs"));
        Compact(Documents.CodeOf("README.md").First().Code).Should().Be(Compact(sample));
    }

    /// <summary>
    /// Code of a package with a README of its own is that package's example; a number in a comment is one that a test
    /// asserts, unless it is printed, where the test that runs the code compares it.
    /// </summary>
    [Fact]
    public void What_code_says_beside_it_is_asserted()
    {
        string[] sources =
        [
            .. Directory.GetFiles(Path.Combine(Documents.Root, "tests", "LossKit.CustomLoss.Tests"), "*.cs")
                .Concat(Directory.GetDirectories(Path.Combine(Documents.Root, "tests"))
                    .Select(directory => Path.Combine(directory, "ReadmeExample.cs")).Where(File.Exists))
                .Append(Path.Combine(Documents.Root, "samples", "GettingStarted", "Program.cs"))
                .Select(path => Compact(File.ReadAllText(path))),
        ];
        Documents.Programs.Should().HaveCountGreaterThan(20);
        foreach (CodeBlock block in Documents.Programs)
        {
            string code = Compact(block.Code);
            if (!sources.Any(source => source.Contains(code, StringComparison.Ordinal)))
            {
                OtherPackage().Match(block.Code).Value.Should().BeEmpty($"{block} is to stand in a ReadmeExample.cs");
                Claim().Match(block.Code).Value.Should().BeEmpty($"{block} says a number that nothing holds");
            }
        }
    }

    [Theory]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("docs/architecture.md")]
    public void Code_in_documents_is_the_code_of_the_library(string document)
    {
        string[] sources =
        [
            .. Directory.GetFiles(Path.Combine(Documents.Root, "src"), "*.cs", SearchOption.AllDirectories)
                .Concat(Directory.GetFiles(
                    Path.Combine(Documents.Root, "tests"), "*.cs", SearchOption.AllDirectories))
                .Select(path => Compact(File.ReadAllText(path))),
        ];
        foreach (CodeBlock block in Documents.CodeOf(document))
        {
            string code = Compact(block.Code);
            sources.Any(source => source.Contains(code, StringComparison.Ordinal)).Should().BeTrue(
                $"{block} is to have it as it stands in the library or its tests: {block.Code}");
        }
    }

    [Fact]
    public void Tables_are_those_of_the_library()
    {
        bool isToWrite = Environment.GetEnvironmentVariable(Variable) == "write";
        Dictionary<string, string> tables = LossTable.All.Concat(PeerTable.All)
            .ToDictionary(table => table.Name, table => table.Markdown);
        HashSet<string> shown = [];
        foreach (string page in Documents.Pages)
        {
            string text = Documents.Text(page);
            string anew = Table().Replace(text, match =>
            {
                string name = match.Groups[1].Value;
                tables.Should().ContainKey(name, $"{page} asks for it");
                shown.Add(name);
                return $"<!-- {name} -->\n{tables[name]}<!-- /{name} -->";
            });
            if (isToWrite)
            {
                File.WriteAllText(Path.Combine(Documents.Root, page), anew);
            }
            else
            {
                text.Should().Be(anew, $"{page} has tables that {Variable}=write makes");
            }
        }

        tables.Keys.Except(shown).Should().BeEmpty("each is to be on some page");
    }

    [Theory, MemberData(nameof(Pages))]
    public void Links_lead_somewhere(string page)
    {
        string directory = Path.GetDirectoryName(Path.Combine(Documents.Root, page))!;
        string prose = Code().Replace(Documents.Text(page), "");
        foreach (string link in Link().Matches(prose).Select(match => match.Groups[1].Value))
        {
            if (link.Contains("://", StringComparison.Ordinal))
            {
                continue;
            }

            link.Should().NotStartWith("/", "links are relative");
            string[] parts = link.Split('#');
            string path = parts[0].Length == 0
                ? Path.Combine(Documents.Root, page)
                : Path.GetFullPath(Path.Combine(directory, parts[0]));
            (File.Exists(path) || Directory.Exists(path)).Should().BeTrue($"{page} links to {link}");
            if (parts.Length > 1)
            {
                Anchors(File.ReadAllText(path)).Should().Contain(parts[1], $"{page} links to {link}");
            }
        }
    }

    [Fact]
    public void Anchors_are_those_of_headings() =>
        Anchors("# A loss\n## Weights, and masks: `Checked()`\n").Should().Equal("a-loss", "weights-and-masks-checked");

    private static IEnumerable<string> Anchors(string text) => Heading().Matches(text.ReplaceLineEndings("\n")).Select(
        heading => NoAnchor().Replace(heading.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    /// <summary>Without blanks and without what stands at the top of a file, which differ from a page to a method.</summary>
    private static string Compact(string text) =>
        Blank().Replace(FileTop().Replace(text.ReplaceLineEndings("\n"), ""), "");

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();

    [GeneratedRegex(@"(?m)^ *(using (static )?[\w.]+;|// (Beside )?\w+\.cs)\n")]
    private static partial Regex FileTop();

    [GeneratedRegex(@"using LossKit\.(?!MathNet|Formulas|Lanes|HalfPrecision)\w+;")]
    private static partial Regex OtherPackage();

    /// <summary>A number in a comment after a statement that prints nothing.</summary>
    [GeneratedRegex(@"(?m)^(?! *Console\.WriteLine).*; *// .*\d.*$")]
    private static partial Regex Claim();

    [GeneratedRegex(@"(?s)<!-- (\w[^\n]*?) -->\n.*?<!-- /\1 -->")]
    private static partial Regex Table();

    [GeneratedRegex(@"(?s)```.*?```|`[^`\n]*`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?m)^#+ (.+)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();
}
