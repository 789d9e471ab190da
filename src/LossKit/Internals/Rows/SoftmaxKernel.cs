using System.Runtime.InteropServices;

namespace LossKit.Internals.Rows;

/// <summary>Evaluates losses on a softmax of rows across lanes, some of whose columns are there at a time.</summary>
internal interface ISoftmaxKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>
    /// Whether the label's derivative is a number of its row, and the weight of the label's class a factor.
    /// </summary>
    bool HasLabelDerivatives { get; }

    /// <summary>
    /// Adds these columns to what is known of the rows; the first make it. It may leave the exponentials in their
    /// place.
    /// </summary>
    void Fold(in RowChunk<T> chunk, bool isFirst, bool keepsExponentials);

    /// <summary>Makes losses of rows all of whose columns are folded.</summary>
    void Losses(in RowChunk<T> chunk, DerivativeOrder order);

    /// <summary>Turns the logits of these columns, or the exponentials, into derivatives.</summary>
    void Derivatives(in RowChunk<T> chunk, bool hasExponentials);
}

internal sealed class SoftmaxKernel<T, TProgram>(TProgram program, ClassOptions<T> classes)
    : ProgramKernel<T, TProgram>(program, classes), ISoftmaxKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TProgram : struct, ISoftmaxProgram<TProgram>
{
    public bool HasLabelDerivatives => TProgram.HasLabelDerivatives;

    public void Fold(in RowChunk<T> chunk, bool isFirst, bool keepsExponentials)
    {
        switch (LaneWidths.Best)
        {
            case LaneWidth.Vector512:
                Fold<Vector512Lane<T>>(chunk, isFirst, keepsExponentials);
                break;
            case LaneWidth.Vector:
                Fold<VectorLane<T>>(chunk, isFirst, keepsExponentials);
                break;
            default:
                Fold<ScalarLane<T>>(chunk, isFirst, keepsExponentials);
                break;
        }
    }

    public void Losses(in RowChunk<T> chunk, DerivativeOrder order) => _ = LaneWidths.Best switch
    {
        LaneWidth.Vector512 => Losses<Vector512Lane<T>>(chunk, order),
        LaneWidth.Vector => Losses<VectorLane<T>>(chunk, order),
        _ => Losses<ScalarLane<T>>(chunk, order),
    };

    public void Derivatives(in RowChunk<T> chunk, bool hasExponentials)
    {
        switch (LaneWidths.Best)
        {
            case LaneWidth.Vector512:
                Derivatives<Vector512Lane<T>>(chunk, hasExponentials);
                break;
            case LaneWidth.Vector:
                Derivatives<VectorLane<T>>(chunk, hasExponentials);
                break;
            default:
                Derivatives<ScalarLane<T>>(chunk, hasExponentials);
                break;
        }
    }

    [SkipLocalsInit]
    private void Fold<TLane>(in RowChunk<T> chunk, bool isFirst, bool keepsExponentials)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        Span<T> numbers = stackalloc T[PerRow<T>.Numbers];
        chunk.Numbers.CopyTo(numbers);
        RowChunk<T> before = new() { OfRows = ref MemoryMarshal.GetReference(numbers) };
        Softmax<T, TLane, Yes>.Largest(chunk);
        if (keepsExponentials)
        {
            TProgram.Sums<T, TLane, Jet<TLane>, Yes>(Program, chunk);
        }
        else
        {
            TProgram.Sums<T, TLane, TLane, Yes>(Program, chunk);
        }

        if (!isFirst)
        {
            Softmax<T, TLane, Yes>.Merge(chunk, before);
        }
    }

    private double Losses<TLane>(in RowChunk<T> chunk, DerivativeOrder order)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane> => order == DerivativeOrder.Value
        ? TProgram.Losses<T, TLane, TLane, Yes>(Program, chunk)
        : TProgram.Losses<T, TLane, Jet<TLane>, Yes>(Program, chunk);

    [SkipLocalsInit]
    private void Derivatives<TLane>(in RowChunk<T> chunk, bool hasExponentials)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    {
        if (!hasExponentials)
        {
            // The sums are those of all columns, and stay.
            Span<T> numbers = stackalloc T[PerRow<T>.Numbers];
            chunk.Numbers.CopyTo(numbers);
            Softmax<T, TLane, Yes>.Exponentials<Yes>(chunk);
            numbers.CopyTo(chunk.Numbers);
        }

        TProgram.Derivatives<T, TLane, Jet<TLane>, Yes>(Program, chunk);
    }
}
