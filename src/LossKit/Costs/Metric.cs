namespace LossKit;

/// <summary>Which way a metric gets better.</summary>
public enum Better
{
    /// <summary>Less is better, as of a cost.</summary>
    Lower,

    /// <summary>More is better, as of an accuracy or a profit.</summary>
    Higher,
}

/// <summary>What one really cares about, and watches beside the loss.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Better">Which way it gets better.</param>
public readonly record struct Metric(string Name, Better Better);
