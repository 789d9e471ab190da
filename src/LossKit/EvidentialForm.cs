namespace LossKit;

/// <summary>
/// What <see cref="Loss.EvidentialClassification"/> expects of a Dirichlet distribution of class probabilities p, with
/// concentrations α and S = Σα.
/// </summary>
public enum EvidentialForm
{
    /// <summary>The squared error of p: Σ_c ([c = y] − α_c/S)² + α_c(S − α_c)/(S²(S + 1)).</summary>
    Squares,

    /// <summary>−log of the expected p_y: log S − log α_y.</summary>
    Log,

    /// <summary>The expected cross-entropy: ψ(S) − ψ(α_y).</summary>
    Digamma,
}
