namespace LossKit;

/// <summary>What is known of two rows of a labelled batch when they are compared.</summary>
public enum EmbeddingScore
{
    /// <summary>u·v.</summary>
    DotProduct,

    /// <summary>u·v / (‖u‖·‖v‖); norms below 1e-12 count as that.</summary>
    Cosine,

    /// <summary>‖u − v‖; where it is 0, so is its gradient.</summary>
    Distance,

    /// <summary>‖u − v‖².</summary>
    SquaredDistance,
}
