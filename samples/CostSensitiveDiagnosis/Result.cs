using LossKit;

namespace CostSensitiveDiagnosis;

/// <summary>What training by a loss led to.</summary>
/// <param name="Candidate">The loss.</param>
/// <param name="Losses">The mean training loss of each epoch, while the model was moving.</param>
/// <param name="Costs">The business cost on the training patients after each epoch.</param>
/// <param name="Monitor">What it says of both.</param>
/// <param name="Train">The final model on the patients it was trained on.</param>
/// <param name="Test">The final model on the patients it has never seen.</param>
/// <param name="TestScores">Its score of each of them.</param>
/// <param name="TestTargets">What is true of each of them, as the loss takes it.</param>
/// <param name="Threshold">The cheapest threshold on the training patients.</param>
/// <param name="TestAtThreshold">The final model on the test patients, deciding by that threshold.</param>
internal sealed record Result(
    Candidate Candidate,
    double[] Losses,
    double[] Costs,
    TrainingMonitor Monitor,
    CostReport<double, double> Train,
    CostReport<double, double> Test,
    double[] TestScores,
    double[] TestTargets,
    double Threshold,
    CostReport<double, double> TestAtThreshold);
