namespace LossKit.Tensors.Tests.Support;

/// <summary>Where the entries of a tensor lie in an array.</summary>
public enum Layout
{
    /// <summary>Row by row, without gaps.</summary>
    Dense,

    /// <summary>The first axis is the innermost.</summary>
    Reversed,

    /// <summary>Row by row, with two entries of nobody's after each.</summary>
    Spread,

    /// <summary>A corner of a larger tensor.</summary>
    Corner,
}
