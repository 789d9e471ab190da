using Spectre.Console;

namespace CostSensitiveDiagnosis;

/// <summary>What is printed before and after training.</summary>
internal static class Report
{
    private const int PlotColumns = 27;
    private const int PlotRows = 3;

    public static void Introduction(Patient[] train, Patient[] test)
    {
        AnsiConsole.MarkupLine("[bold]Five losses, one linear model: who misses a malignancy?[/]");
        AnsiConsole.WriteLine(
            $"{train.Length} patients to train on, {test.Length} to test on, "
            + $"{test.Count(patient => patient.IsMalignant)} of them malignant.");
        AnsiConsole.WriteLine(
            $"{Training.Epochs} epochs, batches of {Training.BatchSize}, learning rate {Training.LearningRate}, "
            + $"L2 {Training.WeightDecay}.");
        AnsiConsole.WriteLine("A score > 0 says malignant.");
        AnsiConsole.WriteLine();
    }

    public static void Comparison(Result[] results)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("trained by");
        foreach (string header in (string[])
            ["train\nloss", "test\nloss", "test\naccuracy", "missed", "false\nalarms", "business\ncost"])
        {
            table.AddColumn(new TableColumn(header).RightAligned());
        }

        int lowest = results.Min(result => result.Test.Cost);
        foreach (Result result in results)
        {
            Evaluation test = result.Test;
            table.AddRow(
                Colored(result.Objective, result.Objective.Name),
                $"{result.Train.MeanLoss:F4}",
                $"{test.MeanLoss:F4}",
                $"{100 * test.Accuracy:F1} %",
                $"{test.MissedMalignancies}",
                $"{test.FalseAlarms}",
                test.Cost == lowest ? $"[bold]{test.Cost}[/]" : $"{test.Cost}");
        }

        AnsiConsole.WriteLine();
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine("A loss has its own unit: compare train and test, but not one row with another.");
        AnsiConsole.WriteLine(
            $"Business cost, test: {BusinessCost.MissedMalignancy} units per missed malignancy, "
            + $"{BusinessCost.FalseAlarm} per false alarm.");
    }

    public static void Curves(Result[] results)
    {
        Table table = new Table().Border(TableBorder.None);
        table.AddColumn("").AddColumn("[bold]training loss[/]").AddColumn("[bold]training business cost[/]");
        double highestCost = results.Max(result => result.Costs.Max());
        foreach (Result result in results)
        {
            table.AddRow(
                Colored(result.Objective, result.Objective.Name),
                Colored(result.Objective, Plot.Area(result.Losses, result.Losses[0], PlotColumns, PlotRows)),
                Colored(result.Objective, Plot.Area(result.Costs, highestCost, PlotColumns, PlotRows)));
            table.AddEmptyRow();
        }

        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine(
            $"Epochs 1 to {Training.Epochs}; at full height, the loss of the first epoch and {highestCost} units.");
        AnsiConsole.Write(table);
    }

    /// <summary>Two sentences, made from the results.</summary>
    public static void Conclusion(Result[] results, Objective baseline, Objective[] costSensitive)
    {
        int lowest = results.Min(result => result.Test.Cost);
        string[] winners =
            [.. results.Where(result => result.Test.Cost == lowest).Select(result => result.Objective.Name)];
        string has = winners.Length == 1 ? "has" : "share";

        Evaluation reference = TestOf(baseline);
        IEnumerable<string> effects = costSensitive.Select(objective => Effect(objective, TestOf(objective)));

        AnsiConsole.WriteLine(
            $"On the {reference.Patients} test patients, {string.Join(" and ", winners)} {has} "
            + $"the lowest business cost, {lowest} units. "
            + $"Against the {reference.Cost} units of {baseline.Name} ({Errors(reference)}), "
            + $"{string.Join(", and ", effects)}.");

        Evaluation TestOf(Objective objective) => results.First(result => result.Objective == objective).Test;

        string Effect(Objective objective, Evaluation test) => Math.Sign(test.Cost - reference.Cost) switch
        {
            < 0 => $"{objective.Name} lowers it to {test.Cost} ({Errors(test)})",
            0 => $"{objective.Name} does not lower it ({Errors(test)})",
            > 0 => $"{objective.Name} even raises it to {test.Cost} ({Errors(test)})",
        };
    }

    private static string Errors(Evaluation test) =>
        $"{test.MissedMalignancies} missed, {Count(test.FalseAlarms, "false alarm")}";

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";

    private static string Colored(Objective objective, string text) => $"[{objective.Color}]{text}[/]";
}
