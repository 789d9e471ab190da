namespace LossKit.Internals.Ranking;

/// <summary>A list in the order of its scores, the best first; of equal ones the first input ranks first.</summary>
internal readonly ref struct RankedList
{
    public required ReadOnlySpan<UInt128> Keys { private get; init; }

    public required ReadOnlySpan<double> Relevances { get; init; }

    /// <summary>What each item counts, as a share of the heaviest, above 0; empty means 1 each.</summary>
    public required ReadOnlySpan<double> Weights { get; init; }

    /// <summary>For a number of each item.</summary>
    public required Span<double> Scratch { get; init; }

    public int Length => Relevances.Length;

    public bool HasRelevant => Relevances.ContainsAnyExceptInRange(double.NegativeInfinity, 0);

    public double Weight(int place) => Weights.IsEmpty ? 1 : Weights[place];

    public bool IsRelevant(int place) => Relevances[place] > 0;

    /// <summary>Whether an item has the score of the one before it.</summary>
    public bool IsTied(int place) => place > 0 && JoiningOrder.IsTogether(Keys[place - 1], Keys[place]);
}
