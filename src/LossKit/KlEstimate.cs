namespace LossKit;

/// <summary>How a divergence is estimated from x = log q − log p of what p has drawn.</summary>
public enum KlEstimate
{
    /// <summary>−x: without bias, but of either sign.</summary>
    K1,

    /// <summary>½x²: biased, of little variance.</summary>
    K2,

    /// <summary>eˣ − 1 − x: without bias, and never negative.</summary>
    K3,
}
