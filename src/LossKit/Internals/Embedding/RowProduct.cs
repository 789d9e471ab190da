using System.Runtime.InteropServices;

namespace LossKit.Internals.Embedding;

/// <summary>A product of two rows.</summary>
internal static class RowProduct<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static double Of<TProduct>(ReadOnlySpan<T> left, ReadOnlySpan<T> right)
        where TProduct : struct, IProduct
    {
        int done = 0;
        double sum = LaneWidths.Best switch
        {
            LaneWidth.Vector512 => Of<Vector512Lane<T>, TProduct>(left, right, ref done),
            LaneWidth.Vector => Of<VectorLane<T>, TProduct>(left, right, ref done),
            _ => 0,
        };
        return sum + Of<ScalarLane<T>, TProduct>(left, right, ref done);
    }

    /// <summary>The product of all whole lanes that are left, in chains because each waits for its last sum.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double Of<TLane, TProduct>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, ref int done)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where TProduct : struct, IProduct
    {
        ref T a = ref MemoryMarshal.GetReference(left);
        ref T b = ref MemoryMarshal.GetReference(right);
        nuint lane = (nuint)TLane.Count;
        nuint end = (nuint)left.Length;
        nuint i = (nuint)done;
        TLane sum0 = default;
        TLane sum1 = default;
        TLane sum2 = default;
        TLane sum3 = default;
        for (; i + 4 * lane <= end; i += 4 * lane)
        {
            sum0 = TProduct.Add(sum0, TLane.Load(in a, i), TLane.Load(in b, i), default);
            sum1 = TProduct.Add(sum1, TLane.Load(in a, i + lane), TLane.Load(in b, i + lane), default);
            sum2 = TProduct.Add(sum2, TLane.Load(in a, i + 2 * lane), TLane.Load(in b, i + 2 * lane), default);
            sum3 = TProduct.Add(sum3, TLane.Load(in a, i + 3 * lane), TLane.Load(in b, i + 3 * lane), default);
        }

        for (; i + lane <= end; i += lane)
        {
            sum0 = TProduct.Add(sum0, TLane.Load(in a, i), TLane.Load(in b, i), default);
        }

        done = (int)i;
        return TLane.Sum(sum0 + sum1 + (sum2 + sum3));
    }
}
