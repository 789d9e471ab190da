using LossKit.Gpu.Compiler;

namespace LossKit.Gpu.Calls;

/// <summary>What the labels of a batch on a device come to.</summary>
internal readonly struct DeviceLabels<T, TArithmetic>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TArithmetic : struct, IArithmetic<T>
{
    public DeviceLabels(
        Accelerator accelerator,
        AcceleratorStream stream,
        Scratch scratch,
        in RowArguments<T> arguments,
        ArrayView<T> divisors,
        int classes,
        int ignoreIndex)
    {
        CompiledForms.Ensure();
        Action<
            AcceleratorStream,
            KernelConfig,
            ArrayView<int>,
            ArrayView<T>,
            ArrayView<T>,
            ArrayView<int>,
            SumTarget,
            LabelRange,
            int> kernel = accelerator.LoadKernel<
                ArrayView<int>, ArrayView<T>, ArrayView<T>, ArrayView<int>, SumTarget, LabelRange, int>(
                LabelKernel.Run<T, TArithmetic>);
        Partition partition = new(
            Partition.GroupSizeOf(accelerator), (int)arguments.Labels.Length, isAligned: false);
        scratch.Wrong.MemSet(stream, 0x7F);
        for (int total = 0; total < LabelKernel.Totals; total++)
        {
            kernel(
                stream,
                new(partition.Groups, partition.GroupSize),
                arguments.Labels,
                arguments.Weights,
                divisors,
                scratch.Wrong,
                scratch.SumTo(scratch.Totals.SubView(total, 1)),
                new() { Classes = classes, IgnoreIndex = ignoreIndex },
                total);
        }

        double[] totals = new double[LabelKernel.Totals];
        int wrong = 0;
        scratch.Totals.CopyToCPU(stream, ref totals[0], totals.Length);
        scratch.Wrong.CopyToCPU(stream, ref wrong, 1);
        Weight = totals[0];
        Counted = (int)totals[1];
        HasWeight = totals[2] > 0;
        Wrong = wrong < arguments.Labels.Length ? wrong : null;
    }

    /// <summary>What the mean divides by.</summary>
    public double Weight { get; }

    /// <summary>How many rows count.</summary>
    public int Counted { get; }

    /// <summary>Whether any of these has a weight that is not 0.</summary>
    public bool HasWeight { get; }

    /// <summary>The first row whose label is no class, if there is one.</summary>
    public int? Wrong { get; }
}
