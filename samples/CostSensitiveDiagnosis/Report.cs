using LossKit;
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

        double lowest = results.Min(result => result.Test["business cost"].Sum);
        foreach (Result result in results)
        {
            CostReport<double, double> test = result.Test;
            double cost = test["business cost"].Sum;
            table.AddRow(
                Colored(result.Candidate, result.Candidate.Name),
                $"{result.Train["loss"].Mean:F4}",
                $"{test["loss"].Mean:F4}",
                $"{100 * (1 - test["errors"].Mean):F1} %",
                $"{test["missed"].Sum}",
                $"{test["false alarms"].Sum}",
                cost == lowest ? $"[bold]{cost}[/]" : $"{cost}");
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
                Colored(result.Candidate, result.Candidate.Name),
                Colored(result.Candidate, Plot.Area(result.Losses, result.Losses[0], PlotColumns, PlotRows)),
                Colored(result.Candidate, Plot.Area(result.Costs, highestCost, PlotColumns, PlotRows)));
            table.AddEmptyRow();
        }

        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine(
            $"Epochs 1 to {Training.Epochs}; at full height, the loss of the first epoch and {highestCost} units.");
        AnsiConsole.Write(table);
    }

    /// <summary>Whether the loss was worth following, and whether another threshold would have done.</summary>
    public static void Decisions(Result[] results)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("trained by")
            .AddColumn("in the last 20 epochs of training")
            .AddColumn(new TableColumn("cheapest\nthreshold").RightAligned())
            .AddColumn(new TableColumn("cost\nby it").RightAligned());
        foreach (Result result in results)
        {
            table.AddRow(
                Colored(result.Candidate, result.Candidate.Name),
                result.Monitor.Verdicts.ToString().ToLowerInvariant(),
                $"{result.Threshold:F2}",
                $"{result.TestAtThreshold["business cost"].Sum}");
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(
            "Misaligned: the training loss falls, the business cost does not. The threshold is the cheapest on the "
            + "training patients, its cost that on the test patients.");
        double probability = BusinessCost.Decisions.CalibratedThreshold;
        AnsiConsole.WriteLine(
            $"Were the probabilities of cross-entropy exact, it would be {Link.Logit.Apply(probability):F2}: "
            + $"a probability of {probability:F3}.");
        AnsiConsole.WriteLine();
    }

    /// <summary>Two sentences, made from the results.</summary>
    public static void Conclusion(Result[] results, Candidate baseline, Candidate[] costSensitive)
    {
        double lowest = results.Min(result => result.Test["business cost"].Sum);
        string[] winners =
        [
            .. results.Where(result => result.Test["business cost"].Sum == lowest)
                .Select(result => result.Candidate.Name),
        ];
        string has = winners.Length == 1 ? "has" : "share";

        CostReport<double, double> reference = TestOf(baseline);
        double referenceCost = reference["business cost"].Sum;
        IEnumerable<string> effects = costSensitive.Select(candidate => Effect(candidate, TestOf(candidate)));

        AnsiConsole.WriteLine(
            $"On the {reference["loss"].Count} test patients, {string.Join(" and ", winners)} {has} "
            + $"the lowest business cost, {lowest} units. "
            + $"Against the {referenceCost} units of {baseline.Name} ({Errors(reference)}), "
            + $"{string.Join(", and ", effects)}.");

        CostReport<double, double> TestOf(Candidate candidate) =>
            results.First(result => result.Candidate == candidate).Test;

        string Effect(Candidate candidate, CostReport<double, double> test)
        {
            double cost = test["business cost"].Sum;
            return Math.Sign(cost - referenceCost) switch
            {
                < 0 => $"{candidate.Name} lowers it to {cost} ({Errors(test)})",
                0 => $"{candidate.Name} does not lower it ({Errors(test)})",
                > 0 => $"{candidate.Name} even raises it to {cost} ({Errors(test)})",
            };
        }
    }

    private static string Errors(CostReport<double, double> test) =>
        $"{test["missed"].Sum} missed, {Count(test["false alarms"].Sum, "false alarm")}";

    private static string Count(double number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";

    private static string Colored(Candidate candidate, string text) => $"[{candidate.Color}]{text}[/]";
}
