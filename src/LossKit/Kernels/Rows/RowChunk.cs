namespace LossKit.Kernels.Rows;

/// <summary>
/// Some rows that are evaluated together, as cells of one lane each: either one column of as many rows as a lane holds
/// (lanes lie across rows), or as many columns of one row (lanes lie along the row).
/// </summary>
/// <remarks>
/// Along a row the last cell overlaps the one before it, unless the columns fill it; sums leave out what it repeats. A
/// cell is therefore always read before the one before it is written.
/// What there is one of a row fills a lane: one number a row across rows, the same number along one.
/// </remarks>
internal ref struct RowChunk<T>
{
    public ref T Predictions;
    public ref T Targets;

    /// <summary>May be the predictions.</summary>
    public ref T Gradient;
    public ref T Hessian;

    /// <summary>How many numbers all cells have.</summary>
    public nuint Length;

    /// <summary>How many rows are more than padding.</summary>
    public int Count;

    public int Columns;

    /// <summary>The label of the row, if lanes lie along it.</summary>
    public nuint Label;

    public ref T ClassWeights;
    public ref T Labels;

    /// <summary>The predictions of the labels.</summary>
    public ref T Scores;

    /// <summary>The weight of each label's class.</summary>
    public ref T LabelWeights;
    public ref T Weights;
    public T Scale;

    public ref T Losses;

    /// <summary>The derivatives with respect to the label's prediction, which no cell holds.</summary>
    public ref T LabelGradients;
    public ref T LabelHessians;

    /// <summary>The column of the strongest competitor, whose derivative is the label's taken negative.</summary>
    public ref T Rivals;
}
