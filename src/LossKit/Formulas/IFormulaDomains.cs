namespace LossKit.Formulas;

/// <summary>
/// What a formula of tuples or of groups may be given, if it says so: what <c>Checked()</c> refuses is the rest.
/// Numbers of which nothing is said have to be finite.
/// </summary>
public interface IFormulaDomains
{
    /// <summary>What prediction <paramref name="k"/> of an example, or each of a group, may be.</summary>
    Domain PredictionDomain(int k) => Domain.Reals;

    /// <summary>What target <paramref name="k"/> of an example, or each of a group, may be.</summary>
    Domain TargetDomain(int k) => Domain.Reals;
}
