using System.Runtime.CompilerServices;

namespace LossKit.Analyzers;

/// <summary>Finds formulas that do not become part of the loop.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FormulaShapeAnalyzer : LibraryAnalyzer
{
    private const MethodImplOptions Said = MethodImplOptions.AggressiveInlining | MethodImplOptions.NoInlining;

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [Rules.NotInlined, Rules.NotReadonly];

    /// <inheritdoc/>
    private protected override void Start(CompilationStartAnalysisContext start, Library library) =>
        start.RegisterSymbolAction(found => Look(found, library), SymbolKind.NamedType);

    private static void Look(SymbolAnalysisContext found, Library library)
    {
        INamedTypeSymbol type = (INamedTypeSymbol)found.Symbol;
        if (!library.IsFormula(type))
        {
            return;
        }

        if (!type.IsReadOnly)
        {
            found.ReportDiagnostic(Diagnostic.Create(Rules.NotReadonly, type.Locations[0], type.Name));
        }

        foreach (IMethodSymbol method in type.GetMembers().OfType<IMethodSymbol>())
        {
            if (library.IsOverLanes(method) && ((MethodImplOptions)method.MethodImplementationFlags & Said) == 0)
            {
                found.ReportDiagnostic(Diagnostic.Create(
                    Rules.NotInlined, method.Locations[0], $"{type.Name}.{method.Name.Split('.').Last()}"));
            }
        }
    }
}
