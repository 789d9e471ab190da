namespace LossKit;

/// <summary>How the losses of tokens become those of a batch of sequences.</summary>
public enum TokenAggregation
{
    /// <summary>One loss a token: long sequences count more (DAPO).</summary>
    TokenMean,

    /// <summary>
    /// One loss a sequence, the mean over its tokens; a sequence without tokens does not count (GRPO).
    /// </summary>
    SequenceMean,

    /// <summary>One loss a sequence, the sum over its tokens by a fixed number; all count (Dr. GRPO).</summary>
    SequenceSum,
}
