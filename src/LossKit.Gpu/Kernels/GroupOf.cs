namespace LossKit.Gpu.Kernels;

/// <summary>
/// Numbers of all threads of a group brought together, in a tree of a fixed form. Every thread has to come here.
/// </summary>
internal static class GroupOf
{
    /// <summary>The most threads of a group.</summary>
    public const int MostThreads = 1024;

    // Each wait for all threads costs; eight numbers at a time take four of them where two at a time take ten.
    private const int AtATime = 8;

    /// <summary>What two numbers become.</summary>
    private interface IPair<T>
    {
        static abstract T Of(T left, T right);
    }

    /// <summary>The sum, for every thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(double number) => All<double, Added>(number);

    /// <summary>The largest, for every thread; none is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Largest<T>(T number) where T : unmanaged, IFloatingPointIeee754<T> => All<T, Larger<T>>(number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T All<T, TPair>(T number)
        where T : unmanaged
        where TPair : struct, IPair<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(MostThreads);
        Group.Barrier();
        shared[Group.IdxX] = number;
        Group.Barrier();
        int count = Group.DimX;
        while (count > 1)
        {
            int left = (count + AtATime - 1) / AtATime;
            if (Group.IdxX < left)
            {
                for (int i = Group.IdxX + left; i < count; i += left)
                {
                    number = TPair.Of(number, shared[i]);
                }

                shared[Group.IdxX] = number;
            }

            Group.Barrier();
            count = left;
        }

        return shared[0];
    }

    private readonly struct Added : IPair<double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static double Of(double left, double right) => left + right;
    }

    private readonly struct Larger<T> : IPair<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Of(T left, T right) => left > right ? left : right;
    }
}
