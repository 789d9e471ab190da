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

        ILookup<bool, string> isOption = args.ToLookup(arg => arg.StartsWith('-'));
        string? unknownOption = isOption[true].FirstOrDefault(option => option != AllowUnsupported);
        if (unknownOption is not null || !isOption[false].Any())
        {
            error.WriteLine(unknownOption is null ? "No case file given." : $"Unknown option '{unknownOption}'.");
            error.WriteLine(Usage);
            return NotRun;
        }

        List<Case> cases = [];
        foreach (string path in isOption[false])
        {
            try
            {
                cases.AddRange(CaseFile.Read(path));
            }
            catch (Exception exception) when (
                exception is IOException or UnauthorizedAccessException or JsonException or InvalidDataException)
            {
                error.WriteLine($"Cannot read '{path}': {exception.Message}");
                return NotRun;
            }
        }

        return Report(cases, isOption[true].Any(), output);
    }

    private static int Report(List<Case> cases, bool allowUnsupported, TextWriter output)
    {
        List<CaseOutcome> outcomes = [.. cases.Select(CaseCheck.Of)];
        foreach (string failure in outcomes.Select(outcome => outcome.Failure).OfType<string>())
        {
            output.WriteLine(failure);
        }

        IEnumerable<string> unknownLosses = cases.Zip(outcomes)
            .Where(pair => pair.Second.Result == CaseResult.Unknown)
            .CountBy(pair => pair.First.Signature)
            .Select(pair => FormattableString.Invariant($"{pair.Key} {pair.Value}"));
        int passed = Count(outcome => outcome.Result == CaseResult.Passed);
        int failed = Count(outcome => outcome.Result == CaseResult.Failed);
        int unknown = Count(outcome => outcome.Result == CaseResult.Unknown);
        int leftOut = Count(outcome => outcome.LeftOutInFloat);

        output.WriteLine(FormattableString.Invariant($"{leftOut} cases left out in float, wholly or in part"));
        output.WriteLine(FormattableString.Invariant($"{unknown} cases of unknown losses: {Listed(unknownLosses)}"));
        output.WriteLine(FormattableString.Invariant($"{passed} passed, {failed} failed"));
        return failed == 0 && (allowUnsupported || unknown == 0) ? Agreed : Disagreed;

        int Count(Func<CaseOutcome, bool> condition) => outcomes.Count(condition);
    }

    private static string Listed(IEnumerable<string> items) => string.Join(", ", items.DefaultIfEmpty("none"));

}
