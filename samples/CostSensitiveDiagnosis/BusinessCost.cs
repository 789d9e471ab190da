using LossKit;

namespace CostSensitiveDiagnosis;

/// <summary>What diagnoses cost, in units of one false alarm: right ones nothing, a missed malignancy ten.</summary>
internal static class BusinessCost
{
    public const int MissedMalignancy = 10;
    public const int FalseAlarm = 1;

    public static DecisionCosts Decisions { get; } = new(FalseAlarm, MissedMalignancy);

    /// <summary>No cost is lower than 0, and a change by one false alarm is one patient's, and no trend.</summary>
    public static Metric Metric { get; } = new("business cost", Better.Lower) { Bound = 0, Resolution = FalseAlarm };
}
