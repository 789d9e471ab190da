using LossKit;
using Toolbox;

namespace SurvivalAnalysis;

/// <summary>
/// The product over the days of the shares of strikes that went on, of those that were watched: nothing is fitted, and
/// production has no say. Kaplan and Meier, JASA 53, 1958.
/// </summary>
internal sealed class KaplanMeier() : Model("Kaplan–Meier", "#7f7f7f", numbers: 0)
{
    public override Fit Train(Strike[] strikes) => new(this, [], strikes, default);

    public override double Survival(Fit fit, float production, double day) =>
        fit.Strikes.Where(strike => strike.HasEnded && strike.Day <= day).GroupBy(strike => strike.Day).Aggregate(
            1.0,
            (share, ended) => share * (1 - (double)ended.Count() / fit.Strikes.Count(s => s.Day >= ended.Key)));

    protected override Cost AddGradient(Strike[] strikes, Trainable parameters) => default;
}
