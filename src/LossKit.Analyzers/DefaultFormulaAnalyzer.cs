namespace LossKit.Analyzers;

/// <summary>Finds formulas that are made without their parameters.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DefaultFormulaAnalyzer : LibraryAnalyzer
{
    private const int Most = 16;

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
        Dictionary<ITypeSymbol, bool> known = new(SymbolEqualityComparer.Default);
        if (Missing(found.Operation.Type, library, known) is IMethodSymbol constructor)
        {
            found.ReportDiagnostic(Diagnostic.Create(
                Rules.DefaultFormula,
                found.Operation.Syntax.GetLocation(),
                found.Operation.Type!.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat),
                string.Join(", ", constructor.Parameters.Select(parameter => $"'{parameter.Name}'"))));
        }
    }

    /// <summary>The constructor that ought to be called; null if a default is as good.</summary>
    private static IMethodSymbol? Missing(
        ITypeSymbol? type, Library library, Dictionary<ITypeSymbol, bool> known) => library.IsFormula(type)
        ? ((INamedTypeSymbol)type!).InstanceConstructors
            .Where(constructor => constructor.Parameters.Any(parameter => IsNeeded(parameter.Type, library, known)))
            .OrderBy(constructor => constructor.Parameters.Length)
            .FirstOrDefault()
        : null;

    /// <summary>
    /// A formula around another needs none if that one needs none. Choices have a default on purpose. Formulas may be
    /// made of their like, several times over, so that each is looked at once, and there is an end to how many are.
    /// </summary>
    private static bool IsNeeded(ITypeSymbol type, Library library, Dictionary<ITypeSymbol, bool> known)
    {
        if (!library.IsFormula(type))
        {
            return type is not ITypeParameterSymbol && type.TypeKind != TypeKind.Enum
                && type.SpecialType != SpecialType.System_Boolean;
        }

        if (!known.TryGetValue(type, out bool isNeeded) && known.Count < Most)
        {
            known[type] = false;
            isNeeded = Missing(type, library, known) is not null;
            known[type] = isNeeded;
        }

        return isNeeded;
    }
}
