using LossKit;
using Spectre.Console;
using Toolbox;
using Link = LossKit.Link;

namespace CostSensitiveBoosting;

/// <summary>What is printed before and after training.</summary>
internal static class Report
{
    public static void Introduction(Patients patients, int folds)
    {
        AnsiConsole.MarkupLine("[bold]LightGBM by its own objective, and by what decisions cost[/]");
        AnsiConsole.WriteLine(
            $"{patients.Count} patients, {patients.Malignant.Sum()} of them malignant, in {folds} parts: each part is "
            + "decided on by models that have seen none of it.");
        AnsiConsole.WriteLine(
            "Another part is left for the last method to stop by. "
            + $"A missed malignancy costs {Decisions.MissedMalignancy} units, a false alarm {Decisions.FalseAlarm}.");
        AnsiConsole.WriteLine();
    }

    public static void Agreement(double difference)
    {
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine(difference == 0
            ? "By cross-entropy of LossKit and by LightGBM's own raw scores are the same to the last bit."
            : $"By cross-entropy of LossKit and by LightGBM's own raw scores differ by at most {difference:G2}.");
    }

    public static void Comparison(Patients patients, Decisions[] all, Decisions baseline)
    {
        Table table = SampleConsole.Table(
            "trained by", "from p", "missed", "false\nalarms", "cost", "differ-\nence", "low", "high");
        double confidence = 1 - 0.05 / (all.Length - 1);
        double lowest = all.Min(CostOf);
        List<string> cheaper = [];
        List<string> dearer = [];
        foreach (Decisions decisions in all)
        {
            CostReport<double, double> report = decisions.Report(patients);
            double cost = report["cost"].Sum;
            string[] difference = ["", "", ""];
            if (decisions != baseline)
            {
                PairedComparison comparison = new();
                comparison.Add<double>(baseline.PerPatient(patients), decisions.PerPatient(patients));
                ConfidenceInterval interval = comparison.Difference.Interval(confidence);
                difference = [$"{comparison.Difference.Mean:F3}", $"{interval.Low:F3}", $"{interval.High:F3}"];
                (interval.High < 0 ? cheaper : interval.Low > 0 ? dearer : []).Add(Name(decisions));
            }

            table.AddRow([
                $"[{decisions.Method.Color}]{decisions.Method.Name}[/]",
                $"{Link.Logit.Invert(decisions.Threshold):F3}",
                $"{report["missed"].Sum}",
                $"{report["false alarms"].Sum}",
                cost == lowest ? $"[bold]{cost}[/]" : $"{cost}",
                .. difference,
            ]);
        }

        AnsiConsole.WriteLine();
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(
            "From p: the score, as a probability, from which on the decision is malignant. Difference: of the cost of "
            + $"a patient from {Name(baseline)}; with 95 % confidence all {all.Length - 1} lie between low and high.");
        AnsiConsole.WriteLine();

        string[] best = [.. all.Where(decisions => CostOf(decisions) == lowest).Select(Name)];
        double own = CostOf(baseline);
        string relation = lowest < own
            ? $"{own - lowest} less than {Name(baseline)}, which is right for exact probabilities"
            : "the built-in objective with the threshold that is right for exact probabilities";
        AnsiConsole.WriteLine($"Cheapest: {string.Join(" and ", best)}, {lowest} units, {relation}.");
        AnsiConsole.WriteLine(
            cheaper.Count + dearer.Count == 0
                ? "No difference is clear of 0: on as few patients none can be told from luck."
                : $"More than luck: {Listed(cheaper, "cheaper")}{(cheaper.Count * dearer.Count > 0 ? "; " : "")}"
                    + $"{Listed(dearer, "dearer")}.");

        double CostOf(Decisions decisions) => decisions.Report(patients)["cost"].Sum;

        static string Name(Decisions decisions) =>
            $"{decisions.Method.Name} from {Link.Logit.Invert(decisions.Threshold):F3}";

        static string Listed(List<string> names, string what) =>
            names.Count == 0 ? "" : $"{string.Join(" and ", names)} {what}";
    }
}
