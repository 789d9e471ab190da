using LossKit;

namespace CostSensitiveDiagnosis;

/// <summary>
/// The probabilities of a model that was trained on logits, as they are and by a temperature. The temperature of each
/// half of the test patients is fitted on the other half: none is judged by what it has been fitted on.
/// </summary>
internal sealed class Calibration
{
    /// <summary>Some twenty patients to a bin.</summary>
    private const int Bins = 10;

    public Calibration(Result result)
    {
        Candidate = result.Candidate;
        (double[] Logits, double[] Targets)[] halves = [Half(result, 0), Half(result, 1)];
        CalibrationAggregator before = new(Bins, CalibrationBins.EqualCount);
        CalibrationAggregator after = new(Bins, CalibrationBins.EqualCount);
        PointwiseMetric<double> business =
            BusinessCost.Decisions.AtThreshold<double>(BusinessCost.Decisions.CalibratedThreshold);
        foreach (((double[] logits, double[] targets), (double[] fitLogits, double[] fitTargets)) in
            halves.Zip(halves.Reverse()))
        {
            TemperatureScaling scaling = TemperatureScaling.Fit<double>(fitLogits, fitTargets);
            Temperatures.Add(scaling.Temperature);
            double[] scaled = new double[logits.Length];
            double[] raw = new double[logits.Length];
            scaling.Apply<double>(logits, scaled);
            Link.Logit.Invert<double>(logits, raw);
            Link.Logit.Invert<double>(scaled, scaled);
            before.AddProbabilities<double>(raw, targets);
            after.AddProbabilities<double>(scaled, targets);
            Brier.Add(Loss.SquaredError<double>(), raw, scaled, targets);
            Business.Add(business, raw, scaled, targets);
        }

        Before = before.Table();
        After = after.Table();
    }

    public Candidate Candidate { get; }

    /// <summary>That of each half, fitted on the other.</summary>
    public List<double> Temperatures { get; } = [];

    public ReliabilityTable Before { get; }

    public ReliabilityTable After { get; }

    /// <summary>The squared errors of the probabilities, before and after.</summary>
    public PairedComparison Brier { get; } = new();

    /// <summary>What decisions cost by the threshold for calibrated probabilities, before and after.</summary>
    public PairedComparison Business { get; } = new();

    /// <summary>Every other patient, so that both halves have as many malignant ones.</summary>
    private static (double[] Logits, double[] Targets) Half(Result result, int which)
    {
        return (Every(result.TestScores), Every(result.TestTargets));

        double[] Every(double[] numbers) => [.. numbers.Where((_, i) => i % 2 == which)];
    }
}
