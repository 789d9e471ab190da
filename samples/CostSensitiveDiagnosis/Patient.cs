namespace CostSensitiveDiagnosis;

/// <summary>What was measured, and what it turned out to be.</summary>
internal sealed record Patient(double[] Features, bool IsMalignant);
