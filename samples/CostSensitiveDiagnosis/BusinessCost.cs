using LossKit;

namespace CostSensitiveDiagnosis;

/// <summary>What diagnoses cost, in units of one false alarm: right ones nothing, a missed malignancy ten.</summary>
internal static class BusinessCost
{
    public const int MissedMalignancy = 10;
    public const int FalseAlarm = 1;

    public static DecisionCosts Decisions { get; } = new(FalseAlarm, MissedMalignancy);
}
