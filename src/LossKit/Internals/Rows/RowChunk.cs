using System.Runtime.InteropServices;

namespace LossKit.Internals.Rows;

/// <summary>What there is one of a row while it is evaluated.</summary>
internal enum RowNumber
{
    /// <summary>The column of the label.</summary>
    Label,

    /// <summary>The prediction of the label.</summary>
    Score,

    /// <summary>The weight of the label's class.</summary>
    LabelWeight,
    Weight,
    Loss,

    /// <summary>The derivative with respect to the label's prediction, which no cell holds.</summary>
    LabelGradient,
    LabelHessian,

    /// <summary>The column of the strongest competitor, whose derivative is the label's taken negative.</summary>
    Rival,

    // What one step of a softmax leaves to the next.
    Largest,

    /// <summary>How many logits are the largest: the sum of all exponentials that are 1.</summary>
    Peaks,

    /// <summary>The sum of all other exponentials.</summary>
    Rest,
    Distance,
    Target,
    LogSumExp,
    LargestTarget,

    /// <summary>The logarithm of all exponentials, relative to the largest.</summary>
    LogTotal,
    TargetLogTotal,

    /// <summary>What the largest logits have of <see cref="Slope"/>, where others have that.</summary>
    PeakSlope,

    /// <summary>The same of <see cref="Curvature"/>.</summary>
    PeakCurvature,
    Factor,
    InverseOthers,
    Slope,
    Curvature,
}

/// <summary>
/// Some rows that are evaluated together, as cells of one lane each. Lanes lie either across rows, a cell being one
/// column of as many rows as a lane holds, or along a single row, a cell being some of its columns.
/// </summary>
/// <remarks>
/// Along a row the last cell overlaps the one before it, unless the columns fill it; sums leave out what it repeats. A
/// cell is therefore always read before the one before it is written.
/// What there is one of a row stands in a lane: a row each across rows, the same number everywhere along one.
/// </remarks>
internal ref struct RowChunk<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public ref T Predictions;
    public ref T Targets;

    /// <summary>May be the predictions.</summary>
    public ref T Gradient;
    public ref T Hessian;

    /// <summary>How many numbers all cells have.</summary>
    public nuint Length;

    /// <summary>How far the cells of one row are apart.</summary>
    public nuint Stride;

    /// <summary>How many rows there are, padded to whole lanes.</summary>
    public nuint Padded;

    /// <summary>How many rows are more than padding.</summary>
    public int Count;

    public int Columns;

    /// <summary>The column of the label, if lanes lie along the row.</summary>
    public nuint Label;

    /// <summary>One a class, or null.</summary>
    public ref T ClassWeights;
    public ref T OfRows;
    public T Scale;

    public readonly nuint LastCell => Length - Stride;

    /// <summary>All that there is one of a row.</summary>
    public readonly Span<T> Numbers => MemoryMarshal.CreateSpan(ref OfRows, PerRow<T>.Numbers);

    public readonly Span<T> Of(RowNumber number) =>
        Numbers.Slice((int)number * PerRow<T>.Capacity, PerRow<T>.Capacity);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TLane Load<TLane>(RowNumber number, nuint row)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane> =>
        TLane.Load(in OfRows, (nuint)number * PerRow<T>.Capacity + row);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store<TLane>(RowNumber number, nuint row, TLane value)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane> =>
        TLane.Store(value, ref OfRows, (nuint)number * PerRow<T>.Capacity + row);
}
