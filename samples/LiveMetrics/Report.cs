using LossKit;
using LossKit.Plots;
using Spectre.Console;
using Toolbox;

namespace LiveMetrics;

/// <summary>What being resumed has changed, and what it would have without the monitor's state.</summary>
internal static class Report
{
    public static void Write(Training resumed, Training whole, Training forgetting, int stoppedAfter)
    {
        Table table = SampleConsole.Table("training", "stopped after", "best epoch", "its validation loss", "verdicts")
            .AddRow(Row("never interrupted", whole))
            .AddRow(Row("resumed with its monitor", resumed))
            .AddRow(Row("resumed with a new monitor", forgetting, stoppedAfter));
        AnsiConsole.Write(table);

        bool isSame = whole.Save().ToJson() == resumed.Save().ToJson();
        AnsiConsole.WriteLine(isSame
            ? "Nothing was lost: the resumed training has the parameters, best epoch, patience and verdicts of the one "
                + "that was never interrupted, to the last bit."
            : "The resumed training is not the one that was never interrupted.");
        int more = forgetting.Epoch - whole.Epoch;
        AnsiConsole.WriteLine(more == 0
            ? "With a new monitor it would have stopped at the same epoch, by chance."
            : $"With a new monitor it would have stopped {Math.Abs(more)} epochs {(more < 0 ? "earlier" : "later")}, "
                + $"for a validation loss {(IsWorse(forgetting, whole) ? "that is no better" : "that is better")}.");

        string picture = LossPlot.Training(whole.History, "Two rings, never interrupted")
            .Save(OutFolder.PathOf("training.svg"));
        AnsiConsole.WriteLine($"Picture: {picture}");

        static bool IsWorse(Training one, Training other) => one.Monitor.Best.Value >= other.Monitor.Best.Value;
    }

    /// <param name="name">What is done.</param>
    /// <param name="training">The training, to its end.</param>
    /// <param name="before">How many epochs its monitor has not seen.</param>
    private static string[] Row(string name, Training training, int before = 0)
    {
        TrainingMonitor monitor = training.Monitor;
        return
        [
            name,
            $"{training.Epoch}",
            $"{before + monitor.Best.Step + 1}",
            $"{monitor.Best.Value:F4}",
            $"{monitor.Verdicts}",
        ];
    }
}
