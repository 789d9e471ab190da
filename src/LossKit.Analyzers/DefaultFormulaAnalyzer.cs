namespace LossKit.Analyzers;

/// <summary>Finds formulas that are made without their parameters.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DefaultFormulaAnalyzer : LibraryAnalyzer
{
    private const int Deepest = 8;

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.DefaultFormula];

    /// <inheritdoc/>
    private protected override void Start(CompilationStartAnalysisContext start, Library library)
    {
        start.RegisterOperationAction(found => Look(found, library), OperationKind.DefaultValue);
        start.RegisterOperationAction(
            found =>
            {
                if (((IObjectCreationOperation)found.Operation).Constructor is { IsImplicitlyDeclared: true })
                {
                    Look(found, library);
                }
            },
            OperationKind.ObjectCreation);
    }

    private static void Look(OperationAnalysisContext found, Library library)
    {
        if (Missing(found.Operation.Type, library) is IMethodSymbol constructor)
        {
            found.ReportDiagnostic(Diagnostic.Create(
                Rules.DefaultFormula,
                found.Operation.Syntax.GetLocation(),
                found.Operation.Type!.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat),
                string.Join(", ", constructor.Parameters.Select(parameter => $"'{parameter.Name}'"))));
        }
    }

    /// <summary>The constructor that ought to be called; null if a default is as good.</summary>
    private static IMethodSymbol? Missing(ITypeSymbol? type, Library library, int depth = 0) => library.IsFormula(type)
        ? ((INamedTypeSymbol)type!).InstanceConstructors
            .Where(constructor => constructor.Parameters.Any(parameter => IsNeeded(parameter.Type, library, depth)))
            .OrderBy(constructor => constructor.Parameters.Length)
            .FirstOrDefault()
        : null;

    /// <summary>
    /// A formula around another needs none if that one needs none. Choices have a default on purpose. Formulas may be
    /// made of their like, so that there is an end to how deep is looked.
    /// </summary>
    private static bool IsNeeded(ITypeSymbol type, Library library, int depth) => library.IsFormula(type)
        ? depth < Deepest && Missing(type, library, depth + 1) is not null
        : type is not ITypeParameterSymbol && type.TypeKind != TypeKind.Enum
            && type.SpecialType != SpecialType.System_Boolean;
}
