using Spectre.Console;
using Toolbox;

namespace ProbabilisticForecast;

/// <summary>What is printed.</summary>
internal static class Report
{
    public static void Introduction(CarbonDioxide series, int split)
    {
        AnsiConsole.MarkupLine("[bold]How much carbon dioxide will there be, and how sure is that?[/]");
        AnsiConsole.WriteLine(
            $"Mauna Loa, {series.Weeks} weeks, {series.Values.Count(float.IsNaN)} of them not measured; "
            + $"held out are {series.Weeks - split}, from");
        AnsiConsole.WriteLine(
            $"{series.Days[split]:yyyy-MM-dd} on. Forecasts are 1 to {Question.FarthestHorizon} weeks ahead.");
        AnsiConsole.WriteLine(
            $"{Question.Features} inputs, {Training.HiddenUnits} ReLUs, {Training.Rounds} rounds of "
            + $"{Training.StepsOfRound} batches of {Training.BatchSize}, Adam.");
        AnsiConsole.WriteLine();
    }

    public static void Calibration(Forecast[] forecasts)
    {
        Table table = SampleConsole.Table(
            "at most the quantile", [.. Method.Quantiles.Select(quantile => $"{quantile:P0}"), "off by"]);
        foreach (Forecast forecast in forecasts)
        {
            table.AddRow([
                forecast.Name,
                .. forecast.Coverages.Select(coverage => $"{coverage:P1}"),
                $"{forecast.Miscalibration:P1}",
            ]);
        }

        AnsiConsole.WriteLine();
        AnsiConsole.MarkupLine(
            "[bold]Calibration[/]: which share of the held-out values was at most the quantile?");
        AnsiConsole.Write(table);
    }

    public static void Sharpness(Forecast[] forecasts)
    {
        Table table = SampleConsole.Table(
            "in ppm", "width\nof 50 %", "width\nof 90 %", "interval\nscore", "pinball\nloss");
        foreach (Forecast forecast in forecasts)
        {
            table.AddRow(
                forecast.Name,
                $"{forecast.Width(1, 3):F3}",
                $"{forecast.Width(0, 4):F3}",
                $"{forecast.IntervalScore:F3}",
                $"{forecast.PinballLoss:F4}");
        }

        AnsiConsole.WriteLine();
        AnsiConsole.MarkupLine("[bold]Sharpness[/]: how wide are the intervals? Both scores weigh width and misses.");
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine("Years before: quantiles of the changes in training between the same two weeks.");
    }

    /// <summary>A few sentences, made from the results.</summary>
    public static void Conclusion(
        Forecast[] trained, Forecast baseline, CarbonDioxide series, int split, string picture)
    {
        Forecast best = trained.MinBy(forecast => forecast.PinballLoss)!;
        Forecast honest = trained.MinBy(forecast => forecast.Miscalibration)!;
        double change = best.PinballLoss / baseline.PinballLoss - 1;
        AnsiConsole.WriteLine();
        AnsiConsole.MarkupLine($"Of the trained ones, {best.Name} has the least pinball loss,");
        AnsiConsole.MarkupLine(
            $"{Math.Abs(change):P1} {(change < 0 ? "less" : "more")} than {baseline.Name}.");
        AnsiConsole.MarkupLine(
            $"Best calibrated of them is {honest.Name}, {honest.Miscalibration:P1} off in the mean:");
        AnsiConsole.WriteLine(
            $"what is to hold 90 % of the values holds {honest.Coverages[4] - honest.Coverages[0]:P1}.");
        AnsiConsole.WriteLine(
            $"In the mean CO₂ rose by {series.YearlyChange(CarbonDioxide.WeeksOfYear, split):F2} ppm a year "
            + $"until the held-out weeks, in them by {series.YearlyChange(split, series.Weeks):F2}.");
        AnsiConsole.WriteLine(
            $"A week is asked for up to {Question.FarthestHorizon} times, and weeks in a row are alike:");
        AnsiConsole.WriteLine($"{honest.Targets.Length} forecasts tell far less than as many independent ones.");
        AnsiConsole.WriteLine($"Picture: {picture}");
    }
}
