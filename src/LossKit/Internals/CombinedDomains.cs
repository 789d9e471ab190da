namespace LossKit.Internals;

/// <summary>What the numbers of a loss that is made of others may be.</summary>
internal sealed class CombinedDomains(Domain[] predictions, Domain[] targets) : IFormulaDomains
{
    public Domain PredictionDomain(int k) => predictions[k];

    public Domain TargetDomain(int k) => targets[k];
}
