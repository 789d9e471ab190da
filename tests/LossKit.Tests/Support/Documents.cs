using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace LossKit.Tests.Support;

/// <summary>A block of code on a page.</summary>
/// <param name="Page">The page.</param>
/// <param name="Line">The number of its first line.</param>
/// <param name="Code">The code.</param>
internal sealed record CodeBlock(string Page, int Line, string Code)
{
    public override string ToString() => $"{Page}:{Line}";
}

/// <summary>The README and the pages under docs where they stand: a new page is held to all that others are.</summary>
internal static partial class Documents
{
    /// <summary>Pages whose code is that of the library or of tests of their own, and no program.</summary>
    private static readonly string[] s_withoutPrograms = ["docs/architecture.md", "docs/analyzers.md"];

    public static string Root { get; } = FindRoot();

    /// <summary>The README, then the pages, by their paths from the root.</summary>
    public static IReadOnlyList<string> Pages { get; } =
    [
        "README.md",
        .. Directory.GetFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(page => !page.Contains("/_", StringComparison.Ordinal))      // what a site is built into
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Code that a new project can take as it stands.</summary>
    public static IReadOnlyList<CodeBlock> Programs { get; } =
        [.. Pages.Except(s_withoutPrograms).SelectMany(CodeOf)];

    public static bool Exists(string page) => File.Exists(Path.Combine(Root, page));

    public static string Text(string page) => File.ReadAllText(Path.Combine(Root, page)).ReplaceLineEndings("\n");

    public static IEnumerable<CodeBlock> CodeOf(string page)
    {
        string text = Text(page);
        return CSharp().Matches(text).Select(match => new CodeBlock(
            page, text.AsSpan(0, match.Groups[1].Index).Count('\n') + 1, match.Groups[1].Value));
    }

    private static string FindRoot([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));

    [GeneratedRegex("(?s)```csharp\n(.*?)```")]
    private static partial Regex CSharp();
}
