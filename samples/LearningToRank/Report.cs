using Spectre.Console;
using Toolbox;

namespace LearningToRank;

/// <summary>What is printed and drawn.</summary>
internal static class Report
{
    /// <summary>From how many standard errors on a difference is called one.</summary>
    private const double Clear = 2;

    public static void Introduction(Queries train, Queries test)
    {
        AnsiConsole.MarkupLine("[bold]Which documents come first? Boosted trees by three losses[/]");
        AnsiConsole.WriteLine(
            $"Made-up queries: {train.Lengths.Length} to train on ({train.Documents} documents), "
            + $"{test.Lengths.Length} held out ({test.Documents}).");
        AnsiConsole.WriteLine(
            $"{train.Features.Length} features, {Boosting.Rounds} rounds, each tree counts {Boosting.Shrinkage}.");
        AnsiConsole.WriteLine();
    }

    public static void Comparison(Result[] results)
    {
        Table table = SampleConsole.Table(
            $"NDCG@{Boosting.Places} of", "held out,\nbefore", "held out,\nafter", "training,\nafter");
        foreach (Result result in results)
        {
            table.AddRow(
                result.Method.Markup, $"{result.Before:F4}", $"{result.After:F4}", $"{result.Train[^1]:F4}");
        }

        AnsiConsole.WriteLine();
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine("1 is the best order of each query. Before: documents in the order they came in.");
    }

    public static string Curves(Result[] results)
    {
        Chart chart = new(
            "How good the order of the documents is, tree by tree",
            "trees",
            $"NDCG@{Boosting.Places}, dashed: training");
        foreach (Result result in results)
        {
            chart.Line(result.Method.Name, result.Method.Color, Points(result.Test.Select(round => round.Average())));
            chart.Dashes("", result.Method.Color, Points(result.Train));
        }

        return Chart.Save("ranking.svg", chart);

        static IEnumerable<(double X, double Y)> Points(IEnumerable<double> rounds) =>
            rounds.Select((ndcg, round) => ((double)round, ndcg)).Skip(1);
    }

    /// <summary>A few sentences, made from the results.</summary>
    public static void Conclusion(Result[] results, string picture)
    {
        Result best = results.MaxBy(result => result.After)!;
        AnsiConsole.WriteLine();
        AnsiConsole.MarkupLine($"On the held-out queries {best.Method.Markup} ends highest, at {best.After:F4}.");
        foreach (Result other in results.Where(result => result != best))
        {
            (double mean, double error) = best.Above(other);
            AnsiConsole.MarkupLine(
                $"It is {mean:F4} above {other.Method.Markup}, {mean / error:F1} standard errors"
                + (mean >= Clear * error ? "." : ": that may be luck."));
        }

        AnsiConsole.WriteLine($"Picture: {picture}");
    }
}
