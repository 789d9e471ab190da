namespace LossKit.Plots;

/// <summary>What a picture is written as.</summary>
public enum PictureFormat
{
    /// <summary>Pixels.</summary>
    Png,

    /// <summary>Lines and letters, sharp at any size.</summary>
    Svg,
}
