namespace CostSensitiveDiagnosis;

/// <summary>The score w·x + b; above 0 it says malignant.</summary>
internal sealed class LinearModel(int featureCount)
{
    private readonly double[] _weights = new double[featureCount];
    private double _bias;

    public void Score(ReadOnlySpan<Patient> patients, Span<double> scores)
    {
        for (int i = 0; i < patients.Length; i++)
        {
            double[] features = patients[i].Features;
            double score = _bias;
            for (int j = 0; j < _weights.Length; j++)
            {
                score += _weights[j] * features[j];
            }

            scores[i] = score;
        }
    }

    /// <summary>
    /// One step against the gradient. The loss says how it changes with each score; by the chain rule it changes with
    /// weight j by that times feature j, summed over the patients.
    /// </summary>
    public void Descend(
        ReadOnlySpan<Patient> patients, ReadOnlySpan<double> scoreGradient, double learningRate, double weightDecay)
    {
        for (int j = 0; j < _weights.Length; j++)
        {
            _weights[j] -= learningRate * weightDecay * _weights[j];
        }

        for (int i = 0; i < patients.Length; i++)
        {
            double[] features = patients[i].Features;
            double step = learningRate * scoreGradient[i];
            for (int j = 0; j < _weights.Length; j++)
            {
                _weights[j] -= step * features[j];
            }

            _bias -= step;
        }
    }
}
