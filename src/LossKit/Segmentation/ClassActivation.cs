namespace LossKit;

/// <summary>What makes probabilities of the classes of a pixel.</summary>
public enum ClassActivation
{
    /// <summary>Nothing: predictions are probabilities.</summary>
    None,

    /// <summary>The sigmoid of each class by itself: classes that may overlap.</summary>
    Sigmoid,

    /// <summary>The softmax over the classes of a pixel, of which one is true.</summary>
    Softmax,
}
