using System.Globalization;
using LossKit;
using LossKit.Orleans;
using Spectre.Console;
using Toolbox;

namespace ClusterTraining;

/// <summary>What both trainings have come to, and whether it is the same.</summary>
internal static class Report
{
    public static bool Write(Training cluster, Training oneProcess, Events events)
    {
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine(
            events.KilledAt is ShardProgress killed
                ? $"A silo was killed at step {killed.Step}, when {killed.Done} of {killed.Shards} shards were done. "
                    + $"{events.Troubles.Count(news => news.Event == ShardEvent.Retried)} shards were asked for again:"
                : "No silo was killed.");
        foreach (ShardProgress news in events.Troubles.Where(news => news.Event == ShardEvent.Retried).Take(3))
        {
            AnsiConsole.WriteLine($"  {news}");
        }

        AnsiConsole.WriteLine();
        Table table = SampleConsole.Table("", "cluster", "one process");
        Row("mean loss", training => $"{training.Costs[^1].Mean:R}");
        Row("best", training => $"{training.Monitor.Best.Value:F6} at step {training.Monitor.Best.Step}");
        Row("verdicts", training => $"{training.Monitor.Verdicts}");
        Row("seconds", training => $"{training.Time.TotalSeconds:F1}");
        AnsiConsole.Write(table);
        if (cluster.Monitor.Evidence(TrainingVerdicts.Improving) is TrainingEvidence evidence)
        {
            AnsiConsole.WriteLine($"{evidence}");
        }

        bool isSame = cluster.Bits.SequenceEqual(oneProcess.Bits);
        AnsiConsole.WriteLine(
            isSame
                ? $"All {cluster.Costs.Count} costs and {cluster.Parameters.Length} parameters are the same, to the "
                    + "last bit."
                : "The costs or the parameters DIFFER.");
        return isSame;

        void Row(string name, Func<Training, FormattableString> value) => table.AddRow(
            name,
            value(cluster).ToString(CultureInfo.InvariantCulture),
            value(oneProcess).ToString(CultureInfo.InvariantCulture));
    }
}
