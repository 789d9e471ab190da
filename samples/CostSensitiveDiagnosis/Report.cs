using LossKit;
using Spectre.Console;
using Toolbox;

namespace CostSensitiveDiagnosis;

/// <summary>What is printed before and after training.</summary>
internal static class Report
{
    private const int PlotColumns = 27;
    private const int PlotRows = 3;

    private static readonly (TrainingVerdicts Verdict, string Meaning)[] s_meanings =
    [
        (TrainingVerdicts.Improving, "the training loss falls"),
        (TrainingVerdicts.Plateau, "the training loss neither falls nor rises"),
        (TrainingVerdicts.Diverging, "the training loss rises"),
        (TrainingVerdicts.Misaligned, "it falls, and the business cost, which could do so by more than a false alarm, "
            + "does not"),
        (TrainingVerdicts.NonFinite, "a number was NaN or infinite"),
    ];

    public static void Introduction(Patient[] train, Patient[] test)
    {
        AnsiConsole.MarkupLine("[bold]Five losses, one linear model: who misses a malignancy?[/]");
        AnsiConsole.WriteLine(
            $"{train.Length} patients to train on, {test.Length} to test on, "
            + $"{test.Count(patient => patient.IsMalignant)} of them malignant.");
        AnsiConsole.WriteLine(
            $"{Training.Epochs} epochs, batches of {Training.BatchSize}, learning rate {Training.LearningRate}, "
            + $"L2 {Training.WeightDecay}.");
        AnsiConsole.WriteLine("A score of at least 0 says malignant.");
        AnsiConsole.WriteLine();
    }

    public static void Comparison(Result[] results)
    {
        Table table = SampleConsole.Table(
            "trained by", "train\nloss", "test\nloss", "test\naccuracy", "missed", "false\nalarms", "business\ncost");
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
            .AddColumn($"in the last\n{Training.Window} epochs")
            .AddColumn(new TableColumn("training\ncost in them").RightAligned())
            .AddColumn(new TableColumn("cheapest\nthreshold").RightAligned())
            .AddColumn(new TableColumn("test cost\nby it").RightAligned());
        foreach (Result result in results)
        {
            table.AddRow(
                Colored(result.Candidate, result.Candidate.Name),
                result.Monitor.Verdicts.ToString().ToLowerInvariant(),
                Range(result.Costs[^Training.Window..]),
                $"{result.Threshold:F2}",
                $"{result.TestAtThreshold["business cost"].Sum}");
        }

        AnsiConsole.Write(table);
        foreach ((TrainingVerdicts verdict, string meaning) in s_meanings)
        {
            if (results.Any(result => result.Monitor.Verdicts.HasFlag(verdict)))
            {
                AnsiConsole.WriteLine($"{verdict}: {meaning}.");
            }
        }

        AnsiConsole.WriteLine(
            "The threshold is the cheapest on the training patients, its cost that on the test patients.");
        double probability = BusinessCost.Decisions.CalibratedThreshold;
        AnsiConsole.WriteLine(
            $"Were the probabilities of cross-entropy exact, it would be {Link.Logit.Apply(probability):F2}: "
            + $"a probability of {probability:F3}.");
        AnsiConsole.WriteLine();
    }

    /// <summary>A few sentences, made from the results.</summary>
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
            $"Deciding at 0, {string.Join(" and ", winners)} {has} the lowest business cost on the "
            + $"{reference["loss"].Count} test patients, {lowest} units. "
            + $"Against the {referenceCost} units of {baseline.Name} ({Errors(reference)}), "
            + $"{string.Join(", and ", effects)}. {ByThreshold(results, lowest)}");

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

    /// <summary>What thresholds other than 0 have to say to that.</summary>
    private static string ByThreshold(Result[] results, double lowestAtZero)
    {
        Result best = results.MinBy(result => result.TestAtThreshold["business cost"].Sum)!;
        double cost = best.TestAtThreshold["business cost"].Sum;
        return cost < lowestAtZero
            ? $"Cheapest of all is {best.Candidate.Name} by its cheapest threshold: {cost} units "
                + $"({Errors(best.TestAtThreshold)})."
            : "None is cheaper by its cheapest threshold.";
    }

    private static string Range(double[] costs) =>
        costs.Min() == costs.Max() ? $"{costs[0]}" : $"{costs.Min()} to {costs.Max()}";

    private static string Errors(CostReport<double, double> test) =>
        $"{test["missed"].Sum} missed, {Count(test["false alarms"].Sum, "false alarm")}";

    private static string Count(double number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";

    private static string Colored(Candidate candidate, string text) => $"[{candidate.Color}]{text}[/]";
}
