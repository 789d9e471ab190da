using Spectre.Console;

namespace CostSensitiveDiagnosis;

/// <summary>Trains by one loss after the other and shows how far it is: bars in a terminal, lines in a file.</summary>
internal static class TrainingDisplay
{
    private const int EpochsPerLine = Training.Epochs / 2;

    public static Result[] TrainAll(Candidate[] candidates, Patient[] train, Patient[] test)
    {
        Capabilities terminal = AnsiConsole.Profile.Capabilities;
        return terminal.Ansi && terminal.Interactive
            ? WithBars(candidates, train, test)
            : WithLines(candidates, train, test);
    }

    private static Result[] WithBars(Candidate[] candidates, Patient[] train, Patient[] test) =>
        AnsiConsole.Progress()
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context =>
            {
                ProgressTask[] tasks =
                    [.. candidates.Select(candidate => context.AddTask(Label(candidate), false, Training.Epochs))];
                return candidates.Zip(tasks, (candidate, task) =>
                {
                    task.StartTask();
                    return Training.Run(candidate, train, test, (epoch, meanLoss) =>
                    {
                        task.Description = $"{Label(candidate)} {meanLoss,7:F4}";
                        task.Value = epoch;
                    });
                }).ToArray();
            });

    private static Result[] WithLines(Candidate[] candidates, Patient[] train, Patient[] test) =>
        [.. candidates.Select(candidate => Training.Run(candidate, train, test, (epoch, meanLoss) =>
        {
            if (epoch % EpochsPerLine == 0)
            {
                AnsiConsole.MarkupLine(
                    $"{Label(candidate)} epoch {epoch,3}/{Training.Epochs}, mean loss {meanLoss:F4}");
            }
        }))];

    private static string Label(Candidate candidate) => $"[{candidate.Color}]{candidate.Name,-17}[/]";
}
