namespace LossKit.Analyzers;

/// <summary>Finds formulas that are made without their parameters.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DefaultFormulaAnalyzer : LibraryAnalyzer
{
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
    private static IMethodSymbol? Missing(ITypeSymbol? type, Library library) => library.IsFormula(type)
        ? ((INamedTypeSymbol)type!).InstanceConstructors
            .Where(constructor => constructor.Parameters.Any(parameter => IsNeeded(parameter.Type, library)))
            .OrderBy(constructor => constructor.Parameters.Length)
            .FirstOrDefault()
        : null;

    /// <summary>
    /// A formula around another needs none if that one needs none. Choices have a default on purpose.
    /// </summary>
    private static bool IsNeeded(ITypeSymbol type, Library library) => library.IsFormula(type)
        ? Missing(type, library) is not null
        : type is not ITypeParameterSymbol && type.TypeKind != TypeKind.Enum
            && type.SpecialType != SpecialType.System_Boolean;
}
