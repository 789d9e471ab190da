using LossKit;
using Toolbox;

namespace SurvivalAnalysis;

/// <summary>
/// Cox: the chance to end on a day, if it has not before, is multiplied by the same factor every day. By how much, the
/// loss says; what the chance is at production 0 is counted afterwards, as Breslow did.
/// </summary>
internal sealed class CoxModel() : Model("Cox", "#1f77b4", numbers: 1)
{
    private static readonly CoxLoss<float> s_loss = Loss.Cox<float>(Ties.Efron);

    public override double Survival(Fit fit, float production, double day)
    {
        double hazard = fit.Strikes.Where(strike => strike.HasEnded && strike.Day <= day)
            .Sum(strike => 1 / fit.Strikes.Where(other => other.Day >= strike.Day).Sum(other => Factor(other)));
        return Math.Exp(-hazard * Factor(new(0, production)));

        double Factor(Strike strike) => Math.Exp(fit.Parameters[0] * strike.Production);
    }

    protected override Cost AddGradient(Strike[] strikes, Trainable parameters)
    {
        float[] risks = [.. strikes.Select(strike => parameters.Values[0] * strike.Production)];
        float[] gradient = new float[strikes.Length];
        Cost cost = s_loss.ValueAndGradient(
            new()
            {
                Risks = risks,
                Times = [.. strikes.Select(strike => (float)strike.Day)],
                Events = [.. strikes.Select(strike => strike.HasEnded ? 1 : 0)],
            },
            new() { Risks = gradient });
        for (int i = 0; i < strikes.Length; i++)
        {
            parameters.Gradient[0] += gradient[i] * strikes[i].Production;
        }

        return cost;
    }
}
