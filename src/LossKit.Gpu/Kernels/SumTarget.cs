using System.Diagnostics.CodeAnalysis;

namespace LossKit.Gpu.Kernels;

/// <summary>
/// How the threads of a launch add up: within their group in a tree, and the groups' sums by the group that is done
/// last, always in the same order. Which group that is does not matter.
/// </summary>
[SuppressMessage("Design", "CA1051", Justification = "Plain data of a kernel.")]
internal struct SumTarget
{
    /// <summary>A sum of each group, or of each row.</summary>
    public ArrayView<double> Parts;

    /// <summary>The sum of all.</summary>
    public ArrayView<double> Total;

    /// <summary>How many groups are done: 0 before and after a launch.</summary>
    public ArrayView<int> Done;

    /// <summary>Adds what each thread has. Every thread of the group has to come here.</summary>
    public static void Add(SumTarget target, double sum)
    {
        double ofGroup = GroupOf.Sum(sum);
        if (Group.IdxX == 0)
        {
            target.Parts[Grid.IdxX] = ofGroup;
        }

        AddParts(target, Grid.DimX);
    }

    /// <summary>Adds the parts that all groups have left. Every thread of the group has to come here.</summary>
    public static void AddParts(SumTarget target, int parts)
    {
        ArrayView<int> before = SharedMemory.Allocate<int>(1);
        Group.Barrier();
        if (Group.IdxX == 0)
        {
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
        for (int part = Group.IdxX; part < parts; part += Group.DimX)
        {
            all += target.Parts[part];
        }

        all = GroupOf.Sum(all);
        if (Group.IdxX == 0)
        {
            target.Total[0] = all;
            target.Done[0] = 0;
        }
    }
}
