using System.Text.Json;

namespace LossKit.Conformance;

/// <summary>Runs the cases of files against the library and reports what does not agree.</summary>
public static class ConformanceRun
{
    private const string AllowUnsupported = "--allow-unsupported";
    private const string Usage = $"Usage: LossKit.Conformance [{AllowUnsupported}] FILE...";

    private const int Agreed = 0;
    private const int Disagreed = 1;
    private const int NotRun = 2;

    /// <summary>Runs every case of the files named by <paramref name="args"/>.</summary>
    /// <returns>
    /// 0 if all agree, 1 if a case failed or, unless unsupported losses are allowed, is of an unknown loss, 2 if the
    /// arguments or a file make no sense.
    /// </returns>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);

        List<string> paths = [.. args.Where(arg => !arg.StartsWith('-'))];
        List<string> options = [.. args.Except(paths)];
        string? unknownOption = options.Find(option => option != AllowUnsupported);
        if (unknownOption is not null || paths.Count == 0)
        {
            error.WriteLine(unknownOption is null ? "No case file given." : $"Unknown option '{unknownOption}'.");
            error.WriteLine(Usage);
            return NotRun;
        }

        List<Case> cases = [];
        foreach (string path in paths)
        {
            try
            {
                cases.AddRange(CaseFile.Read(path));
            }
            catch (Exception exception) when (
                exception is IOException or UnauthorizedAccessException or ArgumentException // of reading
                    or JsonException or InvalidDataException) // of what was read
            {
                error.WriteLine($"Cannot read '{path}': {exception.Message}");
                return NotRun;
            }
        }

        return Report(cases, options.Count > 0, output);
    }

    private static int Report(List<Case> cases, bool allowUnsupported, TextWriter output)
    {
        List<CaseOutcome> outcomes = [.. cases.Select(CaseCheck.Of)];
        foreach (string failure in outcomes.Select(outcome => outcome.Failure).OfType<string>())
        {
            output.WriteLine(failure);
        }

        string[] unknownLosses =
        [
            .. cases.Zip(outcomes)
                .Where(pair => pair.Second.Result == CaseResult.Unknown)
                .CountBy(pair => pair.First.Signature)
                .Select(pair => FormattableString.Invariant($"{pair.Key} {pair.Value}")),
        ];
        int passed = outcomes.Count(outcome => outcome.Result == CaseResult.Passed);
        int failed = outcomes.Count(outcome => outcome.Result == CaseResult.Failed);
        int unknown = outcomes.Count - passed - failed;
        int leftOut = outcomes.Count(outcome => outcome.LeftOutInFloat);
        string listed = unknown == 0 ? "" : $": {string.Join(", ", unknownLosses)}";

        output.WriteLine(FormattableString.Invariant($"{leftOut} cases left out in float, wholly or in part"));
        output.WriteLine(FormattableString.Invariant($"{unknown} cases of unknown losses{listed}"));
        output.WriteLine(FormattableString.Invariant($"{passed} passed, {failed} failed"));
        return failed == 0 && (allowUnsupported || unknown == 0) ? Agreed : Disagreed;
    }
}
