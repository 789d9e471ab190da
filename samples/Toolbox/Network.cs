using System.Numerics.Tensors;

namespace Toolbox;

/// <summary>Two dense layers with a ReLU between them.</summary>
public sealed class Network(int inputs, int hidden, int outputs, Random random)
{
    private readonly DenseLayer _first = new(inputs, hidden, random);
    private readonly DenseLayer _second = new(hidden, outputs, random);
    private float[] _inputs = [];
    private float[] _hidden = [];
    private float[] _hiddenGradient = [];

    public Trainable[] Trainables => [_first.Weights, _first.Biases, _second.Weights, _second.Biases];

    public float[] Forward(float[] inputs)
    {
        _inputs = inputs;
        _hidden = _first.Forward(inputs);
        TensorPrimitives.Max(_hidden, 0, _hidden);
        return _second.Forward(_hidden);
    }

    /// <summary>From the gradient of the last outputs to that of everything that is learnt.</summary>
    public void Backward(ReadOnlySpan<float> outputGradient)
    {
        _second.Accumulate(_hidden, outputGradient);
        _hiddenGradient = _second.PassBack(outputGradient);
        for (int i = 0; i < _hiddenGradient.Length; i++)
        {
            _hiddenGradient[i] = _hidden[i] > 0 ? _hiddenGradient[i] : 0;
        }

        _first.Accumulate(_inputs, _hiddenGradient);
    }

    /// <summary>The gradient of what came in; after <see cref="Backward"/>.</summary>
    public float[] InputGradient() => _first.PassBack(_hiddenGradient);
}
