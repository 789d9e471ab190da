namespace LossKit.Analyzers;

/// <summary>Finds branches of formulas on what differs from example to example.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LaneBranchAnalyzer : LibraryAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.LaneBranch];

    /// <inheritdoc/>
    private protected override void Start(CompilationStartAnalysisContext start, Library library) =>
        start.RegisterOperationBlockAction(found =>
        {
            if (found.OwningSymbol is IMethodSymbol method
                && library.IsFormula(method.ContainingType)
                && method.TypeParameters.FirstOrDefault(library.IsLane) is ITypeParameterSymbol lane)
            {
                Look(found, library, lane.Name);
            }
        });

    private static void Look(OperationBlockAnalysisContext found, Library library, string lane)
    {
        IOperation[] all = [.. found.OperationBlocks.SelectMany(block => block.DescendantsAndSelf())];
        HashSet<ISymbol>? read = null;
        foreach (IOperation operation in all)
        {
            if (Condition(operation) is IOperation condition)
            {
                read ??= ReadOffLanes(all, library);
                if (DependsOnLane(condition, library, read))
                {
                    found.ReportDiagnostic(Diagnostic.Create(
                        Rules.LaneBranch, condition.Syntax.GetLocation(), lane));
                }
            }
        }
    }

    private static IOperation? Condition(IOperation operation) => operation switch
    {
        IConditionalOperation conditional => conditional.Condition,
        ISwitchOperation statement => statement.Value,
        ISwitchExpressionOperation expression => expression.Value,
        IWhileLoopOperation loop => loop.Condition,
        IForLoopOperation loop => loop.Condition,
        _ => null,
    };

    /// <summary>The locals that hold something read off a lane, however many steps away.</summary>
    private static HashSet<ISymbol> ReadOffLanes(IOperation[] all, Library library)
    {
        HashSet<ISymbol> read = new(SymbolEqualityComparer.Default);
        int before;
        do
        {
            before = read.Count;
            foreach (IOperation operation in all)
            {
                (ISymbol? local, IOperation? value) = operation switch
                {
                    IVariableDeclaratorOperation { Initializer: { } initializer } declared =>
                        (declared.Symbol, initializer.Value),
                    IAssignmentOperation { Target: ILocalReferenceOperation target } assigned =>
                        (target.Local, assigned.Value),
                    _ => ((ISymbol?)null, (IOperation?)null),
                };
                if (local is not null && DependsOnLane(value!, library, read))
                {
                    read.Add(local);
                }
            }
        }
        while (read.Count > before);

        return read;
    }

    // What is constant, as nameof is, depends on nothing.
    private static bool DependsOnLane(IOperation operation, Library library, HashSet<ISymbol> read) =>
        !operation.ConstantValue.HasValue
        && (library.IsLane(operation.Type)
            || (operation is ILocalReferenceOperation local && read.Contains(local.Local))
            || operation.ChildOperations.Any(part => DependsOnLane(part, library, read)));
}
