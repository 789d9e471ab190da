using LossKit;
using Toolbox;

namespace SurvivalAnalysis;

/// <summary>
/// The product over the days of the shares of strikes that went on, of those that were watched: nothing is fitted, and
/// production has no say. Kaplan and Meier, JASA 53, 1958.
/// </summary>
internal sealed class CountedModel() : Model("Kaplan–Meier", "#7f7f7f", numbers: 0)
{
    public override Fit Train(Strike[] strikes) => new(this, [], strikes, default);

    public override double Survival(Fit fit, float production, double day) => KaplanMeier.Of<float>(
        [.. fit.Strikes.Select(strike => (float)strike.Day)],
        [.. fit.Strikes.Select(strike => strike.HasEnded ? 1 : 0)]).At(day);

    protected override Cost AddGradient(Strike[] strikes, Trainable parameters) => default;
}
