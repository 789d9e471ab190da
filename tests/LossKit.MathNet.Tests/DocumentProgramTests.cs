using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;

namespace LossKit.MathNet.Tests;

/// <summary>
/// The code of the README, of the pages under docs and of the packages' READMEs compiles as it is printed, as in a new
/// console project, runs, and prints what it says that it prints.
/// </summary>
/// <remarks>
/// All blocks are compiled at once, each in a namespace of its own: a compilation for each takes a minute. Code of
/// packages that bring a native runtime is compiled and run by their own tests.
/// </remarks>
public sealed partial class DocumentProgramTests
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

    private static readonly string[] s_readmes = ["src/LossKit/README.md", "src/LossKit.MathNet/README.md"];

    private static readonly CodeBlock[] s_blocks =
    [
        .. Documents.Programs.Concat(s_readmes.Where(Documents.Exists).SelectMany(Documents.CodeOf))
            .Where(block => !OtherPackage().IsMatch(block.Code)),
    ];

    private static readonly Lazy<(Assembly? Assembly, string[] Diagnostics)> s_compiled = new(() => Compile(s_blocks));

    public static TheoryData<string> Programs =>
        new(s_blocks.Where(block => !FileName().IsMatch(block.Code)).Select(block => block.ToString()));

    [Fact]
    public void All_code_compiles_as_printed() => s_compiled.Value.Diagnostics.Should().BeEmpty();

    [Theory, MemberData(nameof(Programs))]
    public void A_program_runs_and_prints_what_it_says(string program)
    {
        s_compiled.Value.Assembly.Should().NotBeNull("all code is to compile");
        int index = Array.FindIndex(s_blocks, block => block.ToString() == program);
        string printed = Run(s_compiled.Value.Assembly!, s_blocks, index);
        foreach (Match said in Said().Matches(s_blocks[index].Code))
        {
            foreach (string part in said.Groups[1].Value.Split(
                "...", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                printed.Should().Contain(part);
            }
        }
    }

    [Fact]
    public void What_would_not_compile_in_a_new_project_is_told_with_its_page_and_line()
    {
        CodeBlock missing = new("page.md", 7, "using LossKit;\n\nCost cost = Loss.Hube<float>();\n");
        CodeBlock unused = new("other.md", 3, "int number = 3;\n");
        CodeBlock[] alone = [new("a.md", 1, "// Own.cs\npublic struct Own;\n"), new("a.md", 9, "Own own = new();\n")];
        Compile([missing]).Diagnostics.Should().ContainSingle().Which.Should().Match("page.md(9,*Hube*");
        Compile([unused]).Diagnostics.Should().ContainSingle().Which.Should().Match("other.md(3,*CS0219*");
        Compile(alone).Diagnostics.Should().Contain(error => error.StartsWith("a.md(9,", StringComparison.Ordinal));
    }

    [Fact]
    public void A_program_has_the_file_that_it_stands_beside()
    {
        CodeBlock[] blocks =
        [
            new("a.md", 1, "// Own.cs\npublic record struct Own(int Value);\n"),
            new("a.md", 9, """
                // Beside Own.cs
                int count = 0;
                Count();
                Console.WriteLine(new Own(count));
                void Count() => count++;
                """.ReplaceLineEndings("\n")),
        ];
        (Assembly? assembly, string[] diagnostics) = Compile(blocks);
        diagnostics.Should().BeEmpty();
        Run(assembly!, blocks, 1).Should().Contain("Own { Value = 1 }");
    }

    private static (Assembly? Assembly, string[] Diagnostics) Compile(CodeBlock[] blocks)
    {
        CSharpCompilation compilation = CSharpCompilation.Create(
            "documents",
            [
                CSharpSyntaxTree.ParseText(ImplicitUsings, s_language),
                .. blocks.Select((block, i) => CSharpSyntaxTree.ParseText(Wrap(blocks, i), s_language)),
            ],
            s_references,
            new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using MemoryStream image = new();
        EmitResult result = compilation.Emit(image);
        return (result.Success ? Assembly.Load(image.ToArray()) : null,
        [
            .. result.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
                .Select(diagnostic => diagnostic.ToString()),
        ]);
    }

    private static string Run(Assembly assembly, CodeBlock[] blocks, int index)
    {
        (TextWriter console, CultureInfo culture) = (Console.Out, CultureInfo.CurrentCulture);
        using StringWriter printed = new(CultureInfo.InvariantCulture);
        try
        {
            Console.SetOut(TextWriter.Synchronized(printed));
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            assembly.GetType($"{Namespace(blocks, index)}.Program")!
                .GetMethod("Main", BindingFlags.Static | BindingFlags.NonPublic)!.Invoke(null, null);
            return printed.ToString();
        }
        finally
        {
            Console.SetOut(console);
            CultureInfo.CurrentCulture = culture;
        }
    }

    /// <summary>The block with its statements in a method, since a compilation has one file of such at most.</summary>
    private static string Wrap(CodeBlock[] blocks, int index)
    {
        CodeBlock block = blocks[index];
        CompilationUnitSyntax unit = CSharpSyntaxTree.ParseText(block.Code, s_language).GetCompilationUnitRoot();
        GlobalStatementSyntax[] statements = [.. unit.Members.OfType<GlobalStatementSyntax>()];
        MemberDeclarationSyntax[] types = [.. unit.Members.Where(member => member is not GlobalStatementSyntax)];
        string main = statements.Length == 0 ? "" : $$"""
            internal static class Program
            {
                internal static void Main()
                {
            {{Lines(block, statements)}}
                }
            }

            """;
        return $"{unit.Usings.ToFullString()}\nnamespace {Namespace(blocks, index)};\n{main}{Lines(block, types)}";
    }

    /// <summary>Members as they are printed, with the place where they are for what the compiler says of them.</summary>
    private static string Lines(CodeBlock block, MemberDeclarationSyntax[] members)
    {
        if (members.Length == 0)
        {
            return "";
        }

        int line = block.Line + block.Code.AsSpan(0, members[0].FullSpan.Start).Count('\n');
        string code = string.Concat(members.Select(member => member.ToFullString()));
        return $"#line {line} \"{block.Page}\"\n{code}\n#line default\n";
    }

    /// <summary>
    /// That of a program lies within that of the file which it stands beside: it sees the types of this, and of no other.
    /// </summary>
    private static string Namespace(CodeBlock[] blocks, int index)
    {
        string own = $"Block{index}";
        Match beside = Beside().Match(blocks[index].Code);
        if (!beside.Success)
        {
            return own;
        }

        int file = Array.FindLastIndex(blocks, index, block => block.Page == blocks[index].Page
            && block.Code.StartsWith($"// {beside.Groups[1].Value}\n", StringComparison.Ordinal));
        file.Should().BeGreaterThanOrEqualTo(0, $"{blocks[index]} stands beside a file that is to come before it");
        return $"Block{file}.{own}";
    }

    // Not the packages of the tests, which a new project lacks.
    private static bool IsOfProject(string assembly) =>
        assembly is "LossKit" or "LossKit.MathNet" or "MathNet.Numerics" or "mscorlib" or "netstandard"
        || (assembly.StartsWith("System.", StringComparison.Ordinal) && assembly != "System.Management");

    [GeneratedRegex(@"using LossKit\.(?!MathNet|Formulas|Lanes|HalfPrecision)\w+;")]
    private static partial Regex OtherPackage();

    [GeneratedRegex(@"^// Beside (\w+\.cs)\n")]
    private static partial Regex Beside();

    [GeneratedRegex(@"^// \w+\.cs\n")]
    private static partial Regex FileName();

    /// <summary>What a line says that it prints; an ellipsis stands for anything.</summary>
    [GeneratedRegex(@"Console\.WriteLine\(.*\); *// (.+)")]
    private static partial Regex Said();
}
