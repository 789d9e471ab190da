namespace LossKit;

/// <summary>How predictions are put into bins.</summary>
public enum CalibrationBins
{
    /// <summary>
    /// Bins of equal width in [0, 1]: the k-th of B from (k − 1)/B on and below k/B, and 1 in the last. Constant
    /// memory.
    /// </summary>
    EqualWidth,

    /// <summary>
    /// Bins of as nearly equal counts as can be: equal predictions are always in the same, so that there may be fewer
    /// bins. Every example is kept, 24 bytes each, until the table is made.
    /// </summary>
    EqualCount,
}
