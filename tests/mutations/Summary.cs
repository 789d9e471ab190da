// What dotnet-stryker's reports say, as a table of folders and a list of the changes that no test saw:
// dotnet run tests/mutations/Summary.cs -- REPORT.json... A file in several reports counts as in the last of them.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

const string Library = "src/LossKit/";
SortedDictionary<string, Change[]> files = new(StringComparer.Ordinal);
foreach (string report in args)
{
    foreach ((string path, JsonNode? file) in JsonNode.Parse(File.ReadAllText(report))!["files"]!.AsObject())
    {
        string[] lines = file!["source"]!.GetValue<string>().Split('\n');
        string name = path.Replace('\\', '/');
        files[name[(name.IndexOf(Library, StringComparison.Ordinal) + Library.Length)..]] =
        [
            .. file["mutants"]!.AsArray().Select(mutant => new Change(
                mutant!["status"]!.GetValue<string>(),
                mutant["location"]!["start"]!["line"]!.GetValue<int>(),
                lines[mutant["location"]!["start"]!["line"]!.GetValue<int>() - 1].Trim(),
                mutant["replacement"]!.GetValue<string>().Split('\n')[0].Trim())),
        ];
    }
}

Console.WriteLine("| files | changes | seen | timed out | not seen | not run | score |");
Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
foreach (IGrouping<string, KeyValuePair<string, Change[]>> folder in files.GroupBy(
    file => Path.GetDirectoryName(file.Key) is { Length: > 0 } directory ? directory : "."))
{
    Row(folder.Key, [.. folder.SelectMany(file => file.Value)]);
}

Row("all", [.. files.SelectMany(file => file.Value)]);
Console.WriteLine();
foreach ((string file, Change[] changes) in files)
{
    foreach (Change change in changes.Where(change => change.Status is "Survived" or "NoCoverage"))
    {
        Console.WriteLine($"{file}:{change.Line}: `{change.Text}` -> `{change.Replacement}`");
    }
}

static void Row(string name, Change[] changes)
{
    int seen = Count("Killed");
    int late = Count("Timeout");
    int all = seen + late + Count("Survived") + Count("NoCoverage");
    if (all > 0)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {all} | {seen} | {late} | {Count("Survived")} | {Count("NoCoverage")} | {100.0 * (seen + late) / all:F1} % |"));
    }

    int Count(string status) => changes.Count(change => change.Status == status);
}

internal sealed record Change(string Status, int Line, string Text, string Replacement);
