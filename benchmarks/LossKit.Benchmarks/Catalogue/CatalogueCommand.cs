using System.Globalization;
using System.Text;
using LossKit.Benchmarks.Goals;
using LossKit.Benchmarks.Reporting;

namespace LossKit.Benchmarks.Catalogue;

/// <summary>Value and gradient of every loss beside what its elementary functions cost by themselves.</summary>
internal static class CatalogueCommand
{
    public const string Name = "catalogue";

    private const int Rounds = 20;
    private const double Goal = 2;

    public static void Run(ReadOnlySpan<string> arguments)
    {
        string? file = Options.MarkdownFile(arguments);
        GoalsBatch batch = new(aligned: false);
        BenchmarkData.Fill(batch.Predictions, batch.Targets);
        Dictionary<Function, Candidate> functions = Enum.GetValues<Function>().ToDictionary(
            function => function,
            function => Measure($"{function}", ElementaryFunction.AsLoss(function), batch));
        CatalogueEntry[] entries = [.. CatalogueEntry.All];
        Candidate[] losses = [.. entries.Select(entry => Measure(entry.Name, entry.Loss, batch))];

        Candidate[] all = [.. functions.Values, .. losses];
        foreach (Candidate candidate in all)
        {
            candidate.WarmUp();
        }

        // Round by round, so that a disturbance hits all alike.
        for (int round = 0; round < Rounds; round++)
        {
            foreach (Candidate candidate in all)
            {
                candidate.Time();
            }
        }

        string report = Report(functions, entries, losses);
        Console.WriteLine(report);
        if (file is not null)
        {
            File.WriteAllText(file, report);
        }
    }

    private static Candidate Measure(string name, PointwiseLoss<float> loss, GoalsBatch batch) =>
        new(name, () => loss.ValueAndGradient(batch.Predictions, batch.Targets, batch.Gradient).Mean);

    private static string Report(
        Dictionary<Function, Candidate> functions, CatalogueEntry[] entries, Candidate[] losses)
    {
        StringBuilder report = new();
        report.AppendLine("# Every loss, value and gradient").AppendLine();
        foreach (string line in Machine.Describe())
        {
            report.Append("- ").AppendLine(line);
        }

        report.AppendLine(CultureInfo.InvariantCulture, $"- Data: {GoalsBatch.Count} floats in ordinary arrays")
            .AppendLine()
            .AppendLine(
                "ns per element; goal: at most twice the elementary functions, each with its derivative in a pass.")
            .AppendLine()
            .AppendLine("| loss | ns | its functions | ns | ratio | |")
            .AppendLine("| --- | ---: | --- | ---: | ---: | --- |");
        foreach ((CatalogueEntry entry, Candidate loss) in entries.Zip(losses))
        {
            IReadOnlyList<Function> needed = entry.Functions.Count == 0 ? [Function.Pass] : entry.Functions;
            double bound = needed.Sum(function => functions[function].NanosecondsPerElement);
            double ratio = loss.NanosecondsPerElement / bound;
            report.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {entry.Name} | {loss.NanosecondsPerElement:F3} | {string.Join(", ", needed)} | {bound:F3} "
                + $"| {ratio:F2} | {(ratio <= Goal ? "met" : "not met")} |");
        }

        return report.ToString();
    }
}
