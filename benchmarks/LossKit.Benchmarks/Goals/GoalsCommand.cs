using System.Diagnostics;
using System.Globalization;
using LossKit.Benchmarks.Reporting;

namespace LossKit.Benchmarks.Goals;

/// <summary>
/// Measures what LossKit has set itself as goals in processes of their own, because where memory and code happen to
/// lie is decided anew in each. Says met or not met, and never fails: a time is not a test.
/// </summary>
internal static class GoalsCommand
{
    public const string Name = "composite";

    private const int Processes = 10;

    public static void Run(ReadOnlySpan<string> arguments)
    {
        bool aligned = arguments.Contains(GoalsProcess.Aligned);
        string? file = Options.MarkdownFile(arguments);
        string heading = $"""
            {string.Join(Environment.NewLine, Machine.Describe().Select(line => $"- {line}"))}
            - Data: {GoalsBatch.Count} floats in {(aligned ? "buffers aligned to cache lines" : "ordinary arrays")}

            """;
        Console.WriteLine(heading);

        List<IReadOnlyDictionary<string, double>> processes = [];
        for (int i = 1; i <= Processes; i++)
        {
            Console.WriteLine($"process {i} of {Processes} ...");
            processes.Add(Measure(aligned));
        }

        string table = GoalsReport.Write(processes);
        Console.WriteLine();
        Console.WriteLine(table);
        if (file is not null)
        {
            string title = $"# Goals, in {Processes} processes{Environment.NewLine}{Environment.NewLine}";
            File.WriteAllText(file, $"{title}{heading}{Environment.NewLine}{table}");
        }
    }

    private static Dictionary<string, double> Measure(bool aligned)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true };

        // Under "dotnet LossKit.Benchmarks.dll", the process is dotnet and wants to be told what to run.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(GoalsCommand).Assembly.Location);
        }

        start.ArgumentList.Add(GoalsProcess.Name);
        if (aligned)
        {
            start.ArgumentList.Add(GoalsProcess.Aligned);
        }

        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"A process ended with exit code {process.ExitCode}.");
        }

        return output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t'))
            .ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
