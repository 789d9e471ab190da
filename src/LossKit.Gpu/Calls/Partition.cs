namespace LossKit.Gpu.Calls;

/// <summary>
/// How a batch is divided among threads: by its length and where its views begin, not by how large the device is, so
/// that all add up in the same order.
/// </summary>
internal readonly struct Partition
{
    /// <summary>The most groups: many waves for the largest device, and few enough for one group to add up.</summary>
    public const int MostGroups = 8192;

    private const int UsualGroupSize = 256;

    /// <summary>From this many steps of a group on, each group has at least two: there are threads enough.</summary>
    private const int ManySteps = 2048;

    public Partition(int groupSize, int length, bool isAligned)
    {
        GroupSize = groupSize;
        Quads = isAligned ? length / Quad<byte>.Count : 0;
        int steps = Ceiling(isAligned ? Quads : length, groupSize);
        int stepsOfGroup = steps <= ManySteps ? 1 : Math.Max(2, Ceiling(steps, MostGroups));
        QuadsOfGroup = stepsOfGroup * groupSize;
        Groups = Math.Max(1, Ceiling(steps, stepsOfGroup));
    }

    /// <summary>How many threads a group has, a power of two.</summary>
    public int GroupSize { get; }

    public int Groups { get; }

    public int Quads { get; }

    public int QuadsOfGroup { get; }

    public static Partition Of<T>(Accelerator accelerator, in ExampleArguments<T> arguments) where T : unmanaged =>
        new(
            GroupSizeOf(accelerator),
            (int)arguments.Predictions.Length,
            IsAligned(arguments.Predictions)
                && IsAligned(arguments.Targets)
                && IsAligned(arguments.Weights)
                && IsAligned(arguments.Losses)
                && IsAligned(arguments.Gradient)
                && IsAligned(arguments.Hessian));

    /// <summary>The most threads of a group, a power of two, up to <paramref name="most"/>.</summary>
    public static int GroupSizeOf(Accelerator accelerator, int most = UsualGroupSize) => Math.Min(
        most, (int)BitOperations.RoundUpToPowerOf2((uint)accelerator.MaxNumThreadsPerGroup + 1) / 2);

    public static bool IsAligned<T>(ArrayView<T> view) where T : unmanaged =>
        view.Length == 0 || view.LoadEffectiveAddressAsPtr() % Quad<T>.Alignment == 0;

    private static int Ceiling(int left, int right) => (int)(((long)left + right - 1) / right);
}
