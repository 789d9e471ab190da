namespace LossKit.Internals.Embedding;

/// <summary>What says how the rows of a pair are to lie.</summary>
internal enum PairTargets
{
    /// <summary>A label: 1, or 0 for others.</summary>
    Flags,

    /// <summary>A label: 1, or −1 for others.</summary>
    Signs,

    /// <summary>A number.</summary>
    Numbers,

    /// <summary>The formula alone.</summary>
    Nothing,
}
