namespace LossKit.Conformance;

/// <summary>Whether a case passed.</summary>
internal enum CaseResult
{
    Passed,
    Failed,
    Unknown,
}

/// <summary>How a case ended.</summary>
/// <param name="Result">Whether it passed.</param>
/// <param name="Failure">What differs, on one line, if it failed.</param>
/// <param name="LeftOutInFloat">Whether some field of it could not be compared in float.</param>
internal sealed record CaseOutcome(CaseResult Result, string? Failure = null, bool LeftOutInFloat = false);
