using System.Text;
using Spectre.Console;

namespace Toolbox;

/// <summary>Colours and live displays in a terminal, plain lines of 80 columns in a file.</summary>
public static class SampleConsole
{
    private static bool IsLive =>
        AnsiConsole.Profile.Capabilities.Ansi && AnsiConsole.Profile.Capabilities.Interactive;

    public static void Prepare()
    {
        Console.OutputEncoding = Encoding.UTF8;
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Capabilities.Ansi = false;
            AnsiConsole.Profile.Width = 80;
        }
    }

    /// <summary>A table of names and numbers.</summary>
    public static Table Table(string names, params string[] numbers)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn(names);
        foreach (string header in numbers)
        {
            table.AddColumn(new TableColumn(header).RightAligned());
        }

        return table;
    }

    /// <summary>
    /// Works on one item after the other and shows how far it is: bars in a terminal, in a file a line every so many
    /// steps.
    /// </summary>
    /// <param name="items">What is to be worked on.</param>
    /// <param name="label">Its name, in markup.</param>
    /// <param name="steps">How many steps one takes.</param>
    /// <param name="lines">How many lines a file has of one.</param>
    /// <param name="work">What is done; it says which step is over, from 1, and what there is to say.</param>
    public static TResult[] WithProgress<TItem, TResult>(
        IReadOnlyList<TItem> items,
        Func<TItem, string> label,
        int steps,
        int lines,
        Func<TItem, Action<int, string>, TResult> work) =>
        IsLive ? WithBars(items, label, steps, work) : WithLines(items, label, steps, lines, work);

    private static TResult[] WithBars<TItem, TResult>(
        IReadOnlyList<TItem> items,
        Func<TItem, string> label,
        int steps,
        Func<TItem, Action<int, string>, TResult> work) =>
        AnsiConsole.Progress()
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context =>
            {
                ProgressTask[] tasks = [.. items.Select(item => context.AddTask(label(item), false, steps))];
                return items.Zip(tasks, (item, task) =>
                {
                    task.StartTask();
                    return work(item, (step, text) =>
                    {
                        task.Description = $"{label(item)} {text}";
                        task.Value = step;
                    });
                }).ToArray();
            });

    private static TResult[] WithLines<TItem, TResult>(
        IReadOnlyList<TItem> items,
        Func<TItem, string> label,
        int steps,
        int lines,
        Func<TItem, Action<int, string>, TResult> work) =>
        [.. items.Select(item => work(item, (step, text) =>
        {
            if (step * lines / steps > (step - 1) * lines / steps)
            {
                AnsiConsole.MarkupLine($"{label(item)} {step,4} of {steps}: {text}");
            }
        }))];
}
