using LossKit.MathNet;
using LossKit.Plots;
using MathNet.Numerics.LinearAlgebra;
using Spectre.Console;
using Toolbox;

namespace RobustRegression;

/// <summary>What is printed.</summary>
internal static class Report
{
    private const int PlotColumns = 66;
    private const int PlotRows = 15;

    public static void Introduction(Patients train, Patients test, int slips)
    {
        AnsiConsole.MarkupLine("[bold]Six losses, one linear model: what do a few gross errors do to it?[/]");
        AnsiConsole.WriteLine($"Diabetes: {train.Count} patients to train on, {test.Count} held out.");
        AnsiConsole.WriteLine($"In {slips} training targets the decimal point slips one place to the right.");
        AnsiConsole.WriteLine();
    }

    public static void Comparison(Result[] results, Patients test)
    {
        Table table = SampleConsole.Table(
            "fitted by", "MAE\nclean", "MAE\nslipped", "coefficients\nmoved by", "below\nclean", "below\nslipped");
        foreach (Result result in results)
        {
            table.AddRow(
                Colored(result, result.Regression.Name),
                $"{Result.MeanAbsoluteError(result.Clean, test):F1}",
                $"{Result.MeanAbsoluteError(result.Slipped, test):F1}",
                $"{100 * result.Drift:F0} %",
                $"{100 * Result.ShareBelow(result.Clean, test):F0} %",
                $"{100 * Result.ShareBelow(result.Slipped, test):F0} %");
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine("MAE: mean absolute error, held out. Below: share of the held-out patients not");
        AnsiConsole.WriteLine("above the prediction, which a quantile is to hit. Coefficients move more than");
        AnsiConsole.WriteLine("predictions, because some of the measurements are nearly collinear.");
    }

    public static void Drifts(Result[] results)
    {
        BarChart chart = new BarChart().Width(78).Label("[bold]coefficients moved by, %[/]").LeftAlignLabel();
        foreach (Result result in results)
        {
            chart.AddItem(
                result.Regression.Name,
                Math.Round(100 * result.Drift),
                AnsiConsole.Profile.Capabilities.Ansi ? Style.Parse(result.Regression.Color).Foreground : null);
        }

        AnsiConsole.WriteLine();
        AnsiConsole.Write(chart);
    }

    public static void Band(Result low, Result median, Result high, Patients test)
    {
        AnsiConsole.WriteLine();
        AnsiConsole.MarkupLine("[bold]Held-out patients ● in the order of their predicted median ─[/]");
        AnsiConsole.WriteLine(
            $"░ from {low.Regression.Name} to {high.Regression.Name}, fitted to the slipped targets.");
        AnsiConsole.WriteLine(BandPlot.Draw(
            Predictions(low), Predictions(median), Predictions(high), test.Progression, PlotColumns, PlotRows));

        Result[] results = [low, median, high];
        int[] order = [.. Enumerable.Range(0, test.Count).OrderBy(i => Predictions(median)[i])];
        string picture = LossPlot.Fan<double>(
            [0.1, 0.5, 0.9],
            [.. order.SelectMany(i => results.Select(result => Predictions(result)[i]))],
            [.. order.Select(i => test.Progression[i])],
            title: "Progression of diabetes, fitted to the slipped targets",
            x: "held-out patient, in the order of the predicted median",
            y: "progression after a year").Save(OutFolder.PathOf("progression.svg"));
        AnsiConsole.WriteLine($"Picture: {picture}");

        Vector<double> Predictions(Result result) => LinearModel.Predict(result.Slipped, test.Features);
    }

    /// <summary>Two sentences, made from the results.</summary>
    public static void Conclusion(Result[] results, Result baseline, Patients test)
    {
        Result best = results.MinBy(result => Result.MeanAbsoluteError(result.Slipped, test))!;
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine(
            $"With the slips, the held-out MAE of {baseline.Regression.Name} goes {FromTo(baseline)}.");
        AnsiConsole.WriteLine($"{best.Regression.Name} is best: {FromTo(best)}.");

        string FromTo(Result result) =>
            $"from {Result.MeanAbsoluteError(result.Clean, test):F1} "
            + $"to {Result.MeanAbsoluteError(result.Slipped, test):F1}";
    }

    private static string Colored(Result result, string text) => $"[{result.Regression.Color}]{text}[/]";
}
