namespace LossKit.Internals.Groups;

/// <summary>What a segmentation's losses are of, and what their formula takes, where that is not the usual.</summary>
internal readonly record struct RegionTraits
{
    public Scope Of { get; init; }

    public Side Sides { get; init; }

    /// <summary>The power of distances.</summary>
    public double Alpha { get; init; }

    /// <summary>What the mean over all regions counts beside a cross-entropy.</summary>
    public double RegionWeight { get; init; }

    /// <summary>What the mean cross-entropy over all pixels counts; 0 if there is none.</summary>
    public double CrossEntropyWeight { get; init; }

    /// <summary>Whether predictions are scores of one class: what is masked is then one of −∞.</summary>
    public bool IsOfScores { get; init; }

    /// <summary>Whether there is one loss of all classes of an example, or of the batch.</summary>
    public bool IsOfExamples => Of != Scope.Region;

    public bool IsMean => Of is Scope.MeanOfAll or Scope.MeanOfPresent;

    /// <summary>What there is one loss of.</summary>
    internal enum Scope
    {
        /// <summary>A class of an example, or of the batch.</summary>
        Region,

        /// <summary>All classes, of which the formula makes one loss.</summary>
        Joint,

        /// <summary>The batch: the mean over all its regions, and a cross-entropy.</summary>
        Batch,

        /// <summary>The mean over all classes.</summary>
        MeanOfAll,

        /// <summary>The mean over the classes with a pixel.</summary>
        MeanOfPresent,
    }

    /// <summary>The number that each pixel has beside probability and target.</summary>
    internal enum Side
    {
        /// <summary>None.</summary>
        None,

        /// <summary>1 over the number of pixels.</summary>
        Share,

        /// <summary>The same, times the sum of both distances to a power.</summary>
        Distances,
    }
}
