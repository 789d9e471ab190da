using System.Text.RegularExpressions;

namespace LossKit.Tests.Support;

/// <summary>The code of a package's README is that of the test beside this one, which compiles and runs.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void Every_block_of_code_is_that_of_the_example()
    {
        string example = Compact(Read("ReadmeExample.cs.txt"));
        string[] blocks = [.. CodeBlock().Matches(Read("README.md")).Select(match => match.Groups[1].Value)];
        blocks.Should().NotBeEmpty();
        foreach (string block in blocks)
        {
            example.Should().Contain(Compact(UsingLine().Replace(block, "")));
        }
    }

    private static string Read(string name) =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "readme", name)).ReplaceLineEndings("\n");

    private static string Compact(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    [GeneratedRegex("(?s)```csharp\n(.*?)```")]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"(?m)^using .*;\n")]
    private static partial Regex UsingLine();
}
