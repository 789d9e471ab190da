namespace LossKit;

/// <summary>What the ratio of new to old probabilities is of.</summary>
public enum ImportanceRatio
{
    /// <summary>Each token by itself.</summary>
    Token,

    /// <summary>The geometric mean over the tokens of a sequence, the same for all of them (GSPO).</summary>
    Sequence,
}
