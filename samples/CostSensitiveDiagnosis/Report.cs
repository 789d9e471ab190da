using LossKit;
using Spectre.Console;
using Toolbox;
using Link = LossKit.Link;

namespace CostSensitiveDiagnosis;

/// <summary>What is printed before and after training.</summary>
internal static class Report
{
    private const int PlotColumns = 27;
    private const int PlotRows = 3;
    private const string Ink = "#1f77b4";

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

    /// <summary>Whether lower costs than the baseline's are more than the luck of these test patients.</summary>
    public static void Luck(Result[] results, Result baseline)
    {
        // As many intervals as there are comparisons hold together with the probability that one alone would have.
        double confidence = 1 - 0.05 / results.Length;
        PointwiseMetric<double> business = BusinessCost.Decisions.AtThreshold<double>(0);
        Table table = SampleConsole.Table(
            $"against\n{baseline.Candidate.Name}",
            "units a\npatient", "from", "to", "cheaper\nfor", "dearer\nfor", "sign\ntest p");
        List<string> cheaper = [];
        List<string> dearer = [];
        foreach (Result result in results)
        {
            PairedComparison comparison = new();
            comparison.Add<double>(Costs(baseline), Costs(result));
            ConfidenceInterval interval = comparison.Difference.Interval(confidence);
            SignTest signs = comparison.SignTest;
            table.AddRow(
                Colored(result.Candidate, result.Candidate.Name),
                $"{comparison.Difference.Mean:F3}",
                $"{interval.Low:F3}",
                $"{interval.High:F3}",
                $"{signs.Better}",
                $"{signs.Worse}",
                $"{signs.PValue:G2}");
            if (interval.High < 0)
            {
                cheaper.Add(result.Candidate.Name);
            }
            else if (interval.Low > 0)
            {
                dearer.Add(result.Candidate.Name);
            }
        }

        AnsiConsole.WriteLine();
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(
            "Business cost, deciding at 0, patient by patient: the difference, and where it lies with "
            + $"{100 * confidence:G4} % confidence, so that all {results.Length} hold with 95 %.");
        AnsiConsole.WriteLine(
            (cheaper.Count, dearer.Count) switch
            {
                (0, 0) => "No interval is clear of 0: with as few test patients, no difference of costs can be told from luck.",
                ( > 0, 0) => $"More than luck: {string.Join(" and ", cheaper)} cheaper.",
                (0, > 0) => $"More than luck: {string.Join(" and ", dearer)} dearer. Nothing is cheaper beyond luck.",
                _ => $"More than luck: {string.Join(" and ", cheaper)} cheaper, {string.Join(" and ", dearer)} dearer.",
            });

        double[] Costs(Result result)
        {
            double[] costs = new double[result.TestScores.Length];
            business.PerExample(result.TestScores, result.TestTargets, costs);
            return costs;
        }
    }

    /// <summary>Whether probabilities are what they say, before and after a temperature.</summary>
    public static void Calibration(Calibration[] calibrations)
    {
        Table table = SampleConsole.Table(
            "trained by", "T", "error", "after", "Brier", "after", "cost", "after");
        foreach (Calibration calibration in calibrations)
        {
            table.AddRow(
                Colored(calibration.Candidate, calibration.Candidate.Name),
                string.Join("\n", calibration.Temperatures.Select(temperature => $"{temperature:F2}")),
                $"{calibration.Before.ExpectedCalibrationError:F3}",
                $"{calibration.After.ExpectedCalibrationError:F3}",
                $"{calibration.Before.Brier.Mean:F4}",
                $"{calibration.After.Brier.Mean:F4}",
                $"{calibration.Business.Baseline.Sum}",
                $"{calibration.Business.Candidate.Sum}");
        }

        AnsiConsole.WriteLine();
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(
            "T: the temperature of each half of the test patients, fitted on the other half. Error: what probabilities "
            + "are off on average, by bins. Cost: that of deciding malignant from a probability of "
            + $"{BusinessCost.Decisions.CalibratedThreshold:F3} on, which is right if probabilities are exact.");
        foreach (Calibration calibration in calibrations)
        {
            AnsiConsole.WriteLine(Sentence(calibration));
        }

        Chart[] charts = [.. calibrations.Select(Diagram)];
        AnsiConsole.WriteLine($"Reliability: {Chart.Save("reliability.svg", charts)}");

        static string Sentence(Calibration calibration)
        {
            ConfidenceInterval brier = calibration.Brier.Difference.Interval();
            (double before, double after) =
                (calibration.Before.ExpectedCalibrationError, calibration.After.ExpectedCalibrationError);
            ConfidenceInterval error = calibration.After.CalibrationErrorInterval();
            string change = after < before ? "lowers" : after > before ? "raises" : "keeps";
            string verdict = brier.High < 0 ? "better beyond luck"
                : brier.Low > 0 ? "worse beyond luck"
                : "which may be luck";
            return $"{calibration.Candidate.Name}: a temperature {change} the calibration error from {before:F3} to "
                + $"{after:F3}, which as few patients leave between {error.Low:F3} and {error.High:F3}. It changes the Brier "
                + $"score by {calibration.Brier.Difference.Mean:F4} ({brier.Low:F4} to {brier.High:F4}), {verdict}. Decisions "
                + $"cost {calibration.Business.Baseline.Sum} before and {calibration.Business.Candidate.Sum} after.";
        }

        static Chart Diagram(Calibration calibration) => new Chart(
                $"Trained by {calibration.Candidate.Name}: what is said and what comes true",
                "probability of malignant, mean of a bin",
                "share that is malignant")
            .Dashes("exact", "#888", [(0, 0), (1, 1)])
            .Band("95 % after", Ink, calibration.After.Bins.Select(bin =>
                (bin.MeanPrediction, bin.Interval.Low, bin.Interval.High)))
            .Line("before", "#d62728", calibration.Before.Bins.Select(Point))
            .Line("after", Ink, calibration.After.Bins.Select(Point))
            .Dots("", Ink, calibration.After.Bins.Select(Point));

        static (double X, double Y) Point(ReliabilityBin bin) => (bin.MeanPrediction, bin.ObservedRate);
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
