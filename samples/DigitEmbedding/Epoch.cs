using LossKit;

namespace DigitEmbedding;

/// <summary>How far training is.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Cost">Of the training digits, while the network was moving.</param>
/// <param name="Triplets">None, if the loss has no triplets.</param>
/// <param name="Accuracy">On the held-out digits, for the eye only: nothing is chosen by it.</param>
internal sealed record Epoch(int Number, Cost Cost, TripletCount Triplets, double Accuracy);
