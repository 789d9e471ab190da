using System.Diagnostics;
using Spectre.Console;
using Toolbox;

namespace LanguageModelHead;

/// <summary>What is printed.</summary>
internal static class Report
{
    private const double MiB = 1 << 20;
    private const int SpokenWords = 60;

    public static void Introduction(Text text, LanguageModel model)
    {
        AnsiConsole.MarkupLine("[bold]A small language model reads the documentation of LossKit[/]");
        AnsiConsole.WriteLine(
            $"{text.Train.Length:N0} words, {text.Vocabulary.Length:N0} different ones, to learn from; "
            + $"{text.Test.Length:N0} held out.");
        AnsiConsole.WriteLine(
            $"From {LanguageModel.Context} words to the next: ReLUs, {model.Parameters:N0} parameters, batches of "
            + $"{Training.BatchSize}.");
        AnsiConsole.WriteLine();
    }

    public static void Perplexity(Text text, Epoch[] epochs)
    {
        string picture = Chart.Save("perplexity.svg", new Chart("Perplexity of LossKit's documentation", "epoch", "perplexity")
            .Line("training", "#1f77b4", epochs.Select((epoch, i) => (i + 1.0, epoch.Train)))
            .Line("held out", "#d62728", epochs.Select((epoch, i) => (i + 1.0, epoch.Test))));
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine($"Perplexity {epochs[^1].Test:F1} of what is held out;");
        AnsiConsole.WriteLine($"of one who knows only how frequent each word is: {OfFrequencies(text):F1}.");
        AnsiConsole.WriteLine($"Picture: {picture}");
    }

    public static void Memory(Text text)
    {
        using Process process = Process.GetCurrentProcess();
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine(
            $"Logits of what is held out, at once: {Logits(text.Test.Length):F1} MiB; of a batch: "
            + $"{Logits(Training.BatchSize):F1} MiB.");
        AnsiConsole.WriteLine($"The head had {LanguageModel.Scratch / MiB:F1} MiB of scratch memory for both.");
        AnsiConsole.WriteLine($"The whole process: {process.PeakWorkingSet64 / MiB:F0} MiB at its peak.");

        double Logits(int words) => (double)words * text.Vocabulary.Length * sizeof(float) / MiB;
    }

    public static void Speech(Text text, LanguageModel model)
    {
        List<int> words = [Array.IndexOf(text.Vocabulary, "The")];
        while (words.Count < SpokenWords)
        {
            words.Add(model.Next(words.ToArray()));
        }

        AnsiConsole.WriteLine();
        AnsiConsole.MarkupLine("[bold]What it says, always with the likeliest word[/]");
        AnsiConsole.WriteLine(string.Join(' ', words.Select(word => text.Vocabulary[word])));
    }

    /// <summary>The perplexity of words by their share in training, each counted once more than it is there.</summary>
    private static double OfFrequencies(Text text)
    {
        double[] counts = [.. Enumerable.Repeat(1.0, text.Vocabulary.Length)];
        foreach (int word in text.Train)
        {
            counts[word]++;
        }

        double all = counts.Sum();
        return Math.Exp(text.Test.Average(word => -Math.Log(counts[word] / all)));
    }
}
