namespace LossKit.LightGbm;

/// <summary>How a training stands after a round of boosting.</summary>
/// <param name="Number">The number of the round, from 1 on.</param>
/// <param name="Training">
/// The loss of the training data that this round's trees were grown against: that of the model before them.
/// </param>
/// <param name="Validation">The loss of the validation data after them; null without such data.</param>
/// <param name="Metrics">The metrics of the validation data after them, in the order they were given.</param>
/// <param name="Monitor">
/// What watches the training: its best round so far is <c>Monitor.Best.Step + 1</c>, and its verdicts say whether it
/// overfits.
/// </param>
public readonly record struct LightGbmRound(
    int Number, Cost Training, Cost? Validation, IReadOnlyList<Cost> Metrics, TrainingMonitor Monitor);
