namespace LossKit;

/// <summary>Whether the loss of a group is the sum over its pairs or their weighted mean.</summary>
public enum PairReduction
{
    /// <summary>The sum.</summary>
    Sum,

    /// <summary>The sum, divided by the weights of all pairs.</summary>
    Mean,
}
