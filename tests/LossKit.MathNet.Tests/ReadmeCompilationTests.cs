using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace LossKit.MathNet.Tests;

/// <summary>The code of the READMEs compiles as it is printed, as in a new console project, and runs.</summary>
public sealed partial class ReadmeCompilationTests
{
    // What <ImplicitUsings> of a new console project adds.
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions s_language = new(LanguageVersion.Latest);

    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => IsOfProject(Path.GetFileNameWithoutExtension(path)))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    public static TheoryData<string, int> Blocks
    {
        get
        {
            TheoryData<string, int> blocks = [];
            foreach (string file in (string[])["LossKit.md", "Core.md", "README.md"])
            {
                for (int i = 0; i < BlocksOf(file).Length; i++)
                {
                    blocks.Add(file, i);
                }
            }

            return blocks;
        }
    }

    [Fact]
    public void Every_block_of_code_is_found()
    {
        BlocksOf("LossKit.md").Should().HaveCountGreaterThan(10);
        BlocksOf("Core.md").Should().HaveCountGreaterThan(2);
        BlocksOf("README.md").Should().HaveCountGreaterThan(0);
    }

    [Theory, MemberData(nameof(Blocks))]
    public void A_block_compiles_as_printed_and_runs(string file, int index)
    {
        string[] blocks = BlocksOf(file);
        List<string> sources = [ImplicitUsings, blocks[index]];
        Match beside = Beside().Match(blocks[index]);
        if (beside.Success)
        {
            sources.Add(blocks.Take(index).Single(
                block => block.StartsWith($"// {beside.Groups[1].Value}\n", StringComparison.Ordinal)));
        }

        bool isProgram = !FileName().IsMatch(blocks[index]);
        CSharpCompilation compilation = CSharpCompilation.Create(
            $"readme{index}",
            sources.Select(source => CSharpSyntaxTree.ParseText(source, s_language)),
            s_references,
            new(
                isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable));
        using MemoryStream image = new();
        EmitResult result = compilation.Emit(image);
        result.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Should().BeEmpty();
        result.Success.Should().BeTrue();
        if (isProgram)
        {
            MethodInfo main = Assembly.Load(image.ToArray()).EntryPoint!;
            main.Invoke(null, main.GetParameters().Length == 0 ? null : [Array.Empty<string>()]);
        }
    }

    private static string[] BlocksOf(string file) =>
    [
        .. CodeBlock()
            .Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "readme", file)).ReplaceLineEndings("\n"))
            .Select(match => match.Groups[1].Value),
    ];

    // Not the packages of the tests, which a new project lacks.
    private static bool IsOfProject(string assembly) =>
        assembly is "LossKit" or "LossKit.MathNet" or "MathNet.Numerics" or "mscorlib" or "netstandard"
        || (assembly.StartsWith("System.", StringComparison.Ordinal) && assembly != "System.Management");

    [GeneratedRegex("(?s)```csharp\n(.*?)```")]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"^// Beside (\w+\.cs)\n")]
    private static partial Regex Beside();

    [GeneratedRegex(@"^// \w+\.cs\n")]
    private static partial Regex FileName();
}
