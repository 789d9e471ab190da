using LossKit;

namespace CostSensitiveBoosting;

/// <summary>What a method's scores lead to, if the decision is malignant from some score on.</summary>
/// <param name="Method">The method.</param>
/// <param name="Scores">Raw scores of all patients, each by the model that had not seen it.</param>
/// <param name="Threshold">The score: log-odds.</param>
internal sealed record Decisions(Method Method, double[] Scores, double Threshold)
{
    public const int MissedMalignancy = 10;
    public const int FalseAlarm = 1;

    /// <summary>In units of one false alarm.</summary>
    public static DecisionCosts Costs { get; } = new(FalseAlarm, MissedMalignancy);

    public PointwiseMetric<double> Business => Costs.AtThreshold<double>(Threshold);

    /// <summary>Each kind of error at a price of 1 is a count of them.</summary>
    public CostReport<double, double> Report(Patients patients)
    {
        CostReport<double, double> report = new(
            ("missed", new DecisionCosts(falsePositive: 0, falseNegative: 1).AtThreshold<double>(Threshold)),
            ("false alarms", new DecisionCosts(falsePositive: 1, falseNegative: 0).AtThreshold<double>(Threshold)),
            ("cost", Business));
        report.Add(Scores, patients.Malignant);
        return report;
    }

    public double[] PerPatient(Patients patients)
    {
        double[] costs = new double[patients.Count];
        Business.PerExample(Scores, patients.Malignant, costs);
        return costs;
    }
}
