namespace LossKit;

/// <summary>How the negative cosine c of two rows is written; both pull in the same direction.</summary>
public enum NegativeCosineForm
{
    /// <summary>−c, from −1 to 1, as SimSiam has it.</summary>
    SimSiam,

    /// <summary>2 − 2c, the squared distance of the normalised rows, as BYOL has it.</summary>
    Byol,
}
