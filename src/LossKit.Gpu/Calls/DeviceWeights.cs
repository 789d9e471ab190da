using LossKit.Gpu.Compiler;

namespace LossKit.Gpu.Calls;

/// <summary>The total of the weights of a batch on a device, as <c>WeightTotal</c> has it on a processor.</summary>
internal readonly struct DeviceWeights<T, TArithmetic>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TArithmetic : struct, IArithmetic<T>
{
    public DeviceWeights(
        Accelerator accelerator, AcceleratorStream stream, Scratch scratch, ArrayView<T> weights, int length)
    {
        Total = new(length, 0);
        HasWeight = length > 0;
        if (weights.Length == 0)
        {
            return;
        }

        CompiledForms.Ensure();
        Action<AcceleratorStream, KernelConfig, ArrayView<T>, double, int, SumTarget> kernel =
            accelerator.LoadKernel<ArrayView<T>, double, int, SumTarget>(WeightKernel.Run<T, TArithmetic>);
        Partition partition = new(Partition.GroupSizeOf(accelerator), length, isAligned: false);
        double total = Sum(1, isOfSizes: 0);
        if (!WeightTotal<T>.IsOrdinary(total, length))
        {
            // Tiny, huge, or of both signs: their mean size tells.
            double size = Sum(1, isOfSizes: 1) / length;
            HasWeight = size != 0;
            Exponent = WeightTotal<T>.ExponentOf(T.CreateTruncating(size));
            total = Exponent == 0 ? total : Sum(Math.ScaleB(1, -Exponent), isOfSizes: 0);
        }

        Total = new(total, 0);

        double Sum(double unit, int isOfSizes)
        {
            kernel(
                stream,
                new(partition.Groups, partition.GroupSize),
                weights,
                unit,
                isOfSizes,
                scratch.SumTo(scratch.Total));
            return scratch.Read();
        }
    }

    /// <summary>Σ w, by 2^<see cref="Exponent"/>.</summary>
    public CompensatedSum Total { get; }

    /// <summary>Whether any is not 0.</summary>
    public bool HasWeight { get; }

    /// <summary>The weights are 2^this times as much as is counted with.</summary>
    public int Exponent { get; }
}
