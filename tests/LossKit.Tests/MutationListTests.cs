using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace LossKit.Tests;

/// <summary>
/// The list of planted errors can be planted: that they are caught is what <c>.ci/mutations</c> shows.
/// </summary>
public sealed class MutationListTests
{
    private const string List = "tests/mutations/mutations.txt";

    private static readonly string s_root = Root();

    [Fact]
    public void Every_text_stands_exactly_once_in_its_file()
    {
        (string Project, string Filter, string File, string Find, string Replacement)[] errors = [.. Errors()];
        errors.Should().HaveCountGreaterThanOrEqualTo(60);
        errors.Should().OnlyHaveUniqueItems(error => error.File + error.Find);
        string[] wrong =
        [
            .. from error in errors
               let path = Path.Combine(s_root, error.File)
               let times = File.Exists(path) ? Regex.Count(File.ReadAllText(path), Regex.Escape(error.Find)) : 0
               where times != 1 || error.Find == error.Replacement
               select $"{error.File}: '{error.Find}' stands there {times} times",
        ];
        wrong.Should().BeEmpty($"each '-' of {List} is to stand once in the file above it: change it with the code");
    }

    [Fact]
    public void Every_part_of_the_library_is_planted()
    {
        string[] parts =
        [
            "Formulas/Regression", "Formulas/Binary", "Formulas/Counts", "Formulas/Likelihoods", "Formulas/Classes",
            "Formulas/Modifiers", "Formulas/Boxes", "Formulas/Preference", "Formulas/Metric", "Formulas/Segmentation",
            "Formulas/Sequences", "Lanes", "Internals/Rows", "Internals/Embedding", "Internals/Tuples",
            "Internals/Groups", "Internals/Scores", "Internals/Nested", "Internals/Lattice", "Internals/Windows",
            "Internals/Images", "Formulas/Images", "Boosting", "Decisions",
            "Calibration", "Comparison", "Aggregation", "FSharp",
        ];
        string[] files = [.. Errors().Select(error => error.File)];
        parts.Select(part => $"src/LossKit/{part}/")
            .Concat(["src/LossKit.MathNet/", "src/LossKit.Analyzers/", "src/LossKit.Analyzers.CodeFixes/"])
            .Where(part => !files.Any(file => file.StartsWith(part, StringComparison.Ordinal)))
            .Should().BeEmpty($"{List} is to plant an error in each");
    }

    [Fact]
    public void Every_filter_has_tests()
    {
        string[] tests =
        [
            .. from type in Assembly.GetExecutingAssembly().GetExportedTypes()
               where !type.IsAbstract
               from method in type.GetMethods()
               select $"{type.FullName}.{method.Name}",
        ];
        foreach ((string project, string filter, _, _, _) in Errors())
        {
            Directory.Exists(Path.Combine(s_root, "tests", project)).Should().BeTrue(project);
            foreach (Match name in Regex.Matches(filter, @"FullyQualifiedName~(\S+?)(?=[&|]|$)"))
            {
                tests.Should().Contain(
                    test => project != "LossKit.Tests"
                        || test.Contains(name.Groups[1].Value, StringComparison.Ordinal),
                    filter);
            }
        }
    }

    private static IEnumerable<(string Project, string Filter, string File, string Find, string Replacement)> Errors()
    {
        (string project, string filter, string file, string find) = ("", "", "", "");
        foreach (string line in File.ReadLines(Path.Combine(s_root, List)))
        {
            switch (line.Split(' ', 2))
            {
                case ["tests", string tests]:
                    (project, filter) = (tests.Split(' ')[0], tests.Split(' ')[1]);
                    break;
                case ["file", string path]:
                    file = path;
                    break;
                case ["-", string text]:
                    find = text;
                    break;
                case ["+", string text]:
                    yield return (project, filter, file, find, text);
                    break;
                case [""] or ["#", ..]:
                    break;
                default:
                    throw new InvalidDataException($"{List} has a line '{line}'.");
            }
        }
    }

    private static string Root([CallerFilePath] string path = "")
    {
        string? directory = Path.GetDirectoryName(path);
        while (directory is not null && !File.Exists(Path.Combine(directory, List)))
        {
            directory = Path.GetDirectoryName(directory);
        }

        return directory ?? throw new InvalidOperationException($"{List} is not above {path}.");
    }
}
