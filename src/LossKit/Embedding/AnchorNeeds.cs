namespace LossKit;

/// <summary>Which rows of a labelled batch count.</summary>
public enum AnchorNeeds
{
    /// <summary>All.</summary>
    Nothing,

    /// <summary>Those with another row of their label.</summary>
    Positive,

    /// <summary>Those with another row of their label and one of another.</summary>
    PositiveAndNegative,
}
