namespace LossKit.Tests.Support;

/// <summary>What a call allocates on the calling thread once it is warm.</summary>
internal static class Allocations
{
    public static long Of(Action call)
    {
        call();
        call();

        // A collection that another test causes may count as an allocation here, and arrays of the pool may be out to
        // tests beside this one, but not time and again: the best of several attempts counts.
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 6 && least > 0; attempt++)
        {
            least = Math.Min(least, OfFirst(call));
        }

        return least;
    }

    /// <summary>What the very first call allocates, once.</summary>
    public static long OfFirst(Action call)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        call();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
