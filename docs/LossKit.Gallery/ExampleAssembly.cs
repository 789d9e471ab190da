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

    /// <summary>The loss and its derivatives at the points of the axis; curvatures are NaN if it has none.</summary>
    public LossCurve Walk(string factory, double[] at)
    {
        try
        {
            return Walk(Method(factory, "WalkWithCurvature"), at);
        }
        catch (Exception refusal) when (refusal is ArgumentException or NotSupportedException)
        {
            return Walk(Method(factory, "Walk"), at);
        }
    }

    private static LossCurve Walk(MethodInfo method, double[] at)
    {
        LossCurve curve = new(at, new double[at.Length], new double[at.Length], new double[at.Length]);
        method.CreateDelegate<Action<double[], double[], double[], double[]>>()(
            at, curve.Values, curve.Slopes, curve.Curvatures);
        return curve;
    }

    private MethodInfo Method(string factory, string name) => _assembly.GetType($"{factory}Example")!.GetMethod(name)!;

    private static string Line(Location location) =>
        location.SourceTree!.GetText().Lines[location.GetLineSpan().StartLinePosition.Line].ToString().Trim();
}

/// <summary>A loss along an axis.</summary>
/// <param name="At">Where.</param>
/// <param name="Values">The loss there.</param>
/// <param name="Slopes">Its derivative.</param>
/// <param name="Curvatures">Its second derivative; NaN if it has none.</param>
internal sealed record LossCurve(double[] At, double[] Values, double[] Slopes, double[] Curvatures);
