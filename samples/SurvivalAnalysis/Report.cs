using LossKit;
using LossKit.Plots;
using Spectre.Console;
using Toolbox;

namespace SurvivalAnalysis;

/// <summary>What is printed and drawn.</summary>
internal static class Report
{
    /// <summary>A day that nobody watched, of which some models speak nevertheless.</summary>
    private const int LateDay = 120;

    public static void Introduction(Strike[] strikes)
    {
        AnsiConsole.MarkupLine("[bold]How long does a strike last?[/]");
        AnsiConsole.WriteLine(
            $"{strikes.Length} strikes, watched for {Strike.LastDay} days; "
            + $"{strikes.Count(strike => !strike.HasEnded)} went on and are censored there.");
        AnsiConsole.WriteLine(
            "What is known of each is industrial production, which has "
            + $"{strikes.Select(strike => strike.Production).Distinct().Count()} different values.");
        AnsiConsole.WriteLine();
    }

    public static void Comparison(Validation[] results)
    {
        Table table = SampleConsole.Table(
            "model", "concordance\nindex", "integrated\nBrier score", "median day\nat −0.05", "median day\nat +0.05");
        foreach (Validation result in results)
        {
            table.AddRow(
                result.OfAll.Model.Markup,
                result.OfAll.Model is CountedModel ? "–" : $"{result.Concordance:F3}",
                $"{result.BrierScore:F4}",
                Median(result.OfAll, -1),
                Median(result.OfAll, 1));
        }

        AnsiConsole.WriteLine();
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(
            $"Index and score: each strike by a model that was fitted without it, in {Validation.Folds} folds.");
        AnsiConsole.WriteLine("An index of 0.5 is a guess. Median day: at most half of the strikes last longer,");
        AnsiConsole.WriteLine("if production is so much less or more than was to be expected.");
    }

    public static string Curves(Validation[] results, Strike[] strikes)
    {
        // Nobody is censored who was asked again later.
        double[] durations = [.. strikes.Select(strike => (double)strike.Duration)];
        int[] ended = [.. strikes.Select(_ => 1)];
        return LossPlot.Survival(
            [
                .. results.Select(result => result.OfAll).Select(fit => CurveOf(fit, strikes)),
                SurvivalCurve.Of("counted later", KaplanMeier.Of<double>(durations, ended)),
            ],
            "Strikes that go on: counted, and the mean over all strikes by each model",
            "day").Save(OutFolder.PathOf("survival.svg"));
    }

    /// <summary>A few sentences, made from the results.</summary>
    public static void Conclusion(Validation[] results, Strike[] strikes, string picture)
    {
        Validation counted = results.Single(result => result.OfAll.Model is CountedModel);
        Validation best = results.Except([counted]).MinBy(result => result.BrierScore)!;
        Fit cox = results.Single(result => result.OfAll.Model is CoxModel).OfAll;
        double change = best.BrierScore / counted.BrierScore - 1;
        double factor = Math.Exp(cox.Parameters[0]);
        AnsiConsole.WriteLine();
        AnsiConsole.MarkupLine(
            $"Of those that are fitted, {best.OfAll.Model.Markup} has the least Brier score,");
        AnsiConsole.WriteLine(
            $"{Math.Abs(change):P1} {(change < 0 ? "below" : "above")} Kaplan–Meier's.");
        AnsiConsole.MarkupLine(
            $"By {cox.Model.Markup} the chance to end is {factor:F2} times as high if production is {Strike.Step} higher.");
        AnsiConsole.WriteLine(
            $"No model saw a day after {Strike.LastDay}. "
            + $"Beyond day {LateDay} went on {Lasting(strikes, LateDay):P1} of the strikes:");
        foreach (Fit fit in results.Select(result => result.OfAll).Where(fit => fit.Model.LastDay > LateDay))
        {
            AnsiConsole.MarkupLine($"{fit.Model.Markup} says {Mean(fit, strikes, LateDay):P1}.");
        }

        AnsiConsole.WriteLine($"Picture: {picture}");
    }

    private static string Median(Fit fit, float production)
    {
        int day = Enumerable.Range(1, fit.Model.LastDay).FirstOrDefault(day => fit.Survival(production, day) <= 0.5);
        return day == 0 ? $"> {fit.Model.LastDay}" : $"{day}";
    }

    private static SurvivalCurve CurveOf(Fit fit, Strike[] strikes)
    {
        int[] days = [.. Enumerable.Range(1, fit.Model.LastDay)];
        return SurvivalCurve.Of<double>(
            fit.Model.Name, [.. days.Select(day => (double)day)], [.. days.Select(day => Mean(fit, strikes, day))]);
    }

    private static double Mean(Fit fit, Strike[] strikes, int day) =>
        strikes.Average(strike => fit.Survival(strike.Production, day));

    private static double Lasting(Strike[] strikes, int day) =>
        (double)strikes.Count(strike => strike.Duration > day) / strikes.Length;
}
