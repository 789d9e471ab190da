namespace LossKit;

/// <summary>How far apart two rows u and v are.</summary>
public enum EmbeddingDistance
{
    /// <summary>‖u − v‖; where it is 0, so is its gradient.</summary>
    Euclidean,

    /// <summary>‖u − v‖².</summary>
    SquaredEuclidean,

    /// <summary>Σ |uₖ − vₖ|; where numbers are equal, their gradient is 0.</summary>
    Manhattan,

    /// <summary>max |uₖ − vₖ|; the gradient is that of the first of equal ones, and 0 where the distance is.</summary>
    Chebyshev,

    /// <summary>1 − u·v / (‖u‖·‖v‖); norms below 1e-12 count as that.</summary>
    Cosine,
}
