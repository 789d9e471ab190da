namespace LossKit;

/// <summary>What <see cref="Loss.TotalVariation"/> adds up of the differences ∂ between neighbours.</summary>
public enum VariationForm
{
    /// <summary>|∂| of every two neighbours along an axis.</summary>
    Anisotropic,

    /// <summary>√(∂₁² + ∂₂²) of every pixel with a next neighbour along each axis.</summary>
    Isotropic,

    /// <summary>∂² of every two neighbours along an axis.</summary>
    Squared,
}
