namespace LossKit;

/// <summary>What the four numbers of a box are.</summary>
public enum BoxFormat
{
    /// <summary>Two corners: x₁, y₁, x₂, y₂ with x₁ ≤ x₂ and y₁ ≤ y₂.</summary>
    Xyxy,

    /// <summary>The center, width and height.</summary>
    Cxcywh,
}
