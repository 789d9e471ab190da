using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LossKit.Gallery;

/// <summary>The examples of all pages, compiled as they are printed.</summary>
internal sealed class ExampleAssembly
{
    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.IO;
        using System.Linq;
        using LossKit;

        """;

    private readonly Assembly _assembly;

    public ExampleAssembly(IEnumerable<ExampleSource> examples)
    {
        CSharpCompilation compilation = CSharpCompilation.Create(
            "LossKit.Gallery.Examples",
            [
                .. examples.Select(example => CSharpSyntaxTree.ParseText(
                    Usings + example.Class, new CSharpParseOptions(LanguageVersion.Latest))),
            ],
            [
                .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                    .Where(path => Path.GetFileNameWithoutExtension(path) == "LossKit"
                        || Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
                    .Select(path => MetadataReference.CreateFromFile(path)),
            ],
            new(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        using MemoryStream stream = new();
        string[] errors =
        [
            .. compilation.Emit(stream).Diagnostics
                .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .Select(diagnostic => $"{diagnostic.GetMessage(null)} in: {Line(diagnostic.Location)}"),
        ];
        if (errors.Length > 0)
        {
            throw new InvalidOperationException($"Examples do not compile: {string.Join('\n', errors)}");
        }

        _assembly = Assembly.Load(stream.ToArray());
    }

    /// <summary>Runs the example, and returns what it prints.</summary>
    public string Run(string factory) => Method(factory, "Run").CreateDelegate<Func<string>>()().TrimEnd();

    /// <summary>The loss of the example along its slice, with a second derivative if the loss has one.</summary>
    public SliceLoss Loss(Factory factory, Slice slice)
    {
        string name = factory.Loss.ToString()!;
        Walk withCurvature = Method(factory.Name, "WalkWithCurvature").CreateDelegate<Walk>();
        try
        {
            withCurvature(slice.From, out _, out double curvature);
            if (!double.IsNaN(curvature))
            {
                return new SecondOrderSliceLoss(name, withCurvature, slice);
            }
        }
        catch (Exception refusal) when (refusal is ArgumentException or NotSupportedException)
        {
            // Some losses of a kind have second derivatives, and some say that they have none.
        }

        return new(name, Method(factory.Name, "Walk").CreateDelegate<Walk>(), slice);
    }

    private MethodInfo Method(string factory, string name) => _assembly.GetType($"{factory}Example")!.GetMethod(name)!;

    private static string Line(Location location) =>
        location.SourceTree!.GetText().Lines[location.GetLineSpan().StartLinePosition.Line].ToString().Trim();
}
