using System.Globalization;

namespace LossKit.Analyzers;

/// <summary>Finds targets 0 of losses of margins, and targets −1 of cross-entropies.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TargetCodingAnalyzer : LibraryAnalyzer
{
    private const string AsSpan = "AsSpan";

    /// <summary>What a loss takes as targets.</summary>
    internal enum Coding
    {
        /// <summary>Nothing that is looked at here.</summary>
        Any,

        /// <summary>−1 and +1.</summary>
        Signs,

        /// <summary>[0, 1].</summary>
        Probabilities,
    }

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.TargetCoding];

    /// <inheritdoc/>
    private protected override void Start(CompilationStartAnalysisContext start, Library library) =>
        start.RegisterOperationAction(
            found => Look(found, (IInvocationOperation)found.Operation, library), OperationKind.Invocation);

    /// <summary>What a formula takes, by its name: its facts are known when it runs only.</summary>
    internal static Coding Of(string formula) => formula switch
    {
        "Margin" or "HingeEmbedding" => Coding.Signs,
        "BinaryCrossEntropy" or "BinaryCrossEntropyLogits" or "BinaryFocalLogits" or "AsymmetricMultilabel"
            or "QualityFocal" or "Varifocal" or "ProbabilityCrossEntropy" or "JensenShannonDivergence"
            or "KLDivergence" or "ZeroOneTargets" => Coding.Probabilities,
        _ => Coding.Any,
    };

    private static void Look(OperationAnalysisContext found, IInvocationOperation call, Library library)
    {
        if (call.Instance is null
            || call.Arguments.FirstOrDefault(argument => argument.Parameter?.Name is "targets" or "target")
                is not IArgumentOperation targets
            || LossType(call.Instance) is not INamedTypeSymbol loss
            || !library.Has(loss, "PointwiseLoss")
            || loss.TypeArguments.ElementAtOrDefault(1) is not INamedTypeSymbol formula)
        {
            return;
        }

        Coding coding = Of(formula, library);
        if (coding == Coding.Any || Wrong(targets.Value, coding) is not IOperation wrong)
        {
            return;
        }

        string number = Convert.ToString(wrong.ConstantValue.Value, CultureInfo.InvariantCulture);
        bool areSigns = coding == Coding.Signs;
        found.ReportDiagnostic(Diagnostic.Create(
            Rules.TargetCoding,
            wrong.Syntax.GetLocation(),
            formula.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat),
            areSigns ? "-1 and +1" : "in [0, 1]",
            number,
            areSigns ? "write -1, or take the loss WithZeroOneTargets()" : "write 0"));
    }

    /// <summary>
    /// The modifiers that leave targets alone have their formula's, those that change them have any. A sum has those
    /// of its first part.
    /// </summary>
    private static Coding Of(INamedTypeSymbol formula, Library library) => !library.HasFormula(formula) ? Coding.Any
        : Of(formula.Name) is var coding and not Coding.Any ? coding
        : formula.Name is "Scaled" or "Clipped" or "ClassWeighted" or "LabelSmoothed" or "HessianFloor" or "Asymmetric"
            or "Sum" && formula.TypeArguments[0] is INamedTypeSymbol inner
            ? Of(inner, library)
        : Coding.Any;

    /// <summary>The type of the loss as it was made, also where a variable of a more general type holds it.</summary>
    private static ITypeSymbol? LossType(IOperation loss)
    {
        // Code that is being written may declare a variable by itself, or two by one another.
        HashSet<ISymbol> followed = new(SymbolEqualityComparer.Default);
        IOperation made = Plain(loss);
        while (made is ILocalReferenceOperation local
            && followed.Add(local.Local)
            && Initial(local) is IOperation initial)
        {
            made = Plain(initial);
        }

        return made.Type;
    }

    /// <summary>The first of the targets that is of the other coding, if they can be seen; null if none is.</summary>
    private static IOperation? Wrong(IOperation targets, Coding coding)
    {
        IOperation plain = Plain(targets);
        bool isDirect = plain is not ILocalReferenceOperation;
        if (plain is ILocalReferenceOperation local)
        {
            if (Initial(local) is not IOperation initial)
            {
                return null;
            }

            plain = Plain(initial);
        }

        IReadOnlyList<IOperation> numbers = plain switch
        {
            IArrayCreationOperation { Initializer.ElementValues: var values } => values,
            ICollectionExpressionOperation { Elements: var values } => values,
            { ConstantValue.HasValue: true } => [plain],
            _ => [],
        };
        double wrong = coding == Coding.Signs ? 0 : -1;
        double?[] seen = [.. numbers.Select(Number)];

        // A variable of zeros alone may be filled later.
        return seen.All(number => number == wrong || number == 1) && (isDirect || seen.Contains(1))
            ? numbers.FirstOrDefault(number => Number(number) == wrong)
            : null;
    }

    private static double? Number(IOperation operation) => Constant.Number(operation.ConstantValue);

    /// <summary>What a local was declared with, if nothing that is done with it may change that.</summary>
    private static IOperation? Initial(ILocalReferenceOperation reference)
    {
        IOperation root = reference;
        while (root.Parent is IOperation parent)
        {
            root = parent;
        }

        IOperation[] all = [.. root.Descendants()];
        return all.OfType<ILocalReferenceOperation>().Any(use => Is(use.Local) && MayChange(use))
            ? null
            : all.OfType<IVariableDeclaratorOperation>().FirstOrDefault(declared => Is(declared.Symbol))
                ?.Initializer?.Value;

        bool Is(ILocalSymbol local) => SymbolEqualityComparer.Default.Equals(local, reference.Local);
    }

    private static bool MayChange(ILocalReferenceOperation use) =>
        IsWritten(use) || ((use.Type is IArrayTypeSymbol || use.Type?.Name == "Span") && !IsOnlyRead(use));

    private static bool IsWritten(IOperation place) => place.Parent switch
    {
        IAssignmentOperation assigned => assigned.Target == place,
        ITupleOperation tuple => IsWritten(tuple),
        IArgumentOperation argument => argument.Parameter?.RefKind is RefKind.Ref or RefKind.Out,
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declared } =>
            declared.Symbol.RefKind == RefKind.Ref,
        IIncrementOrDecrementOperation or IAddressOfOperation => true,
        _ => false,
    };

    /// <summary>
    /// Whether an array is used to read from: as a read-only span, or one of its elements. Another variable that holds
    /// it, and a method that it is passed to, may write into it.
    /// </summary>
    private static bool IsOnlyRead(IOperation array) => array.Parent switch
    {
        IConversionOperation conversion => conversion.Type?.Name == "ReadOnlySpan" || IsOnlyRead(conversion),
        IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: AsSpan } span } => IsOnlyRead(span),
        IArrayElementReferenceOperation or IPropertyReferenceOperation => !IsWritten(array.Parent),
        IForEachLoopOperation loop => loop.Locals.All(local => local.RefKind != RefKind.Ref),
        _ => false,
    };

    /// <summary>Without conversions, to spans too.</summary>
    private static IOperation Plain(IOperation operation) => operation switch
    {
        IConversionOperation conversion => Plain(conversion.Operand),
        IInvocationOperation { TargetMethod.Name: AsSpan, Arguments.Length: 1 } span =>
            Plain(span.Arguments[0].Value),
        _ => operation,
    };
}
