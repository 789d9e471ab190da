namespace LossKit.Analyzers;

/// <summary>Finds averages of the means of costs.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MeanOfMeansAnalyzer : LibraryAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.MeanOfMeans];

    /// <inheritdoc/>
    private protected override void Start(CompilationStartAnalysisContext start, Library library) =>
        start.RegisterOperationBlockAction(found =>
        {
            IOperation[] all = [.. found.OperationBlocks.SelectMany(block => block.DescendantsAndSelf())];
            foreach (IOperation operation in all)
            {
                if (IsAverage(operation, all, library) && !IsScale(operation, library))
                {
                    found.ReportDiagnostic(Diagnostic.Create(Rules.MeanOfMeans, operation.Syntax.GetLocation()));
                }
            }
        });

    private static bool IsAverage(IOperation operation, IOperation[] all, Library library) => operation switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide } quotient =>
            IsSumOfMeans(quotient.LeftOperand, quotient.RightOperand, all, library),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply } product =>
            IsShare(product.LeftOperand, product.RightOperand, library)
            || IsShare(product.RightOperand, product.LeftOperand, library),
        IInvocationOperation { TargetMethod.Name: "Average" } call => IsOfMeans(call, library),
        _ => false,
    };

    /// <summary>
    /// Whether a difference of two means is divided by it: a relative one compares, and averages nothing.
    /// </summary>
    private static bool IsScale(IOperation average, Library library) => average.Parent switch
    {
        IConversionOperation conversion => IsScale(conversion, library),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide } quotient when quotient.RightOperand == average =>
            quotient.LeftOperand.DescendantsAndSelf().OfType<IBinaryOperation>().Any(part =>
                part.OperatorKind == BinaryOperatorKind.Subtract
                && IsMean(part.LeftOperand, library)
                && IsMean(part.RightOperand, library)),
        _ => false,
    };

    /// <summary>Whether means are summed up, and divided by how many there are.</summary>
    private static bool IsSumOfMeans(IOperation sum, IOperation divisor, IOperation[] all, Library library)
    {
        sum = Plain(sum);
        int count = Means(sum, library);
        if (Constant.Number(Plain(divisor).ConstantValue) is double number)
        {
            return count > 1 && number == count;
        }

        // What is no whole number is no count: a quotient of two costs compares them.
        return IsWhole(Plain(divisor).Type) && (count > 1
            || (sum is IInvocationOperation { TargetMethod.Name: "Sum" } call && IsOfMeans(call, library))
            || (sum is ILocalReferenceOperation local && IsSummedUp(local.Local, all, library)));
    }

    /// <summary>Whether means are summed up, and multiplied by one over how many there are.</summary>
    private static bool IsShare(IOperation factor, IOperation sum, Library library) =>
        Constant.Number(Plain(factor).ConstantValue) is double share
        && Means(Plain(sum), library) is > 1 and int count
        && Math.Abs(share * count - 1) < 0.02;

    /// <summary>Of how many means, and of nothing else, it is the sum; 0 if it is not.</summary>
    private static int Means(IOperation operation, Library library) => Plain(operation) switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum =>
            Means(sum.LeftOperand, library) is > 0 and int left && Means(sum.RightOperand, library) is > 0 and int right
                ? left + right
                : 0,
        IOperation term => IsMean(term, library) ? 1 : 0,
    };

    private static bool IsMean(IOperation operation, Library library) => Plain(operation) switch
    {
        IPropertyReferenceOperation { Property.Name: "Mean" } mean => IsCost(mean.Property.ContainingType, library),
        IInvocationOperation { TargetMethod.Name: "MeanOr" } call => IsCost(call.TargetMethod.ContainingType, library),
        _ => false,
    };

    private static bool IsCost(ITypeSymbol type, Library library) =>
        library.Has(type, "Cost") || library.Has(type, "CostAggregator");

    /// <summary>Whether a sequence's operator is of means: those it selects, or those selected before.</summary>
    private static bool IsOfMeans(IInvocationOperation call, Library library) =>
        call.TargetMethod.ContainingNamespace?.ToDisplayString() == "System.Linq"
        && (call.Arguments.Length > 1
            ? IsMean(Returned(call.Arguments[1].Value), library)
            : call.Arguments.Length == 1
                && Plain(call.Arguments[0].Value) is IInvocationOperation { TargetMethod.Name: "Select" } select
                && IsOfMeans(select, library));

    /// <summary>What a lambda returns, if that is all it does.</summary>
    private static IOperation Returned(IOperation operation) => Plain(operation) switch
    {
        IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda }
            when lambda.Body.Operations.FirstOrDefault() is IReturnOperation { ReturnedValue: { } value } => value,
        IOperation other => other,
    };

    /// <summary>Whether a local has means added to it, and nothing else.</summary>
    private static bool IsSummedUp(ILocalSymbol local, IOperation[] all, Library library)
    {
        ICompoundAssignmentOperation[] added =
        [
            .. all.OfType<ICompoundAssignmentOperation>().Where(assigned =>
                assigned.Target is ILocalReferenceOperation target
                && SymbolEqualityComparer.Default.Equals(target.Local, local)),
        ];
        return added.Length > 0 && added.All(assigned =>
            assigned.OperatorKind == BinaryOperatorKind.Add && IsMean(assigned.Value, library));
    }

    private static IOperation Plain(IOperation operation) => operation switch
    {
        IConversionOperation conversion => Plain(conversion.Operand),
        ITranslatedQueryOperation query => Plain(query.Operation),
        _ => operation,
    };

    private static bool IsWhole(ITypeSymbol? type) =>
        type?.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_UInt64;
}
