namespace LossKit.Analyzers;

/// <summary>What the analyzers find.</summary>
internal static class Rules
{
    private const string Correctness = nameof(Correctness);

    private const string Performance = nameof(Performance);

    public static readonly DiagnosticDescriptor DefaultFormula = Rule(
        "LOSSKIT001",
        Correctness,
        "A formula without its parameters",
        "'{0}' has parameters, which are missing here: call its constructor with {1}",
        "The default of a struct runs no constructor, and neither does 'new()' without one of no parameters: a loss "
        + "that is made of the formula throws, or, where a field is a plain number, that is 0 and was never checked.");

    public static readonly DiagnosticDescriptor NotInlined = Rule(
        "LOSSKIT002",
        Performance,
        "A method over lanes that is not inlined",
        "'{0}' costs a call for each register of examples: give it "
        + "[MethodImpl(MethodImplOptions.AggressiveInlining)]",
        "A formula becomes part of the loop over a batch only if all of its methods over lanes are inlined, its "
        + "helpers too. Where a call is meant, MethodImplOptions.NoInlining says so.");

    public static readonly DiagnosticDescriptor NotReadonly = Rule(
        "LOSSKIT003",
        Performance,
        "A formula that is not readonly",
        "'{0}' is a formula: make it a readonly struct",
        "A formula is held in readonly fields. If it is not a readonly struct itself, it is copied before each call of "
        + "its methods, and nothing keeps its parameters from changing between two registers of examples.");

    public static readonly DiagnosticDescriptor LaneBranch = Rule(
        "LOSSKIT004",
        Correctness,
        "A branch on a number of a lane",
        "This decides once for all examples of a lane: compute both sides and pick by {0}.SelectGreater(left, right, "
        + "ifGreater, otherwise)",
        "A lane is a register of several examples, or a number with its derivatives. Examples of both sides are in it, "
        + "so that one branch for all of them is wrong for some. SelectGreater picks for each example, and picks "
        + "derivatives along. Branches on a formula's own parameters are fine.");

    public static readonly DiagnosticDescriptor MeanOfMeans = Rule(
        "LOSSKIT005",
        Correctness,
        "A mean of means",
        "Here the smallest batch counts as much as the largest: merge the costs, by + or a CostAggregator, and take "
        + "the Mean of that",
        "A Cost is a sum, a weight and a count, so that costs of any sizes merge. Of their means alone no mean can be "
        + "made that is that of all examples, unless all batches have the same weight. Where tasks are to count "
        + "alike whatever their sizes, suppress this warning and say so.");

    public static readonly DiagnosticDescriptor TargetCoding = Rule(
        "LOSSKIT006",
        Correctness,
        "Targets of another coding",
        "Targets of '{0}' are {1}, and {2} is none: {3}",
        "A loss of margins multiplies scores with targets of -1 and +1, so that a target of 0 costs the same whatever "
        + "the score is. A cross-entropy takes its target for a probability, in [0, 1].");

    private static DiagnosticDescriptor Rule(
        string id, string category, string title, string message, string description) =>
        new(id, title, message, category, DiagnosticSeverity.Warning, isEnabledByDefault: true, description);
}
