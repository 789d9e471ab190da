using LossKit;
using Toolbox;

namespace SurvivalAnalysis;

/// <summary>
/// Discrete time: in each ten days that a strike has reached it ends with a probability, whose log-odds are those of
/// these ten days, plus a part of production.
/// </summary>
internal sealed class HazardModel() : Model("discrete hazard", "#2ca02c", numbers: Intervals + 1)
{
    private const int DaysOfInterval = 10;
    private const int Intervals = Strike.LastDay / DaysOfInterval;

    private static readonly IntervalLoss<float> s_loss = Loss.DiscreteTimeHazard<float>(Intervals);

    public override double Survival(Fit fit, float production, double day)
    {
        // Within an interval the chance is spread evenly.
        double logarithm = Enumerable.Range(0, Intervals).Sum(k =>
            Math.Clamp(day / DaysOfInterval - k, 0, 1)
            * -Math.Log(1 + Math.Exp(fit.Parameters[k] + fit.Parameters[Intervals] * production)));
        return Math.Exp(logarithm);
    }

    protected override Cost AddGradient(Strike[] strikes, Trainable parameters)
    {
        float[] logits =
        [
            .. from strike in strikes
               from k in Enumerable.Range(0, Intervals)
               select parameters.Values[k] + parameters.Values[Intervals] * strike.Production,
        ];
        float[] gradient = new float[logits.Length];
        Cost cost = s_loss.ValueAndGradient(
            new()
            {
                Predictions = logits,
                Intervals = [.. strikes.Select(strike => (strike.Day - 1) / DaysOfInterval)],
                Events = [.. strikes.Select(strike => strike.HasEnded ? 1 : 0)],
            },
            new() { Predictions = gradient });
        for (int i = 0; i < logits.Length; i++)
        {
            parameters.Gradient[i % Intervals] += gradient[i];
            parameters.Gradient[Intervals] += gradient[i] * strikes[i / Intervals].Production;
        }

        return cost;
    }
}
