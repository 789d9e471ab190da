using Orleans;

namespace LossKit.Orleans.Serialization;

/// <summary>A <see cref="CostReportState"/> as Orleans writes it.</summary>
[GenerateSerializer, Immutable, Alias("LossKit.CostReportState")]
internal struct CostReportStateSurrogate
{
    [Id(0)]
    public int Version;

    [Id(1)]
    public string[] Names;

    [Id(2)]
    public Cost[] Costs;
}

/// <summary>Makes states of what Orleans reads.</summary>
[RegisterConverter]
internal sealed class CostReportStateConverter : IConverter<CostReportState, CostReportStateSurrogate>
{
    public CostReportState ConvertFromSurrogate(in CostReportStateSurrogate surrogate)
    {
        Versions.Check(nameof(CostReportState), surrogate.Version, CostReportState.CurrentVersion);
        return new(surrogate.Version, surrogate.Names, surrogate.Costs);
    }

    public CostReportStateSurrogate ConvertToSurrogate(in CostReportState value) => new()
    {
        Version = value.Version,
        Names = [.. value.Names],
        Costs = [.. value.Costs],
    };
}
