using LossKit;
using Toolbox;

namespace SurvivalAnalysis;

/// <summary>
/// An accelerated failure time: production makes all of a strike shorter or longer, by the same factor. It has
/// something to say of days that nobody watched.
/// </summary>
/// <param name="name">How it is called in reports.</param>
/// <param name="color">Of its name and its line.</param>
/// <param name="distribution">How the logarithm of the duration is distributed.</param>
/// <param name="survival">The same, as the share beyond so many deviations from its location.</param>
internal sealed class AcceleratedModel(
    string name, string color, SurvivalDistribution distribution, Func<double, double> survival)
    : Model(name, color, numbers: 3)
{
    private readonly TupleLoss<float> _loss = Loss.AftLocationScale<float>(distribution).Planar();

    public override int LastDay => 220;

    public override double Survival(Fit fit, float production, double day) => survival(
        (Math.Log(day) - Location(fit.Parameters, production)) / Math.Exp(fit.Parameters[2]));

    /// <summary>The usual duration: from far off, likelihoods are too steep to begin with.</summary>
    protected override void Start(Strike[] strikes, Span<float> parameters) =>
        parameters[0] = strikes.Average(strike => MathF.Log(strike.Day));

    protected override Cost AddGradient(Strike[] strikes, Trainable parameters)
    {
        // All locations, then all logarithms of the scale. A strike that has not ended will at a time up to infinity.
        float[] predictions =
        [
            .. strikes.Select(strike => Location(parameters.Values, strike.Production)),
            .. strikes.Select(_ => parameters.Values[2]),
        ];
        float[] times =
        [
            .. strikes.Select(strike => (float)strike.Day),
            .. strikes.Select(strike => strike.HasEnded ? strike.Day : float.PositiveInfinity),
        ];

        // The gradient takes the place of the predictions.
        Cost cost = _loss.ValueAndGradient(predictions, times, predictions);
        for (int i = 0; i < strikes.Length; i++)
        {
            parameters.Gradient[0] += predictions[i];
            parameters.Gradient[1] += predictions[i] * strikes[i].Production;
            parameters.Gradient[2] += predictions[strikes.Length + i];
        }

        return cost;
    }

    private static float Location(float[] parameters, float production) => parameters[0] + parameters[1] * production;
}
