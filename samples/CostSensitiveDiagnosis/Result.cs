namespace CostSensitiveDiagnosis;

/// <summary>What training by a loss led to.</summary>
/// <param name="Objective">The loss.</param>
/// <param name="Losses">The mean training loss of each epoch, while the model was moving.</param>
/// <param name="Costs">The business cost on the training patients after each epoch.</param>
/// <param name="Train">The final model on the patients it was trained on.</param>
/// <param name="Test">The final model on the patients it has never seen.</param>
internal sealed record Result(
    Objective Objective, double[] Losses, double[] Costs, Evaluation Train, Evaluation Test);
