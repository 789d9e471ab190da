using System.Diagnostics.CodeAnalysis;

namespace LossKit.Gpu.Kernels;

/// <summary>
/// How the threads of a launch add up: within their group in a tree, and the groups' sums by the group that is done
/// last, always in the same order. Which group that is does not matter.
/// </summary>
[SuppressMessage("Design", "CA1051", Justification = "Plain data of a kernel.")]
internal struct SumTarget
{
    /// <summary>The most threads of a group.</summary>
    public const int GroupSize = 256;

    /// <summary>A sum of each group.</summary>
    public ArrayView<double> Parts;

    /// <summary>The sum of all.</summary>
    public ArrayView<double> Total;

    /// <summary>How many groups are done: 0 before and after a launch.</summary>
    public ArrayView<int> Done;

    /// <summary>Adds what each thread has. Every thread of the group has to come here.</summary>
    public static void Add(SumTarget target, double sum)
    {
        ArrayView<double> shared = SharedMemory.Allocate<double>(GroupSize);
        ArrayView<int> before = SharedMemory.Allocate<int>(1);
        AddWithinGroup(shared, sum);
        if (Group.IdxX == 0)
        {
            target.Parts[Grid.IdxX] = shared[0];
            MemoryFence.DeviceLevel();
            before[0] = Atomic.Add(ref target.Done[0], 1);
        }

        Group.Barrier();
        if (before[0] != Grid.DimX - 1)
        {
            return;
        }

        MemoryFence.DeviceLevel();
        double all = 0;
        for (int group = Group.IdxX; group < Grid.DimX; group += Group.DimX)
        {
            all += target.Parts[group];
        }

        AddWithinGroup(shared, all);
        if (Group.IdxX == 0)
        {
            target.Total[0] = shared[0];
            target.Done[0] = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddWithinGroup(ArrayView<double> shared, double sum)
    {
        Group.Barrier();
        shared[Group.IdxX] = sum;
        Group.Barrier();
        for (int half = Group.DimX >> 1; half > 0; half >>= 1)
        {
            if (Group.IdxX < half)
            {
                shared[Group.IdxX] += shared[Group.IdxX + half];
            }

            Group.Barrier();
        }
    }
}
