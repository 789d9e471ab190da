using Spectre.Console;

namespace DigitEmbedding;

/// <summary>What is printed before and after training.</summary>
internal static class Report
{
    private const int MapColumns = 36;
    private const int MapLines = 13;

    public static void Introduction(LabelledRows train, LabelledRows test, int dimension)
    {
        AnsiConsole.MarkupLine($"[bold]{train.Columns} pixels in {dimension} numbers: is a digit near its like?[/]");
        AnsiConsole.WriteLine($"{train.Count} digits to train on, {test.Count} held out.");
        AnsiConsole.WriteLine(
            $"{train.Columns} inputs, {Training.HiddenUnits} ReLUs, {dimension} outputs; "
            + $"of the classifier {DigitData.Classes}, a score a digit.");
        AnsiConsole.WriteLine(
            $"{Training.Epochs} epochs, batches of {Training.BatchSize}, Adam, learning rate {Training.LearningRate}.");
        AnsiConsole.WriteLine();
    }

    public static void Map(Result result)
    {
        Grid grid = new Grid().AddColumns(2).AddRow(
            Map(result.Before.Outputs, "untrained"), Map(result.After.Outputs, "trained"));
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine($"The held-out digits on a sphere, unrolled; trained by {result.Method.Name}:");
        AnsiConsole.Write(grid);
    }

    public static void Comparison(Result[] results, LabelledRows train, LabelledRows test)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("trained by");
        table.AddColumn(new TableColumn("numbers").RightAligned()).AddColumn("read by");
        foreach (string header in (string[])["before", "after", "seconds"])
        {
            table.AddColumn(new TableColumn(header).RightAligned());
        }

        Readout ofPixels = Readout.NearestPoint;
        string accuracyOfPixels = $"{ofPixels.Accuracy(train, test):P1}";
        table.AddRow("nothing: the pixels", $"{test.Columns}", ofPixels.Name, accuracyOfPixels, "–", "–");
        foreach (Result result in results)
        {
            Method method = result.Method;
            table.AddRow(
                $"[{method.Color}]{method.Name}[/]",
                $"{method.Outputs}",
                method.Readout.Name,
                $"{result.Before.Accuracy:P1}",
                $"{result.After.Accuracy:P1}",
                $"{result.Seconds:F1}");
        }

        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine("Accuracy on the held-out digits before and after training:");
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine("Nearest: of all training digits, by distance or angle in that many numbers.");
        AnsiConsole.WriteLine($"One held-out digit is {1.0 / test.Count:P1}: a point of difference is little.");
    }

    private static Panel Map(LabelledRows rows, string header) =>
        new Panel(SphereMap.Draw(rows, MapColumns, MapLines)).Header(header).Padding(0, 0);
}
