namespace LossKit.Gpu.Kernels;

/// <summary>Numbers of all threads of a group brought together, in a tree. Every thread has to come here.</summary>
internal static class GroupOf
{
    /// <summary>The most threads of a group.</summary>
    public const int MostThreads = 1024;

    /// <summary>The sum, for every thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(double number)
    {
        ArrayView<double> shared = SharedMemory.Allocate<double>(MostThreads);
        Group.Barrier();
        shared[Group.IdxX] = number;
        Group.Barrier();
        for (int half = Group.DimX >> 1; half > 0; half >>= 1)
        {
            if (Group.IdxX < half)
            {
                shared[Group.IdxX] += shared[Group.IdxX + half];
            }

            Group.Barrier();
        }

        return shared[0];
    }

    /// <summary>The largest that is no NaN, for every thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Largest<T>(T number) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(MostThreads);
        Group.Barrier();
        shared[Group.IdxX] = number;
        Group.Barrier();
        for (int half = Group.DimX >> 1; half > 0; half >>= 1)
        {
            if (Group.IdxX < half)
            {
                T other = shared[Group.IdxX + half];
                T own = shared[Group.IdxX];
                shared[Group.IdxX] = other > own ? other : own;
            }

            Group.Barrier();
        }

        return shared[0];
    }
}
