namespace LossKit.Conformance;

/// <summary>Checks a case in double, then in float.</summary>
internal static class CaseCheck
{
    public static CaseOutcome Of(Case given) => Guarded("double", given, InDouble);

    private static CaseOutcome InDouble(Case given, string type)
    {
        IReadOnlyList<Observation>? seen = CaseRunner<double>.Run(given);
        if (seen is null)
        {
            return new(CaseResult.Unknown);
        }

        string? difference = Comparison.Differences(given, seen, _ => given.Tolerance).FirstOrDefault().Difference;
        return difference is null ? Guarded("float", given, InFloat) : Failed(given, type, difference);
    }

    private static CaseOutcome InFloat(Case given, string type)
    {
        // An absolute tolerance of 0 asks for tails that float does not have.
        if (given.Tolerance.Absolute == 0 || !given.FitsFloat)
        {
            return new(CaseResult.Passed, LeftOutInFloat: true);
        }

        // Where double, too, is off once the inputs are rounded, their rounding explains it: they were at a kink, say.
        Case rounded = given.RoundedToFloat();
        HashSet<string> moved = [.. Differences(CaseRunner<double>.Run(rounded)).Select(pair => pair.Field)];
        string? difference = Differences(CaseRunner<float>.Run(rounded))
            .FirstOrDefault(pair => !moved.Contains(pair.Field)).Difference;
        return difference is null
            ? new(CaseResult.Passed, LeftOutInFloat: moved.Count > 0)
            : Failed(given, type, difference);

        IEnumerable<(string Field, string Difference)> Differences(IReadOnlyList<Observation>? seen) =>
            Comparison.Differences(rounded, seen ?? [], given.Tolerance.ForFloat);
    }

    // A loss that throws, whatever it throws, has failed its case and must not end the run.
    private static CaseOutcome Guarded(string type, Case given, Func<Case, string, CaseOutcome> check)
    {
        try
        {
            return check(given, type);
        }
        catch (Exception exception)
        {
            return Failed(given, type, $"{exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static CaseOutcome Failed(Case given, string type, string what) =>
        new(CaseResult.Failed, $"{given.Id} {type} {given} {what}{(given.Note is null ? "" : $" ({given.Note})")}");
}
