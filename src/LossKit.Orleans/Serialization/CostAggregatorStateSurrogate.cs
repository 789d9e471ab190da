using Orleans;

namespace LossKit.Orleans.Serialization;

/// <summary>A <see cref="CostAggregatorState"/> as Orleans writes it.</summary>
[GenerateSerializer, Immutable, Alias("LossKit.CostAggregatorState")]
internal struct CostAggregatorStateSurrogate
{
    public const int CurrentVersion = 1;

    [Id(0)]
    public int Version;

    [Id(1)]
    public double Sum;

    [Id(2)]
    public double SumError;

    [Id(3)]
    public double Weight;

    [Id(4)]
    public double WeightError;

    [Id(5)]
    public long Count;

    [Id(6)]
    public long Batches;

    [Id(7)]
    public long? FirstNonFiniteBatch;

    [Id(8)]
    public int Exponent;
}

/// <summary>Makes states of what Orleans reads.</summary>
[RegisterConverter]
internal sealed class CostAggregatorStateConverter : IConverter<CostAggregatorState, CostAggregatorStateSurrogate>
{
    public CostAggregatorState ConvertFromSurrogate(in CostAggregatorStateSurrogate surrogate)
    {
        Versions.Check(
            nameof(CostAggregatorState), surrogate.Version, CostAggregatorStateSurrogate.CurrentVersion);
        return new(
            surrogate.Sum,
            surrogate.SumError,
            surrogate.Weight,
            surrogate.WeightError,
            surrogate.Count,
            surrogate.Batches,
            surrogate.FirstNonFiniteBatch,
            surrogate.Exponent);
    }

    public CostAggregatorStateSurrogate ConvertToSurrogate(in CostAggregatorState value) => new()
    {
        Version = CostAggregatorStateSurrogate.CurrentVersion,
        Sum = value.Sum,
        SumError = value.SumError,
        Weight = value.Weight,
        WeightError = value.WeightError,
        Count = value.Count,
        Batches = value.Batches,
        FirstNonFiniteBatch = value.FirstNonFiniteBatch,
        Exponent = value.Exponent,
    };
}
