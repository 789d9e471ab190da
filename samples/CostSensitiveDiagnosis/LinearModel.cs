using LossKit;

namespace CostSensitiveDiagnosis;

/// <summary>The score w·x + b; the higher, the more malignant.</summary>
internal sealed class LinearModel(int featureCount)
{
    // The weights, and the bias at the end.
    private readonly double[] _parameters = new double[featureCount + 1];
    private readonly double[] _gradient = new double[featureCount + 1];

    public void Score(ReadOnlySpan<Patient> patients, Span<double> scores)
    {
        for (int i = 0; i < patients.Length; i++)
        {
            double[] features = patients[i].Features;
            double score = _parameters[^1];
            for (int j = 0; j < features.Length; j++)
            {
                score += _parameters[j] * features[j];
            }

            scores[i] = score;
        }
    }

    /// <summary>
    /// One step against the gradient of the objective. The loss says how the cost changes with each score; by the chain
    /// rule it changes with weight j by that times feature j, summed over the patients. The penalty spares the bias.
    /// </summary>
    public void Descend(
        ReadOnlySpan<Patient> patients,
        ReadOnlySpan<double> scoreGradient,
        double learningRate,
        Penalty<double> penalty)
    {
        Array.Clear(_gradient);
        for (int i = 0; i < patients.Length; i++)
        {
            double[] features = patients[i].Features;
            for (int j = 0; j < features.Length; j++)
            {
                _gradient[j] += scoreGradient[i] * features[j];
            }

            _gradient[^1] += scoreGradient[i];
        }

        penalty.AddGradient(_parameters.AsSpan(..^1), _gradient.AsSpan(..^1));
        for (int j = 0; j < _parameters.Length; j++)
        {
            _parameters[j] -= learningRate * _gradient[j];
        }
    }
}
