namespace LossKit.Analyzers;

/// <summary>Looks at compilations that have the library, at all others not.</summary>
public abstract class LibraryAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (Library.Of(start.Compilation) is Library library)
            {
                Start(start, library);
            }
        });
    }

    /// <summary>Registers what is looked at.</summary>
    private protected abstract void Start(CompilationStartAnalysisContext start, Library library);
}
