namespace TorchSharpTraining;

/// <summary>What training by a loss led to, on the held-out patients of each split.</summary>
/// <param name="Candidate">The loss.</param>
/// <param name="AtZero">Deciding malignant from a logit of 0 on.</param>
/// <param name="AtCheapest">
/// Deciding by the threshold that is cheapest if the logits are those of true probabilities.
/// </param>
/// <param name="Seconds">How long training took.</param>
internal sealed record Result(Candidate Candidate, Outcome[] AtZero, Outcome[] AtCheapest, double Seconds);

/// <summary>What decisions led to.</summary>
/// <param name="Missed">Malignancies that were missed.</param>
/// <param name="FalseAlarms">Patients who were alarmed for nothing.</param>
/// <param name="Cost">The price of both.</param>
internal readonly record struct Outcome(double Missed, double FalseAlarms, double Cost);
