namespace LossKit;

/// <summary>What a group without any target above 0 is: a class, say, that an image does not show.</summary>
public enum AbsentTargets
{
    /// <summary>It counts as any other.</summary>
    Count,

    /// <summary>It is left out: a loss of 0, which the mean does not divide by.</summary>
    Skip,

    /// <summary>Its loss is 0, and it counts.</summary>
    Zero,
}
