using System.Runtime.InteropServices;

namespace LossKit.Internals.Lattice;

/// <summary>The softmax of one frame, by the steps that those of rows have.</summary>
internal static class FrameSoftmax<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>
    /// The largest logit, −∞ aside, and Σ e^(logit − largest), in excess of 1; the exponentials themselves, if there is
    /// a place for them.
    /// </summary>
    public static (T Largest, T Excess) Run(ReadOnlySpan<T> logits, Span<T> exponentials) =>
        LaneWidths.Best == LaneWidth.Vector512 && logits.Length >= Vector512Lane<T>.Count
            ? Run<Vector512Lane<T>>(logits, exponentials)
            : LaneWidths.Best != LaneWidth.Scalar && logits.Length >= VectorLane<T>.Count
                ? Run<VectorLane<T>>(logits, exponentials)
                : Run<ScalarLane<T>>(logits, exponentials);

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (T Largest, T Excess) Run<TLane>(ReadOnlySpan<T> logits, Span<T> exponentials)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        Span<T> ofRow = stackalloc T[PerRow<T>.Numbers];
        RowChunk<T> chunk = new()
        {
            Columns = logits.Length,
            Count = 1,
            Length = (nuint)logits.Length,
            Stride = (nuint)TLane.Count,
            Padded = (nuint)TLane.Count,
            Predictions = ref MemoryMarshal.GetReference(logits),
            Gradient = ref MemoryMarshal.GetReference(exponentials),
            OfRows = ref MemoryMarshal.GetReference(ofRow),
        };
        Softmax<T, TLane, No>.Largest(chunk);
        if (exponentials.IsEmpty)
        {
            Softmax<T, TLane, No>.Exponentials<No>(chunk);
        }
        else
        {
            Softmax<T, TLane, No>.Exponentials<Yes>(chunk);
        }

        return (Of(RowNumber.Largest, ofRow), Of(RowNumber.Peaks, ofRow) - T.One + Of(RowNumber.Rest, ofRow));
    }

    private static T Of(RowNumber number, Span<T> ofRow) => ofRow[(int)number * PerRow<T>.Capacity];
}
