using Orleans;

namespace LossKit.Orleans.Serialization;

/// <summary>A <see cref="Cost"/> as Orleans writes it.</summary>
[GenerateSerializer, Immutable, Alias("LossKit.Cost")]
internal struct CostSurrogate
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
    public int Exponent;
}

/// <summary>Makes costs of what Orleans reads.</summary>
[RegisterConverter]
internal sealed class CostConverter : IConverter<Cost, CostSurrogate>
{
    public Cost ConvertFromSurrogate(in CostSurrogate surrogate)
    {
        Versions.Check(nameof(Cost), surrogate.Version, CostSurrogate.CurrentVersion);
        return new(
            new CompensatedSum(surrogate.Sum, surrogate.SumError),
            new CompensatedSum(surrogate.Weight, surrogate.WeightError),
            surrogate.Count,
            surrogate.Exponent);
    }

    public CostSurrogate ConvertToSurrogate(in Cost value) => new()
    {
        Version = CostSurrogate.CurrentVersion,
        Sum = value.SumParts.Sum,
        SumError = value.SumParts.Error,
        Weight = value.WeightParts.Sum,
        WeightError = value.WeightParts.Error,
        Count = value.Count,
        Exponent = value.Exponent,
    };
}
