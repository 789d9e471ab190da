using System.Diagnostics.CodeAnalysis;

namespace LossKit.Gpu.Kernels;

/// <summary>
/// Four quads of a row, as many apart as the group has threads: a thread waits for all of them at once, which hides what
/// memory takes to answer.
/// </summary>
[SuppressMessage("Design", "CA1051", Justification = "Plain data of a kernel.")]
internal struct Block<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public const int Count = 4;

    public Quad<T> A;
    public Quad<T> B;
    public Quad<T> C;
    public Quad<T> D;

    /// <summary>The largest of all; NaN is passed over, or not.</summary>
    public readonly T Largest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Larger(Larger(LargestOf(A), LargestOf(B)), Larger(LargestOf(C), LargestOf(D)));
    }

    /// <summary>From the quad at an index on; what lies beyond the row is the first quad again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block<T> Read(ArrayView<T> row, int first, int quads)
    {
        ArrayView<Quad<T>> view = PointwiseKernel.Quads(row);
        int second = first + Group.DimX;
        int third = second + Group.DimX;
        int fourth = third + Group.DimX;
        return new()
        {
            A = view[first < quads ? first : 0],
            B = view[second < quads ? second : 0],
            C = view[third < quads ? third : 0],
            D = view[fourth < quads ? fourth : 0],
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T LargestOf(Quad<T> quad) => Larger(Larger(quad.A, quad.B), Larger(quad.C, quad.D));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Larger(T left, T right) => left > right ? left : right;
}
