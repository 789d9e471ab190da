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
        blocks.Should().HaveCountGreaterThanOrEqualTo(3);
        sources.Should().HaveCount(4);
        blocks[0].Should().Be(Normalize(File.ReadAllText(Path.Combine(directory, "GettingStarted.cs.txt"))));
        foreach (string block in blocks)
        {
            sources.Should().Contain(source => source.Contains(block, StringComparison.Ordinal), block);
        }
    }

    /// <summary>Set LOSSKIT_README to the README's path to have its table of losses written anew.</summary>
    [Fact]
    public void The_table_of_losses_is_that_of_the_library()
    {
        string? toWrite = Environment.GetEnvironmentVariable("LOSSKIT_README");
        string readme = File.ReadAllText(toWrite ?? Path.Combine(AppContext.BaseDirectory, "readme", "README.md"));
        Match table = LossTableBlock().Match(readme);
        table.Success.Should().BeTrue();
        string expected = LossTable.Markdown();
        if (toWrite is null)
        {
            table.Groups[1].Value.ReplaceLineEndings("\n").Should().Be(expected);
        }
        else
        {
            Group old = table.Groups[1];
            File.WriteAllText(toWrite, readme.Remove(old.Index, old.Length).Insert(old.Index, expected));
        }
    }

    /// <summary>Without indentation, which differs between a README and the inside of a method.</summary>
    private static string Normalize(string text) => LineStart().Replace(text.ReplaceLineEndings("\n"), "");

    [GeneratedRegex("(?s)```csharp\n(.*?)```")]
    private static partial Regex CodeBlock();

    [GeneratedRegex("(?s)<!-- losses -->\n(.*?)<!-- /losses -->")]
    private static partial Regex LossTableBlock();

    [GeneratedRegex("(?m)^ +")]
    private static partial Regex LineStart();
}
