namespace LossKit.Gpu.Calls;

/// <summary>Where the groups of a launch leave their sums: one for each stream, whose launches follow each other.</summary>
internal sealed class Scratch
{
    private static readonly ConditionalWeakTable<AcceleratorStream, Scratch> s_all = [];

    private readonly AcceleratorStream _stream;
    private MemoryBuffer1D<double, Stride1D.Dense> _parts;
    private readonly MemoryBuffer1D<double, Stride1D.Dense> _total;
    private readonly MemoryBuffer1D<int, Stride1D.Dense> _done;
    private readonly MemoryBuffer1D<int, Stride1D.Dense> _wrong;

    // They live as long as the accelerator, which disposes of its memory.
    private Scratch(AcceleratorStream stream)
    {
        _stream = stream;
        _parts = stream.Accelerator.Allocate1D<double>(Partition.MostGroups);
        _total = stream.Accelerator.Allocate1D<double>(LabelKernel.Totals);
        _done = stream.Accelerator.Allocate1D<int>(1);
        _wrong = stream.Accelerator.Allocate1D<int>(1);
        _done.MemSetToZero(stream);
    }

    public ArrayView<double> Total => Totals.SubView(0, 1);

    public ArrayView<double> Totals => _total.View;

    /// <summary>For the first row whose label is no class.</summary>
    public ArrayView<int> Wrong => _wrong.View;

    public static Scratch Of(AcceleratorStream stream) => s_all.GetValue(stream, static key => new(key));

    public SumTarget SumTo(ArrayView<double> total) => new() { Parts = _parts.View, Total = total, Done = _done.View };

    /// <summary>The same for as many parts as there are rows, say.</summary>
    public SumTarget SumTo(ArrayView<double> total, int parts)
    {
        if (parts > _parts.Length)
        {
            // What is queued may still write there.
            _stream.Synchronize();
            _parts.Dispose();
            _parts = _stream.Accelerator.Allocate1D<double>(parts);
        }

        return SumTo(total);
    }

    /// <summary>Waits for the total.</summary>
    public double Read()
    {
        double total = 0;
        Total.CopyToCPU(_stream, ref total, 1);
        return total;
    }
}
