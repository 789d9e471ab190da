using System.Text.RegularExpressions;

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
        blocks.Should().HaveCount(3);
        sources.Should().HaveCount(3);
        blocks[0].Should().Be(Normalize(File.ReadAllText(Path.Combine(directory, "GettingStarted.cs.txt"))));
        foreach (string block in blocks)
        {
            sources.Should().Contain(source => source.Contains(block, StringComparison.Ordinal), block);
        }
    }

    /// <summary>Without indentation, which differs between a README and the inside of a method.</summary>
    private static string Normalize(string text) => LineStart().Replace(text.ReplaceLineEndings("\n"), "");

    [GeneratedRegex("(?s)```csharp\n(.*?)```")]
    private static partial Regex CodeBlock();

    [GeneratedRegex("(?m)^ +")]
    private static partial Regex LineStart();
}
