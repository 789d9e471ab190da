namespace LossKit;

/// <summary>What a <see cref="CostReport{T, TTarget}"/> has seen, to be sent to another process.</summary>
/// <param name="Version">
/// Which members there are, and what they mean: <see cref="CurrentVersion"/> of what is sent now. Another one is
/// refused.
/// </param>
/// <param name="Names">The names, in the order of the report.</param>
/// <param name="Costs">The cost of each, to the last bit.</param>
public sealed record CostReportState(int Version, IReadOnlyList<string> Names, IReadOnlyList<Cost> Costs)
{
    /// <summary>The version that this library writes and reads.</summary>
    public const int CurrentVersion = 1;
}
