namespace LossKit.Gpu.Calls;

/// <summary>
/// How rows are divided among groups of threads. A row is read twice: only as many are begun at a time as stay in the
/// cache meanwhile.
/// </summary>
internal readonly struct RowPartition
{
    /// <summary>What of rows is to stay in a large device's cache.</summary>
    private const long CachedBytes = 20L << 20;

    private const int ThreadsOfMultiprocessor = 2048;

    public int GroupSize { get; private init; }

    public int Groups { get; private init; }

    public int Quads { get; private init; }

    public static RowPartition Of<T>(Accelerator accelerator, in RowArguments<T> arguments, int classes)
        where T : unmanaged
    {
        int groupSize = GroupSizeOf(accelerator, classes);
        bool isAligned = classes % Quad<T>.Count == 0
            && Partition.IsAligned(arguments.Predictions)
            && Partition.IsAligned(arguments.Gradient)
            && Partition.IsAligned(arguments.Hessian);
        long rowsOfDevice = (long)accelerator.NumMultiprocessors * Unsafe.SizeOf<T>() * classes;
        long atOnce = Math.Clamp(CachedBytes / rowsOfDevice, 1, Math.Max(1, ThreadsOfMultiprocessor / groupSize));
        return new()
        {
            GroupSize = groupSize,
            Groups = (int)Math.Min(arguments.Rows, atOnce * accelerator.NumMultiprocessors),
            Quads = isAligned ? classes / Quad<T>.Count : 0,
        };
    }

    /// <summary>More threads the more classes there are.</summary>
    public static int GroupSizeOf(Accelerator accelerator, int classes) => Partition.GroupSizeOf(
        accelerator,
        classes switch
        {
            >= 16384 => GroupOf.MostThreads,
            >= 2048 => 256,
            >= 512 => 128,
            _ => 32,
        });
}
