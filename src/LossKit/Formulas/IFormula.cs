using System.Diagnostics.CodeAnalysis;

namespace LossKit.Formulas;

/// <summary>
/// What all formulas are: numbers in fields, which are their parameters. Losses ask for these by their names, to check
/// them and to say them in their own, so that a program that is trimmed or compiled ahead of time keeps them.
/// </summary>
/// <remarks>The interfaces of formulas derive from it; there is nothing to implement.</remarks>
[DynamicallyAccessedMembers(Fields)]
[SuppressMessage("Design", "CA1040", Justification = "What it is for is the attribute.")]
public interface IFormula
{
    internal const DynamicallyAccessedMemberTypes Fields =
        DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.NonPublicFields;
}
