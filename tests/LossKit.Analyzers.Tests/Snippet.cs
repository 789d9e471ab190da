using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace LossKit.Analyzers.Tests;

/// <summary>
/// A piece of code as a user writes it, compiled against the library, in which analyzers look for something.
/// </summary>
internal static partial class Snippet
{
    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using System.Runtime.CompilerServices;
        using LossKit;
        using LossKit.Formulas;

        """;

    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileNameWithoutExtension(path) is "LossKit" or "netstandard"
                || Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private static readonly ImmutableArray<DiagnosticAnalyzer> s_analyzers = All<DiagnosticAnalyzer>(typeof(Rules));

    private static readonly ImmutableArray<CodeFixProvider> s_fixes = All<CodeFixProvider>(typeof(Fix));

    public static ImmutableArray<DiagnosticDescriptor> Rules { get; } =
        [.. s_analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics)];

    /// <summary>
    /// What <paramref name="marked"/> has between [| and |] is found, by this rule, and nothing else; errors of the
    /// compiler are as many as <paramref name="errors"/>.
    /// </summary>
    /// <returns>What was said of each.</returns>
    public static async Task<string[]> Finds(string rule, string marked, params string[] errors)
    {
        (string code, TextSpan[] spans) = Read(marked);
        using AdhocWorkspace workspace = new();
        Document document = In(workspace, code);
        ImmutableArray<Diagnostic> found = await Found(document);
        Errors(await document.GetSemanticModelAsync()).Should().Equal(errors, code);
        found.Select(one => (one.Id, At(code, one.Location.SourceSpan)))
            .Should().Equal(spans.Select(span => (rule, At(code, span))), code);
        return [.. found.Select(one => one.GetMessage(null))];
    }

    /// <summary>As <see cref="Finds"/>, of what might be followed without end.</summary>
    public static Task FindsInTime(string rule, string marked, params string[] errors) =>
        Task.Run(() => Finds(rule, marked, errors)).WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Nothing is found there.</summary>
    public static Task Passes(string code) => Finds("", code);

    /// <summary>What is found becomes <paramref name="expected"/>, which compiles and has nothing to find.</summary>
    public static async Task Becomes(string rule, string marked, string expected, params string[] errors)
    {
        await Finds(rule, marked, errors);
        using AdhocWorkspace workspace = new();
        Document document = In(workspace, Read(marked).Code);
        for (int times = 0; await Found(document) is [var first, ..]; times++)
        {
            times.Should().BeLessThan(10, "each fix ought to leave less to find");
            document = await Fixed(document, first);
        }

        string changed = (await document.GetTextAsync()).ToString();
        changed[Usings.Length..].Should().Be(expected);
        Errors(await document.GetSemanticModelAsync()).Should().BeEmpty(changed);
    }

    /// <summary>Nothing is offered to fix it.</summary>
    public static async Task HasNoFix(string rule, string marked, params string[] errors)
    {
        await Finds(rule, marked, errors);
        using AdhocWorkspace workspace = new();
        Document document = In(workspace, Read(marked).Code);
        foreach (Diagnostic one in await Found(document))
        {
            (await Offered(document, one)).Should().BeEmpty();
        }
    }

    private static async Task<Document> Fixed(Document document, Diagnostic found)
    {
        CodeAction action = (await Offered(document, found)).Should().ContainSingle().Subject;
        ImmutableArray<CodeActionOperation> operations = await action.GetOperationsAsync(CancellationToken.None);
        return operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;
    }

    private static async Task<List<CodeAction>> Offered(Document document, Diagnostic found)
    {
        List<CodeAction> offered = [];
        foreach (CodeFixProvider fix in s_fixes.Where(fix => fix.FixableDiagnosticIds.Contains(found.Id)))
        {
            await fix.RegisterCodeFixesAsync(
                new(document, found, (action, _) => offered.Add(action), CancellationToken.None));
        }

        return offered;
    }

    private static async Task<ImmutableArray<Diagnostic>> Found(Document document)
    {
        Compilation compilation = (await document.Project.GetCompilationAsync())!;
        CompilationWithAnalyzers withAnalyzers = compilation.WithAnalyzers(
            s_analyzers,
            new CompilationWithAnalyzersOptions(
                new([]),
                // What an analyzer throws is a finding, AD0001. The driver would swallow what is thrown from here.
                onAnalyzerException: null,
                concurrentAnalysis: true,
                logAnalyzerExecutionTime: false));
        return [.. (await withAnalyzers.GetAnalyzerDiagnosticsAsync()).OrderBy(one => one.Location.SourceSpan.Start)];
    }

    private static Document In(AdhocWorkspace workspace, string code) => workspace
        .AddProject(ProjectInfo.Create(
            ProjectId.CreateNewId(),
            VersionStamp.Default,
            "Snippet",
            "Snippet",
            LanguageNames.CSharp,
            compilationOptions: new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable),
            parseOptions: new CSharpParseOptions(LanguageVersion.Latest),
            metadataReferences: s_references))
        .AddDocument("Snippet.cs", SourceText.From(code));

    private static IEnumerable<string> Errors(SemanticModel? model) => model!.GetDiagnostics()
        .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
        .Select(diagnostic => diagnostic.Id)
        .Distinct();

    private static (string Code, TextSpan[] Spans) Read(string marked)
    {
        List<TextSpan> spans = [];
        int removed = 0;
        foreach (Match mark in Mark().Matches(Usings + marked))
        {
            spans.Add(new(mark.Index - removed, mark.Length - 4));
            removed += 4;
        }

        return (Mark().Replace(Usings + marked, "$1"), [.. spans]);
    }

    private static string At(string code, TextSpan span) =>
        $"{span.Start - Usings.Length}: {code.Substring(span.Start, span.Length)}";

    private static ImmutableArray<TPart> All<TPart>(Type ofAssembly) =>
    [
        .. ofAssembly.Assembly.GetExportedTypes()
            .Where(type => typeof(TPart).IsAssignableFrom(type) && !type.IsAbstract)
            .Select(type => (TPart)Activator.CreateInstance(type)!),
    ];

    [GeneratedRegex(@"(?s)\[\|(.*?)\|\]")]
    private static partial Regex Mark();
}
