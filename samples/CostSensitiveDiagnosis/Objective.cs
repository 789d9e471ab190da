using LossKit;

namespace CostSensitiveDiagnosis;

/// <summary>A loss to train by, with the target it expects for a benign patient: a malignant one is 1 to all.</summary>
internal sealed record Objective(string Name, string Color, ILoss<double, double> Loss, double BenignTarget = 0)
{
    public void FillTargets(ReadOnlySpan<Patient> patients, Span<double> targets)
    {
        for (int i = 0; i < patients.Length; i++)
        {
            targets[i] = patients[i].IsMalignant ? 1 : BenignTarget;
        }
    }
}
