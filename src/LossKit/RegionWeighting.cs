namespace LossKit;

/// <summary>What a class counts in <see cref="Loss.GeneralizedDice"/>, by its number of pixels Σt.</summary>
public enum RegionWeighting
{
    /// <summary>1/(Σt)²: small classes count as much as large ones.</summary>
    Square,

    /// <summary>1/Σt.</summary>
    Simple,

    /// <summary>1.</summary>
    Uniform,
}
