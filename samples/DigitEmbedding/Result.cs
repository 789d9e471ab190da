namespace DigitEmbedding;

/// <summary>What training by a loss led to.</summary>
/// <param name="Method">The loss.</param>
/// <param name="Before">What the untrained network makes of the held-out digits.</param>
/// <param name="After">What the trained one makes of them.</param>
/// <param name="Seconds">How long training took, accuracies left out.</param>
internal sealed record Result(Method Method, Snapshot Before, Snapshot After, double Seconds);
