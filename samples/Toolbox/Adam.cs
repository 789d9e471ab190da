namespace Toolbox;

/// <summary>
/// Steps against the running mean of the gradient, each number at its own pace: divided by the root of its running mean
/// square. Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015.
/// </summary>
public sealed class Adam(Trainable[] trainables)
{
    private const float MeanDecay = 0.9f;
    private const float SquareDecay = 0.999f;
    private const float Epsilon = 1e-8f;

    private readonly float[][] _means = [.. trainables.Select(trainable => new float[trainable.Values.Length])];
    private readonly float[][] _squares = [.. trainables.Select(trainable => new float[trainable.Values.Length])];
    private int _steps;

    public void Step(float learningRate)
    {
        // Running means start at 0 and would be too small at first.
        _steps++;
        float meanScale = 1 / (1 - MathF.Pow(MeanDecay, _steps));
        float squareScale = 1 / (1 - MathF.Pow(SquareDecay, _steps));
        for (int k = 0; k < trainables.Length; k++)
        {
            float[] values = trainables[k].Values;
            float[] gradient = trainables[k].Gradient;
            float[] means = _means[k];
            float[] squares = _squares[k];
            for (int i = 0; i < values.Length; i++)
            {
                means[i] += (1 - MeanDecay) * (gradient[i] - means[i]);
                squares[i] += (1 - SquareDecay) * (gradient[i] * gradient[i] - squares[i]);
                values[i] -= learningRate * meanScale * means[i] / (MathF.Sqrt(squareScale * squares[i]) + Epsilon);
            }
        }
    }
}
