namespace LossKit.Tests.Support;

/// <summary>What a call allocates once it is warm.</summary>
internal static class Allocations
{
    public static long Of(Action call)
    {
        call();
        call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        call();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
