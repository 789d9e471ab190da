using System.Collections.Concurrent;

namespace LossKit.Analyzers;

/// <summary>LossKit, as the compilation that is looked at knows it.</summary>
internal sealed class Library
{
    private const string Formulas = "LossKit.Formulas";

    private readonly INamedTypeSymbol _lane;
    private readonly ConcurrentDictionary<INamedTypeSymbol, bool> _isFormula = new(SymbolEqualityComparer.Default);

    private Library(INamedTypeSymbol lane) => _lane = lane;

    /// <summary>What a compilation knows; null if it does not have the library.</summary>
    public static Library? Of(Compilation compilation) =>
        compilation.GetTypeByMetadataName("LossKit.ILane`1") is INamedTypeSymbol lane ? new(lane) : null;

    /// <summary>Whether it is a type of the library with this name.</summary>
    public bool Has(ITypeSymbol? type, string name) =>
        type is not null && type.Name == name
        && SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, _lane.ContainingAssembly);

    /// <summary>Whether it is a formula of the library itself.</summary>
    public bool HasFormula(INamedTypeSymbol type) =>
        Has(type, type.Name) && type.ContainingNamespace.ToDisplayString() == Formulas;

    /// <summary>Whether it is the type parameter of a lane.</summary>
    public bool IsLane(ITypeSymbol? type) => type is ITypeParameterSymbol parameter
        && parameter.ConstraintTypes.OfType<INamedTypeSymbol>().Any(
            constraint => IsLaneInterface(constraint) || constraint.AllInterfaces.Any(IsLaneInterface));

    /// <summary>Whether it is a formula, or any other struct whose methods over lanes become part of a loop.</summary>
    public bool IsFormula(ITypeSymbol? type) => type is INamedTypeSymbol { TypeKind: TypeKind.Struct } named
        && _isFormula.GetOrAdd(named.OriginalDefinition, key => key.AllInterfaces.Any(IsOfFormulas));

    /// <summary>Whether the method is generic over a lane.</summary>
    public bool IsOverLanes(IMethodSymbol method) => method.TypeParameters.Any(IsLane);

    private bool IsLaneInterface(INamedTypeSymbol type) =>
        SymbolEqualityComparer.Default.Equals(type.OriginalDefinition, _lane);

    private bool IsOfFormulas(INamedTypeSymbol type) =>
        HasFormula(type.OriginalDefinition)
        && type.OriginalDefinition.GetMembers().OfType<IMethodSymbol>().Any(IsOverLanes);
}
