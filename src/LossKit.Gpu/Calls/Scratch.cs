namespace LossKit.Gpu.Calls;

/// <summary>Where the groups of a launch leave their sums: one for each stream, whose launches follow each other.</summary>
internal sealed class Scratch
{
    private static readonly ConditionalWeakTable<AcceleratorStream, Scratch> s_all = [];

    private readonly MemoryBuffer1D<double, Stride1D.Dense> _parts;
    private readonly MemoryBuffer1D<double, Stride1D.Dense> _total;
    private readonly MemoryBuffer1D<int, Stride1D.Dense> _done;

    // They live as long as the accelerator, which disposes of its memory.
    private Scratch(AcceleratorStream stream)
    {
        _parts = stream.Accelerator.Allocate1D<double>(Partition.MostGroups);
        _total = stream.Accelerator.Allocate1D<double>(1);
        _done = stream.Accelerator.Allocate1D<int>(1);
        _done.MemSetToZero(stream);
    }

    public ArrayView<double> Total => _total.View;

    public static Scratch Of(AcceleratorStream stream) => s_all.GetValue(stream, static key => new(key));

    public SumTarget SumTo(ArrayView<double> total) => new() { Parts = _parts.View, Total = total, Done = _done.View };

    /// <summary>Waits for the total.</summary>
    public double Read(AcceleratorStream stream)
    {
        double total = 0;
        Total.CopyToCPU(stream, ref total, 1);
        return total;
    }
}
