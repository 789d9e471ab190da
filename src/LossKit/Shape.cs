namespace LossKit;

/// <summary>How the numbers of a batch belong together.</summary>
/// <param name="Predictions">How many predictions an example has, such as classes.</param>
/// <param name="Targets">How many targets an example has: 1 where they are labels, 0 if there are none.</param>
public readonly record struct Shape(int Predictions, int Targets)
{
    /// <summary>How many losses an example has; null if that depends on the targets.</summary>
    public int? Losses { get; init; } = 1;

    /// <summary>
    /// Whether predictions and targets lie column by column: the first of all examples, then the second of all. Else
    /// they lie example by example.
    /// </summary>
    public bool IsPlanar { get; init; }
}
