namespace LossKit;

/// <summary>Which triplets of a labelled batch there is a loss of.</summary>
public enum TripletMining
{
    /// <summary>Every anchor with each of its positives and each of its negatives.</summary>
    All,

    /// <summary>The same, but the mean is over those whose loss is not 0; once none is, it is NaN.</summary>
    Active,

    /// <summary>
    /// Every anchor with its farthest positive and its nearest negative, the first of equals. Anchors without are not
    /// counted.
    /// </summary>
    Hardest,

    /// <summary>
    /// Every anchor with each of its positives and the nearest negative that is farther or, if there is none, the
    /// farthest.
    /// </summary>
    SemiHard,
}
