using LossKit;

namespace SurvivalAnalysis;

/// <summary>How well a model does on strikes that it was not fitted to.</summary>
/// <param name="OfAll">The model, fitted to all strikes.</param>
/// <param name="Concordance">
/// The share of the pairs of strikes of which one is known to have ended first for which the model expects that, too;
/// ½ is a guess. Harrell et al., JAMA 247, 1982.
/// </param>
/// <param name="BrierScore">
/// The squared difference of the survival that was predicted, and 1 of what goes on or 0 of what has ended: the mean
/// over strikes and days. Graf et al., Statistics in Medicine 18, 1999, whose weights are all 1 as nothing is censored
/// before the last day.
/// </param>
internal sealed record Validation(Fit OfAll, double Concordance, double BrierScore)
{
    public const int Folds = 10;
    private const int FoldSeed = 1;
    private const int Days = Strike.LastDay - 1;

    /// <summary>Each strike is asked of a model that was fitted to the other folds.</summary>
    public static Validation Of(Model model, Strike[] strikes, Action<int, string> onFold)
    {
        int[] folds = [.. Enumerable.Range(0, strikes.Length).Select(i => i % Folds)];
        new Random(FoldSeed).Shuffle(folds);
        double[][] survivals = new double[strikes.Length][];
        for (int fold = 0; fold < Folds; fold++)
        {
            Fit fit = model.Train([.. strikes.Where((_, i) => folds[i] != fold)]);
            foreach (int i in Enumerable.Range(0, strikes.Length).Where(i => folds[i] == fold))
            {
                survivals[i] = [.. Enumerable.Range(1, Days).Select(day => fit.Survival(strikes[i].Production, day))];
            }

            onFold(fold + 1, fit.Cost.Count > 0 ? $"mean loss {fit.Cost.Mean:F4}" : "nothing to fit");
        }

        double[] days = [.. strikes.Select(strike => (double)strike.Day)];
        int[] ended = [.. strikes.Select(strike => strike.HasEnded ? 1 : 0)];

        // Who is expected to go on for longer is at a lower risk.
        Cost concordance = Loss.ConcordanceIndex<double>().Value(
            new() { Risks = [.. survivals.Select(survival => -survival.Sum())], Times = days, Events = ended });
        Cost brier = Loss.IntegratedBrierScore<double>().Value(new()
        {
            Survival = [.. survivals.SelectMany(survival => survival)],
            Grid = [.. Enumerable.Range(1, Days).Select(day => (double)day)],
            Times = days,
            Events = ended,
            Censoring = KaplanMeier.OfCensoring<double>(days, ended),
        });
        return new(model.Train(strikes), concordance.Mean, brier.Mean);
    }
}
