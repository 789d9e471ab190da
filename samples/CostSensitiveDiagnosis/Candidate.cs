using LossKit;

namespace CostSensitiveDiagnosis;

/// <summary>A loss to train by, with the target it expects for a benign patient: a malignant one is 1 to all.</summary>
internal sealed record Candidate(string Name, string Color, PointwiseLoss<double> Loss, double BenignTarget = 0)
{
    public void FillTargets(ReadOnlySpan<Patient> patients, Span<double> targets)
    {
        for (int i = 0; i < patients.Length; i++)
        {
            targets[i] = patients[i].IsMalignant ? 1 : BenignTarget;
        }
    }

    /// <summary>The loss it was trained by beside what counts, deciding malignant from a score on.</summary>
    public CostReport<double, double> Evaluate(LinearModel model, Patient[] patients, double threshold = 0)
    {
        // Each kind of error at a price of 1 is a count of them.
        CostReport<double, double> report = new(
            ("loss", Loss),
            ("errors", new DecisionCosts(falsePositive: 1, falseNegative: 1).AtThreshold<double>(threshold)),
            ("missed", new DecisionCosts(falsePositive: 0, falseNegative: 1).AtThreshold<double>(threshold)),
            ("false alarms", new DecisionCosts(falsePositive: 1, falseNegative: 0).AtThreshold<double>(threshold)),
            ("business cost", BusinessCost.Decisions.AtThreshold<double>(threshold)));
        (double[] scores, double[] targets) = ScoresAndTargets(model, patients);
        report.Add(scores, targets);
        return report;
    }

    /// <summary>The score from which on the diagnosis "malignant" is cheapest for some patients.</summary>
    public double BestThreshold(LinearModel model, Patient[] patients)
    {
        (double[] scores, double[] targets) = ScoresAndTargets(model, patients);
        return BusinessCost.Decisions.BestThreshold<double>(scores, targets).Threshold;
    }

    public (double[] Scores, double[] Targets) ScoresAndTargets(LinearModel model, Patient[] patients)
    {
        double[] scores = new double[patients.Length];
        double[] targets = new double[patients.Length];
        model.Score(patients, scores);
        FillTargets(patients, targets);
        return (scores, targets);
    }
}
