namespace LossKit;

/// <summary>Which of the other classes the label of a row has a margin over.</summary>
public enum Rivals
{
    /// <summary>All: the loss is the sum over them, divided by all classes.</summary>
    All,

    /// <summary>That of the largest score, the first of equals.</summary>
    Best,
}
