namespace CostSensitiveDiagnosis;

/// <summary>How a model does on some patients: by the loss it was trained by, and by what counts.</summary>
internal sealed record Evaluation(double MeanLoss, int Patients, int MissedMalignancies, int FalseAlarms)
{
    public double Accuracy => 1 - (MissedMalignancies + FalseAlarms) / (double)Patients;

    public int Cost => BusinessCost.MissedMalignancy * MissedMalignancies + BusinessCost.FalseAlarm * FalseAlarms;

    public static Evaluation Of(LinearModel model, Objective objective, Patient[] patients)
    {
        double[] scores = new double[patients.Length];
        double[] targets = new double[patients.Length];
        model.Score(patients, scores);
        objective.FillTargets(patients, targets);

        int missed = 0;
        int falseAlarms = 0;
        for (int i = 0; i < patients.Length; i++)
        {
            bool saysMalignant = scores[i] > 0;
            missed += patients[i].IsMalignant && !saysMalignant ? 1 : 0;
            falseAlarms += !patients[i].IsMalignant && saysMalignant ? 1 : 0;
        }

        return new(objective.Loss.Value(scores, targets).Mean, patients.Length, missed, falseAlarms);
    }
}
