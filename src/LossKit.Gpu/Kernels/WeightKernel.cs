namespace LossKit.Gpu.Kernels;

/// <summary>The total of weights, or of their sizes.</summary>
internal static class WeightKernel
{
    public static void Run<T, TArithmetic>(ArrayView<T> weights, double unit, int isOfSizes, SumTarget sum)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TArithmetic : struct, IArithmetic<T>
    {
        double total = 0;
        long stride = (long)Grid.DimX * Group.DimX;
        for (long i = (long)Grid.IdxX * Group.DimX + Group.IdxX; i < weights.Length; i += stride)
        {
            double weight = TArithmetic.ToDouble(weights[i]) * unit;
            total += isOfSizes != 0 ? Math.Abs(weight) : weight;
        }

        SumTarget.Add(sum, total);
    }
}
