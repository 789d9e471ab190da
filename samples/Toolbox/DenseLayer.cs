using System.Numerics.Tensors;

namespace Toolbox;

/// <summary>y = Wᵀx + b for each row x of a batch.</summary>
public sealed class DenseLayer
{
    private readonly int _inputs;
    private readonly int _outputs;

    public DenseLayer(int inputs, int outputs, Random random)
    {
        _inputs = inputs;
        _outputs = outputs;
        Weights = new(inputs * outputs);
        Biases = new(outputs);

        // He's start: what is behind a ReLU keeps its variance from layer to layer.
        double limit = Math.Sqrt(6.0 / inputs);
        foreach (ref float weight in Weights.Values.AsSpan())
        {
            weight = (float)(limit * (2 * random.NextDouble() - 1));
        }
    }

    /// <summary>Inputs × outputs: where each input pulls all outputs.</summary>
    public Trainable Weights { get; }

    public Trainable Biases { get; }

    public float[] Forward(ReadOnlySpan<float> inputs)
    {
        int rows = inputs.Length / _inputs;
        float[] outputs = new float[rows * _outputs];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> x = inputs.Slice(row * _inputs, _inputs);
            Span<float> y = outputs.AsSpan(row * _outputs, _outputs);
            Biases.Values.CopyTo(y);
            for (int i = 0; i < _inputs; i++)
            {
                TensorPrimitives.MultiplyAdd(Of(Weights.Values, i), x[i], y, y);
            }
        }

        return outputs;
    }

    /// <summary>The chain rule for what is learnt: ∂/∂W = x·gᵀ and ∂/∂b = g, summed over the rows.</summary>
    public void Accumulate(ReadOnlySpan<float> inputs, ReadOnlySpan<float> outputGradient)
    {
        Array.Clear(Weights.Gradient);
        Array.Clear(Biases.Gradient);
        for (int row = 0; row < inputs.Length / _inputs; row++)
        {
            ReadOnlySpan<float> x = inputs.Slice(row * _inputs, _inputs);
            ReadOnlySpan<float> g = outputGradient.Slice(row * _outputs, _outputs);
            TensorPrimitives.Add(Biases.Gradient, g, Biases.Gradient);
            for (int i = 0; i < _inputs; i++)
            {
                Span<float> ofInput = Of(Weights.Gradient, i);
                TensorPrimitives.MultiplyAdd(g, x[i], ofInput, ofInput);
            }
        }
    }

    /// <summary>The chain rule for what came in: ∂/∂x = W·g.</summary>
    public float[] PassBack(ReadOnlySpan<float> outputGradient)
    {
        int rows = outputGradient.Length / _outputs;
        float[] inputGradient = new float[rows * _inputs];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> g = outputGradient.Slice(row * _outputs, _outputs);
            for (int i = 0; i < _inputs; i++)
            {
                inputGradient[row * _inputs + i] = TensorPrimitives.Dot(Of(Weights.Values, i), g);
            }
        }

        return inputGradient;
    }

    private Span<float> Of(float[] weights, int input) => weights.AsSpan(input * _outputs, _outputs);
}
