namespace LossKit;

/// <summary>What is known of the interval in which a person is last seen without the event.</summary>
public enum CensoredInterval
{
    /// <summary>That it was survived, as pycox has it.</summary>
    Survived,

    /// <summary>Nothing: only the intervals before it were survived.</summary>
    Ignored,
}
