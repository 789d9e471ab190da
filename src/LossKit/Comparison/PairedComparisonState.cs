namespace LossKit;

/// <summary>What a <see cref="PairedComparison"/> has seen, to be sent to another process.</summary>
/// <param name="Baseline">The cost of the baseline.</param>
/// <param name="Candidate">The cost of the candidate.</param>
/// <param name="Difference">The mean difference.</param>
/// <param name="Better">Examples on which the candidate has the lower loss.</param>
/// <param name="Worse">Examples on which it has the higher one.</param>
/// <param name="Ties">Examples on which both are equal.</param>
/// <param name="Unordered">Examples with a loss that is NaN.</param>
public readonly record struct PairedComparisonState(
    Cost Baseline, Cost Candidate, MeanState Difference, long Better, long Worse, long Ties, long Unordered);
