using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using LossKit.Tests.Support;

namespace LossKit.Tests;

/// <summary>The README's code is code that is compiled and run.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void Every_example_stands_word_for_word_in_a_compiled_file()
    {
        string directory = Path.Combine(AppContext.BaseDirectory, "readme");
        List<string> blocks = CodeBlock().Matches(Normalize(File.ReadAllText(Path.Combine(directory, "README.md"))))
            .Select(match => match.Groups[1].Value).ToList();
        List<string> sources = Directory.GetFiles(directory, "*.cs.txt")
            .Select(path => Normalize(File.ReadAllText(path))).ToList();
        blocks.Should().HaveCountGreaterThan(3);
        blocks[0].Should().Be(Normalize(File.ReadAllText(Path.Combine(directory, "GettingStarted.cs.txt"))));
        foreach (string block in blocks)
        {
            sources.Should().Contain(source => source.Contains(block, StringComparison.Ordinal), block);
        }
    }

    [Theory]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("docs/architecture.md")]
    public void Code_in_documents_is_the_code_of_the_library(string document)
    {
        string root = Root();
        string[] sources =
        [
            .. Directory.GetFiles(Path.Combine(root, "src"), "*.cs", SearchOption.AllDirectories)
                .Concat(Directory.GetFiles(Path.Combine(root, "tests"), "*.cs", SearchOption.AllDirectories))
                .Select(path => Normalize(File.ReadAllText(path))),
        ];
        string text = File.ReadAllText(Path.Combine(root, document)).ReplaceLineEndings("\n");
        foreach (Match block in CodeBlock().Matches(text))
        {
            string code = Normalize(block.Groups[1].Value);
            sources.Any(source => source.Contains(code, StringComparison.Ordinal)).Should().BeTrue(
                $"{document} is to have it as it stands in the library or its tests: {code}");
        }
    }

    /// <summary>Set LOSSKIT_README to the README's path to have its tables of losses written anew.</summary>
    [Fact]
    public void The_tables_of_losses_are_those_of_the_library()
    {
        string? toWrite = Environment.GetEnvironmentVariable("LOSSKIT_README");
        string readme = File.ReadAllText(toWrite ?? Path.Combine(AppContext.BaseDirectory, "readme", "README.md"));
        (string Name, string Table)[] tables =
        [
            ("losses", LossTable.Pointwise()),
            ("row losses", LossTable.Rows()),
            ("tuple losses", LossTable.Tuples()),
            ("group losses", LossTable.Groups()),
            ("embedding losses", LossTable.Embeddings()),
            ("batch losses", LossTable.Batches()),
            ("metrics", LossTable.Metrics()),
        ];
        foreach ((string name, string table) in tables)
        {
            Match block = Regex.Match(readme, $"(?s)<!-- {name} -->\n(.*?)<!-- /{name} -->");
            block.Success.Should().BeTrue();
            Group old = block.Groups[1];
            if (toWrite is null)
            {
                old.Value.ReplaceLineEndings("\n").Should().Be(table);
            }

            readme = readme.Remove(old.Index, old.Length).Insert(old.Index, table);
        }

        if (toWrite is not null)
        {
            File.WriteAllText(toWrite, readme);
        }
    }

    /// <summary>
    /// Without indentation, empty lines and what stands at the top of a file, which differ between a README and the
    /// inside of a method.
    /// </summary>
    private static string Normalize(string text) => FileTop().Replace(
        LineStart().Replace(text.ReplaceLineEndings("\n"), ""), "");

    private static string Root([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));

    [GeneratedRegex("(?s)```csharp\n(.*?)```")]
    private static partial Regex CodeBlock();

    [GeneratedRegex("(?m)^ +")]
    private static partial Regex LineStart();

    [GeneratedRegex(@"(?m)^(using [\w.]+;|// (Beside )?\w+\.cs|)\n")]
    private static partial Regex FileTop();
}
