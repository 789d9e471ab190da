using Spectre.Console;
using Toolbox;

namespace DigitEmbedding;

/// <summary>Trains by one loss after the other and shows how far it is: a live table, or lines in a file.</summary>
internal static class TrainingDisplay
{
    private const int EpochsPerLine = Training.Epochs / 8;

    public static Result[] TrainAll(Method[] methods, LabelledRows train, LabelledRows test)
    {
        Capabilities terminal = AnsiConsole.Profile.Capabilities;
        return terminal.Ansi && terminal.Interactive
            ? WithTable(methods, train, test)
            : WithLines(methods, train, test);
    }

    private static Result[] WithTable(Method[] methods, LabelledRows train, LabelledRows test)
    {
        Table table = SampleConsole.Table("trained by", "epoch", "loss", "active triplets", "held-out accuracy");
        foreach (Method method in methods)
        {
            table.AddRow(Label(method), "", "", "", "");
        }

        return AnsiConsole.Live(table).Start(context =>
            methods.Select((method, row) => Training.Run(method, train, test, epoch =>
            {
                table.UpdateCell(row, 1, $"{epoch.Number}/{Training.Epochs}");
                table.UpdateCell(row, 2, $"{epoch.Cost.Mean:F4}");
                table.UpdateCell(row, 3, ActiveShare(epoch));
                table.UpdateCell(row, 4, $"{epoch.Accuracy:P1}");
                context.Refresh();
            })).ToArray());
    }

    private static Result[] WithLines(Method[] methods, LabelledRows train, LabelledRows test) =>
        [.. methods.Select(method => Training.Run(method, train, test, epoch =>
        {
            if (epoch.Number == 1 || epoch.Number % EpochsPerLine == 0)
            {
                AnsiConsole.MarkupLine(
                    $"{Label(method)} epoch {epoch.Number,2}, loss {epoch.Cost.Mean:F4}, "
                    + $"active {ActiveShare(epoch),7}, accuracy {epoch.Accuracy:P1}");
            }
        }))];

    private static string ActiveShare(Epoch epoch) =>
        epoch.Triplets.Total == 0 ? "–" : $"{epoch.Triplets.ActiveShare:P1}";

    private static string Label(Method method) => $"[{method.Color}]{method.Name,-22}[/]";
}
