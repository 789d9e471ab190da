namespace TorchSharpTraining;

/// <summary>A loss of logits to train by.</summary>
internal sealed record Candidate(string Name, Loss<Tensor, Tensor, Tensor> Loss);
