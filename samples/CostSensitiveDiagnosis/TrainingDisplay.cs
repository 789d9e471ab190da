using Spectre.Console;

namespace CostSensitiveDiagnosis;

/// <summary>Trains by one loss after the other and shows how far it is: bars in a terminal, lines in a file.</summary>
internal static class TrainingDisplay
{
    private const int EpochsPerLine = Training.Epochs / 2;

    public static Result[] TrainAll(Objective[] objectives, Patient[] train, Patient[] test)
    {
        Capabilities terminal = AnsiConsole.Profile.Capabilities;
        return terminal.Ansi && terminal.Interactive
            ? WithBars(objectives, train, test)
            : WithLines(objectives, train, test);
    }

    private static Result[] WithBars(Objective[] objectives, Patient[] train, Patient[] test) =>
        AnsiConsole.Progress()
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context =>
            {
                ProgressTask[] tasks =
                    [.. objectives.Select(objective => context.AddTask(Label(objective), false, Training.Epochs))];
                return objectives.Zip(tasks, (objective, task) =>
                {
                    task.StartTask();
                    return Training.Run(objective, train, test, (epoch, meanLoss) =>
                    {
                        task.Description = $"{Label(objective)} {meanLoss,7:F4}";
                        task.Value = epoch;
                    });
                }).ToArray();
            });

    private static Result[] WithLines(Objective[] objectives, Patient[] train, Patient[] test) =>
        [.. objectives.Select(objective => Training.Run(objective, train, test, (epoch, meanLoss) =>
        {
            if (epoch % EpochsPerLine == 0)
            {
                AnsiConsole.MarkupLine(
                    $"{Label(objective)} epoch {epoch,3}/{Training.Epochs}, mean loss {meanLoss:F4}");
            }
        }))];

    private static string Label(Objective objective) => $"[{objective.Color}]{objective.Name,-17}[/]";
}
