namespace CostSensitiveDiagnosis;

/// <summary>What wrong diagnoses cost, in units of one false alarm.</summary>
internal static class BusinessCost
{
    public const int MissedMalignancy = 10;
    public const int FalseAlarm = 1;
}
