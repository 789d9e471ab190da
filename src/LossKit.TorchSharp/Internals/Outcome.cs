namespace LossKit.TorchSharp.Internals;

/// <summary>What a forward pass has computed.</summary>
/// <param name="value">The loss, or the losses.</param>
/// <param name="gradients">With respect to each input that asked for one.</param>
internal sealed class Outcome(Tensor value, List<Tensor> gradients) : IDisposable
{
    public Tensor Value { get; } = value;

    public List<Tensor> Gradients { get; } = gradients;

    /// <summary>What the gradients have to be multiplied with: sums keep more digits in 16 bits than means.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>Where the losses lack an axis that the gradient has, if there are several losses.</summary>
    public long? Axis { get; init; }

    public void Dispose()
    {
        Value.Dispose();
        Gradients.ForEach(gradient => gradient.Dispose());
    }
}
